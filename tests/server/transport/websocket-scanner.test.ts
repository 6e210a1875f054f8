import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UpgradedScanner } from '../../../src/lib/server/transport/upgraded-scanner.ts';
import { chunked } from '../../support/chunked.ts';
import { frame, opcodes } from '../../support/websocket-frame.ts';

const v5 = 'v5.channel.k8s.io';

/** What a scanner says of bytes in chunks, stretches of the same part put together. */
function scanned(chunks: readonly Uint8Array[], subprotocol = v5) {
	const scanner = new UpgradedScanner('websocket', subprotocol);
	const parts: (readonly [of: unknown, data: boolean, payload: boolean, len: number])[] = [];
	let over = true;
	for (const chunk of chunks)
		for (const { len, payload, webSocket } of scanner.push('>', chunk)) {
			const { of, data, last } = webSocket ?? { of: undefined, data: false, last: false };
			const before = parts.at(-1);
			if (!over && before?.[0] === of && before?.[1] === data)
				parts[parts.length - 1] = [of, data, payload, before[3] + len];
			else parts.push([of, data, payload, len]);
			over = last;
		}
	return parts;
}
const bytes = (...values: number[]) => new Uint8Array(values);
const all = (...frames: Uint8Array[]) => new Uint8Array(Buffer.concat(frames));

describe('a WebSocket connection', () => {
	it.each([
		['as servers send', undefined, 2],
		['masked', bytes(7, 8, 9, 10), 6]
	])('has messages by number, %s', (_, mask, header) => {
		const sent = all(
			frame(bytes(1, 0x68, 0x69), { mask }),
			frame(bytes(2), { mask, opcode: opcodes.ping }),
			frame(bytes(2, 0x68), { mask })
		);
		expect(scanned([sent])).toEqual([
			[0, false, false, header],
			[0, true, true, 3],
			['ping', false, false, header + 1],
			[1, false, false, header],
			[1, true, true, 2]
		]);
	});

	it('has one message of all its fragments, between which a ping may come', () => {
		const sent = all(
			frame(bytes(), { fin: false }),
			frame(bytes(1, 2), { fin: false, opcode: opcodes.continuation }),
			frame(bytes(), { opcode: opcodes.ping }),
			frame(bytes(3), { opcode: opcodes.continuation }),
			frame(bytes(1))
		);
		expect(scanned([sent]).map(([of, data]) => [of, data])).toEqual([
			[0, false],
			[0, true],
			['ping', false],
			[0, false],
			[0, true],
			[1, false],
			[1, true]
		]);
	});

	it('has long messages, 16 bits of length and 64', () => {
		const sent = all(frame(new Uint8Array(300)), frame(new Uint8Array(70_000)));
		expect(scanned([sent]).map(([of, data, , len]) => [of, data, len])).toEqual([
			[0, false, 4],
			[0, true, 300],
			[1, false, 10],
			[1, true, 70_000]
		]);
	});

	it.each([
		['in a binary protocol', v5, opcodes.binary, 3],
		['in one that sends base64', 'v4.base64.channel.k8s.io', opcodes.text, 0x33]
	])('keeps the error channel for framing, %s', (_, subprotocol, opcode, channel) => {
		const mask = bytes(0x55, 1, 2, 3);
		for (const options of [{ opcode }, { opcode, mask }]) {
			const sent = all(frame(bytes(channel, 0x7b), options), frame(bytes(channel - 1, 1), options));
			expect(
				scanned([sent], subprotocol)
					.filter(([, data]) => data)
					.map(([of, , payload]) => [of, payload])
			).toEqual([
				[0, false],
				[1, true]
			]);
		}
	});

	it('is all payload where no channels are agreed on', () => {
		const sent = frame(bytes(3, 1));
		expect(scanned([sent], 'SPDY/3.1+portforward.k8s.io').at(-1)).toEqual([0, true, true, 2]);
	});

	it('is read the same however it is cut, loses no byte, and never throws', () => {
		const some = fc
			.array(
				fc.oneof(
					fc.record({
						data: fc.uint8Array({ maxLength: 300 }),
						opcode: fc.constantFrom(...Object.values(opcodes)),
						fin: fc.boolean(),
						mask: fc.option(fc.uint8Array({ minLength: 4, maxLength: 4 }), { nil: undefined })
					}),
					fc.uint8Array({ maxLength: 20 })
				)
			)
			.map((parts) =>
				all(...parts.map((part) => (part instanceof Uint8Array ? part : frame(part.data, part))))
			);
		fc.assert(
			fc.property(some, fc.array(fc.nat()), (sent, cuts) => {
				const whole = scanned([sent]);
				const broken = (part: (typeof whole)[number]) => part[0] === undefined;
				const cut = scanned(chunked(sent, cuts));
				expect(cut.filter((part) => !broken(part))).toEqual(whole.filter((part) => !broken(part)));
				const total = (parts: typeof whole) => parts.reduce((sum, [, , , len]) => sum + len, 0);
				expect(total(cut)).toBe(sent.length);
				expect(total(whole)).toBe(sent.length);
			})
		);
	});
});
