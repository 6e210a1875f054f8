import { constants, createDeflate, createInflate } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spdyDictionary } from '../../../src/lib/wire/spdy/dictionary.ts';
import {
	formatHeaderBlock,
	HeaderBlockReader,
	HeaderBlockWriter,
	maxHeaderBlockBytes,
	parseHeaderBlock
} from '../../../src/lib/wire/spdy/header-block.ts';
import { SpdyError } from '../../../src/lib/wire/spdy/spdy-error.ts';
import { hex, toHex } from '../../support/hex.ts';

const errorBlock = hex(`
	00000001
	0000000a 73747265616d74797065
	00000005 6572726f72`);

test('a block is a count, then names and values behind their lengths', () => {
	expect(parseHeaderBlock(errorBlock, 1)).toEqual({ streamtype: 'error' });
	expect(toHex(formatHeaderBlock({ streamType: 'error' }))).toBe(toHex(errorBlock));
	expect(toHex(formatHeaderBlock({}))).toBe('00000000');
});

test('keeps several values of one name as they are on the wire', () => {
	const headers = { a: 'x\0y', __proto__x: 'z' };
	expect(parseHeaderBlock(formatHeaderBlock(headers), 1)).toEqual(headers);
});

test.each([
	['header was not lowercased', '00000001 00000001 41 00000000'],
	['multiple headers with same name', '00000002 00000001 61 00000000 00000001 61 00000000'],
	['compressed payload size was incorrect', '00000000 00'],
	['compressed payload size was incorrect', '000000'],
	['compressed payload size was incorrect', '00000001 ffffffff 61'],
	['compressed payload size was incorrect', 'ffffffff']
])('refuses with upstream’s words: %s (%s)', (message, block) => {
	expect(() => parseHeaderBlock(hex(block), 7)).toThrow(new SpdyError(message, 7));
});

test('zlib reads what we write, block by block, each flushed as Go’s reader needs it', async () => {
	const writer = new HeaderBlockWriter();
	const inflate = createInflate({ dictionary: spdyDictionary() });
	for (const type of ['error', 'stdin', 'stdout', 'resize']) {
		const block = writer.write({ streamtype: type });
		expect(toHex(block.subarray(-4))).toBe('0000ffff');
		expect(toHex(await through(inflate, block))).toBe(
			toHex(formatHeaderBlock({ streamtype: type }))
		);
	}
});

test('the first block begins with the zlib header that names the dictionary of SPDY/3', () => {
	expect(toHex(new HeaderBlockWriter().write({}).subarray(2, 6))).toBe('e3c6a7c2');
});

test('we read what zlib writes at any level, block by block', async () => {
	for (const level of [0, 1, 9]) {
		const deflate = createDeflate({ dictionary: spdyDictionary(), level });
		const reader = new HeaderBlockReader();
		for (const type of ['error', 'stdin', 'error']) {
			const block = await through(deflate, formatHeaderBlock({ streamtype: type }));
			expect(reader.read(block, 1)).toEqual({ streamtype: type });
		}
	}
});

test('does not inflate a block that has no end in sight', async () => {
	const deflate = createDeflate({ dictionary: spdyDictionary() });
	const bomb = await through(deflate, new Uint8Array(maxHeaderBlockBytes + 1));
	expect(bomb.length).toBeLessThan(500);
	expect(() => new HeaderBlockReader().read(bomb, 1)).toThrow('header block too long');
});

test('any bytes are read or refused', () => {
	const started = new HeaderBlockWriter().write({ a: 'b' });
	fc.assert(
		fc.property(fc.uint8Array(), fc.boolean(), (bytes, start) => {
			const reader = new HeaderBlockReader();
			if (start) reader.read(started, 1);
			expectOnlySpdyErrors(() => reader.read(bytes, 1));
			expectOnlySpdyErrors(() => reader.read(bytes, 3));
			expectOnlySpdyErrors(() => parseHeaderBlock(bytes, 1));
		})
	);
});

test('what is written is read', () => {
	const name = fc.stringMatching(/^[a-z-]{1,20}$/);
	fc.assert(
		fc.property(fc.array(fc.dictionary(name, fc.stringMatching(/^[ -~]*$/))), (blocks) => {
			const writer = new HeaderBlockWriter();
			const reader = new HeaderBlockReader();
			for (const block of blocks) expect(reader.read(writer.write(block), 1)).toEqual(block);
		})
	);
});

test('refuses to write what is no header', () => {
	expect(() => formatHeaderBlock({ a: '\u20ac' })).toThrow(SpdyError);
});

function expectOnlySpdyErrors(run: () => unknown) {
	try {
		run();
	} catch (error) {
		expect(error).toBeInstanceOf(SpdyError);
	}
}

// What a stream of bytes gives is bytes, or null at its end.
const read = (stream: NodeJS.ReadableStream) => stream.read() as unknown as Uint8Array | null;

function through(
	stream: ReturnType<typeof createDeflate> | ReturnType<typeof createInflate>,
	bytes: Uint8Array
): Promise<Uint8Array> {
	return new Promise((resolve, reject) => {
		stream.once('error', reject);
		stream.write(bytes);
		stream.flush(constants.Z_SYNC_FLUSH, () => {
			const parts: Uint8Array[] = [];
			for (let part = read(stream); part; part = read(stream)) parts.push(part);
			resolve(new Uint8Array(Buffer.concat(parts)));
		});
	});
}
