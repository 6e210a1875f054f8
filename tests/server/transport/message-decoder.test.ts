import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageDecoder, type Piece } from '../../../src/lib/server/transport/message-decoder.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const shape = ({ dir, k, part, bytes: { length }, last }: Piece) => [
	dir,
	k,
	part,
	length,
	last ?? false
];

describe('the pieces of a connection', () => {
	it('are the head and the body of each message, with its number', () => {
		const decoder = new MessageDecoder();
		const asked = decoder.push(
			'>',
			bytes('POST /a HTTP/1.1\r\nContent-Length: 2\r\n\r\nhiGET /b HTTP/1.1\r\n\r\n')
		);
		expect(asked.map(shape)).toEqual([
			['>', 0, 'head', 39, false],
			['>', 0, 'payload', 2, false],
			['>', 0, 'frame', 0, true],
			['>', 1, 'head', 19, false],
			['>', 1, 'frame', 0, true]
		]);
		expect(asked[3]!.start).toBe('GET /b');
		expect(decoder.proto).toBe('http/1.1');
	});

	it('wait until a head is whole', () => {
		const decoder = new MessageDecoder();
		expect(decoder.push('>', bytes('GET / HTTP/1.1\r\nAuthorization: Bea'))).toEqual([]);
		const [head] = decoder.push('>', bytes('rer x\r\n\r\n'));
		expect(head).toMatchObject({ part: 'head', o: 0, start: 'GET /' });
	});

	it('say where both directions are after an upgrade, before any byte that follows it', () => {
		const decoder = new MessageDecoder();
		const upgrade = 'Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n';
		const request = `GET /x HTTP/1.1\r\n${upgrade}`;
		const response = `HTTP/1.1 101 Switching Protocols\r\n${upgrade}`;
		decoder.push('>', bytes(request));
		const answered = decoder.push('<', bytes(`${response}\x80`));
		expect(answered.find((piece) => piece.upgraded)?.upgraded).toEqual({
			'>': request.length,
			'<': response.length
		});
		expect(answered.at(-1)).toMatchObject({ part: 'upgraded-frame', o: response.length });
	});

	it('tell payload from frame headers in SPDY, and keep the error stream', () => {
		const decoder = new MessageDecoder();
		const upgrade = 'Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n';
		decoder.push('>', bytes(`GET /x HTTP/1.1\r\n${upgrade}`));
		decoder.push('<', bytes(`HTTP/1.1 101 Switching Protocols\r\n${upgrade}`));
		const data = (stream: number) => [0, 0, 0, stream, 0, 0, 0, 1, 0x78];
		const pieces = decoder.push('<', new Uint8Array([...data(3), ...data(1)]));
		expect(pieces.map(({ part }) => part)).toEqual([
			'upgraded-frame',
			'upgraded-payload',
			'upgraded-frame',
			'upgraded-frame'
		]);
	});

	it('never lose, repeat or invent a byte, whatever comes in whatever chunks, and never throw', () => {
		const good = fc.constantFrom(
			'GET / HTTP/1.1\r\n\r\n',
			'POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc',
			'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0',
			'GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n'
		);
		const chunk = fc.oneof(good.map(bytes), fc.uint8Array({ maxLength: 40 }));
		fc.assert(
			fc.property(
				fc.array(fc.tuple(fc.constantFrom('>' as const, '<' as const), chunk)),
				(chunks) => {
					const decoder = new MessageDecoder();
					const at = { '>': 0, '<': 0 };
					const all = { '>': '', '<': '' };
					for (const [dir, part] of chunks) {
						all[dir] += Buffer.from(part).toString('latin1');
						for (const piece of decoder.push(dir, part)) {
							expect(piece.o).toBe(at[piece.dir]);
							const text = Buffer.from(piece.bytes).toString('latin1');
							expect(text).toBe(all[piece.dir].slice(piece.o, piece.o + text.length));
							at[piece.dir] += piece.bytes.length;
						}
					}
				}
			),
			{ numRuns: 300 }
		);
	});
});
