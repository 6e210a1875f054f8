/**
 * The Huffman code of HPACK (RFC 7541, appendix B). It is canonical: codes are given out by length, then by symbol,
 * so the lengths say it all. Symbol 256 is the end, which is never sent; only its first bits fill up the last byte.
 */
const symbolsByLength: readonly [bits: number, symbols: string][] = [
	[5, '48-50 97 99 101 105 111 115-116'],
	[6, '32 37 45-47 51-57 61 65 95 98 100 102-104 108-110 112 114 117'],
	[7, '58 66-87 89 106-107 113 118-122'],
	[8, '38 42 44 59 88 90'],
	[10, '33-34 40-41 63'],
	[11, '39 43 124'],
	[12, '35 62'],
	[13, '0 36 64 91 93 126'],
	[14, '94 125'],
	[15, '60 96 123'],
	[19, '92 195 208'],
	[20, '128 130-131 162 184 194 224 226'],
	[21, '153 161 167 172 176-177 179 209 216-217 227 229-230'],
	[
		22,
		'129 132-134 136 146 154 156 160 163-164 169-170 173 178 181 185-187 189-190 196 198 228 232-233'
	],
	[
		23,
		'1 135 137-141 143 147 149-152 155 157-158 165-166 168 174-175 180 182-183 188 191 197 231 239'
	],
	[24, '9 142 144-145 148 159 171 206 215 225 236-237'],
	[25, '199 207 234-235'],
	[26, '192-193 200-202 205 210 213 218-219 238 240 242-243 255'],
	[27, '203-204 211-212 214 221-223 241 244-248 250-254'],
	[28, '2-8 11-12 14-21 23-31 127 220 249'],
	[30, '10 13 22 256']
];

const end = 256;
const padding = 7;

interface Codes {
	/** The first code of this length, and its place in `symbols`. */
	first: number;
	at: number;
	count: number;
}

const symbols: number[] = [];
const codes = canonicalCodes();

function canonicalCodes(): Codes[] {
	const byLength = new Map(symbolsByLength.map(([bits, ranges]) => [bits, expand(ranges)]));
	const table: Codes[] = [{ first: 0, at: 0, count: 0 }];
	let next = 0;
	for (let bits = 1; bits <= 30; bits++) {
		const these = byLength.get(bits) ?? [];
		next *= 2;
		table[bits] = { first: next, at: symbols.length, count: these.length };
		symbols.push(...these);
		next += these.length;
	}
	return table;
}

function expand(ranges: string): number[] {
	return ranges.split(' ').flatMap((range) => {
		const [from, to = from] = range.split('-').map(Number) as [number, number?];
		return Array.from({ length: to - from + 1 }, (_, at) => from + at);
	});
}

/** The bytes that a Huffman-coded string stands for; undefined when it is none. */
export function decodeHuffman(bytes: Uint8Array): Uint8Array | undefined {
	// The shortest code has 5 bits.
	const decoded = new Uint8Array(Math.floor((bytes.length * 8) / 5));
	let length = 0;
	let code = 0;
	let bits = 0;
	for (const byte of bytes) {
		for (let bit = 7; bit >= 0; bit--) {
			code = code * 2 + ((byte >> bit) & 1);
			bits++;
			const row = codes[bits];
			if (!row) return undefined;
			const symbol = code - row.first < row.count ? symbols[row.at + code - row.first] : undefined;
			if (symbol === undefined) continue;
			if (symbol === end) return undefined;
			decoded[length++] = symbol;
			code = bits = 0;
		}
	}
	// What is left over must be the beginning of the end symbol: ones.
	const filled = bits <= padding && code === 2 ** bits - 1;
	return filled ? decoded.subarray(0, length) : undefined;
}
