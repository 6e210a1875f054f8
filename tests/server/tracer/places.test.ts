import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Places } from '../../../src/lib/server/tracer/places.ts';
import type { Range } from '../../../src/lib/server/tracer/ranges.ts';
import { MessageDecoder } from '../../../src/lib/server/transport/message-decoder.ts';
import type { Part } from '../../../src/lib/trace/trace.ts';
import { chunked } from '../../support/chunked.ts';
import { frame, opcodes } from '../../support/websocket-frame.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const nothing = { found: undefined as Range[] | undefined };

/** The places of the answer whose bytes come in these chunks, each asked for what `asked` has before they come. */
function placesOf(request: string, chunks: readonly Uint8Array[], asked: Part[] = []) {
	const places = new Places();
	const found = asked.map(() => ({ ...nothing }));
	asked.forEach((part, n) => places.find(part, (ranges) => (found[n]!.found = ranges)));
	const decoder = new MessageDecoder();
	decoder.push('>', bytes(request));
	for (const chunk of chunks)
		for (const { dir, o, bytes: held, body, webSocket } of decoder.push('<', chunk))
			if (dir === '<' && (body || webSocket)) places.crossed({ o, len: held.length, webSocket });
	return { places, found: found.map((one) => one.found) };
}

const get = 'GET /logs HTTP/1.1\r\n\r\n';
const chunkedHead = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
const switching = `HTTP/1.1 101 Switching Protocols\r\n${upgrade}Sec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n`;

describe('a part of an HTTP body', () => {
	it('lies between the framing of its chunks', () => {
		const answer = bytes(`${chunkedHead}4\r\nabcd\r\n3\r\nefg\r\n0\r\n\r\n`);
		const first = chunkedHead.length + 3;
		const { found } = placesOf(
			get,
			[answer],
			[
				{ body: 0, len: 4 },
				{ body: 2, len: 4 },
				{ body: 0, len: 99 }
			]
		);
		expect(found).toEqual([
			[[first, 4]],
			[
				[first + 2, 2],
				[first + 9, 2]
			],
			undefined
		]);
	});

	it('is as much as came when nothing more comes', () => {
		const { places } = placesOf(get, [bytes('HTTP/1.1 200 OK\r\n\r\nabc')]);
		const found: Range[][] = [];
		places.find({ body: 1, len: 10 }, (ranges) => found.push(ranges));
		expect(found).toEqual([]);
		places.end();
		expect(found).toEqual([[[20, 2]]]);
	});

	it('is never half of what is forgotten', () => {
		const places = new Places();
		for (let n = 0; n < 20_000; n++) places.crossed({ o: n * 10, len: 5 });
		const found: Range[][] = [];
		places.find({ body: 0, len: 5 }, (ranges) => found.push(ranges));
		places.find({ body: 99_995, len: 5 }, (ranges) => found.push(ranges));
		expect(found).toEqual([[[199_990, 5]]]);
	});
});

describe('a part of a WebSocket', () => {
	const asking = `GET /exec HTTP/1.1\r\n${upgrade}\r\n`;
	const begin = switching.length;
	const sent = Buffer.concat([
		frame(bytes('\x01')),
		frame(bytes('\x01ab'), { fin: false }),
		frame(bytes('!'), { opcode: opcodes.ping }),
		frame(bytes('cd'), { opcode: opcodes.continuation }),
		frame(bytes('?'), { opcode: opcodes.ping }),
		frame(bytes(''), { opcode: opcodes.close })
	]);
	const parts: Part[] = [
		{ message: 0 },
		{ message: 1 },
		{ message: 1, at: 1, len: 4 },
		{ message: 1, at: 1, len: 1 },
		{ control: 'ping', nth: 1 },
		{ control: 'close', nth: 0 },
		{ message: 2 }
	];
	const expected = [
		[[begin, 3]],
		[[begin + 3, 12]],
		[
			[begin + 6, 2],
			[begin + 13, 2]
		],
		[[begin + 6, 1]],
		[[begin + 15, 3]],
		[[begin + 18, 2]],
		undefined
	];

	it('is a message, a part of one without its headers, or a control frame', () => {
		const { found } = placesOf(asking, [bytes(switching), sent], parts);
		expect(found).toEqual(expected);
	});

	it('is at the same place however it is cut, asked for before or after', () => {
		fc.assert(
			fc.property(fc.array(fc.nat()), (cuts) => {
				const all = new Uint8Array(Buffer.concat([bytes(switching), sent]));
				const { places, found } = placesOf(asking, chunked(all, cuts), parts);
				expect(found).toEqual(expected);
				parts.forEach((part, n) => {
					let after: Range[] | undefined;
					places.find(part, (ranges) => (after = ranges));
					expect(after).toEqual(expected[n]);
				});
			})
		);
	});
});
