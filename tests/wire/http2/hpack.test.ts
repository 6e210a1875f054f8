import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HpackDecoder, HpackError } from '../../../src/lib/wire/http2/hpack.ts';
import { decodeHuffman } from '../../../src/lib/wire/http2/huffman.ts';
import { hex } from '../../support/hex.ts';

describe('the requests of RFC 7541, C.4', () => {
	test('are read with Huffman code and a table that grows', () => {
		const decoder = new HpackDecoder();
		const common = [
			[':method', 'GET'],
			[':scheme', 'http'],
			[':path', '/'],
			[':authority', 'www.example.com']
		];
		expect(decoder.decode(hex('828684418cf1e3c2e5f23a6ba0ab90f4ff'))).toEqual(common);
		expect(decoder.decode(hex('828684be5886a8eb10649cbf'))).toEqual([
			...common,
			['cache-control', 'no-cache']
		]);
		expect(decoder.decode(hex('828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf'))).toEqual([
			[':method', 'GET'],
			[':scheme', 'https'],
			[':path', '/index.html'],
			[':authority', 'www.example.com'],
			['custom-key', 'custom-value']
		]);
	});
});

test('entries leave the table when it is full', () => {
	const decoder = new HpackDecoder();
	// Limit of 64 bytes: one entry of 34 fits, a second one pushes it out.
	expect(decoder.decode(hex('3f21 400161 0131 400162 0132 be'))).toEqual([
		['a', '1'],
		['b', '2'],
		['b', '2']
	]);
	expect(() => decoder.decode(hex('bf'))).toThrow(HpackError);
});

test.each([
	['a number that the tables do not have', 'be'],
	['number 0', '80'],
	['a text that ends too early', '400561'],
	['a number without end', 'ffffffffffffffffff'],
	['a huge table', '3fffffff7f'],
	['the end symbol inside a Huffman text', '400184ffffffff'],
	['padding that is not ones', '0081 00']
])('refuses %s', (_, block) => {
	expect(() => new HpackDecoder().decode(hex(block))).toThrow(HpackError);
});

test('a reference of one byte cannot be used to fill the memory', () => {
	const decoder = new HpackDecoder();
	const big = new Uint8Array(3000).fill(97);
	// A literal that is remembered: name of 1 byte, value of 3000 (127 + 57 + 22 * 128).
	decoder.decode(Uint8Array.of(0x40, 1, 0x78, 0x7f, 0xb9, 0x16, ...big));
	expect(() => decoder.decode(new Uint8Array(1000).fill(0xbe))).toThrow('header block too long');
});

test('any bytes are read or refused', () => {
	fc.assert(
		fc.property(fc.array(fc.uint8Array()), (blocks) => {
			const decoder = new HpackDecoder();
			try {
				for (const block of blocks) decoder.decode(block);
			} catch (error) {
				expect(error).toBeInstanceOf(HpackError);
			}
		})
	);
	fc.assert(
		fc.property(fc.uint8Array(), (bytes) => {
			expect(decodeHuffman(bytes)?.length ?? 0).toBeLessThanOrEqual((bytes.length * 8) / 5);
		})
	);
});

test.each([
	['fffffbbf', 'ff'],
	['fffe9f', 'a2'],
	['fffffff3', '0a'],
	['ffc7', '00'],
	['', '']
])('the Huffman code %s stands for byte %s, as in RFC 7541, appendix B', (code, byte) => {
	expect(decodeHuffman(hex(code))).toEqual(hex(byte));
});
