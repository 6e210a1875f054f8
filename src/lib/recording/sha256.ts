const blockBytes = 64;

/** SHA-256 (FIPS 180-4) of bytes that come in parts: the browser's own takes them all at once, and only in secure pages. */
export class Sha256 {
	readonly #state = Int32Array.from(initial);
	readonly #words = new Int32Array(64);
	readonly #block = new Uint8Array(blockBytes);
	#length = 0;

	update(bytes: Uint8Array): void {
		const waiting = this.#length % blockBytes;
		this.#length += bytes.length;
		let at = 0;
		if (waiting > 0) {
			at = Math.min(blockBytes - waiting, bytes.length);
			this.#block.set(bytes.subarray(0, at), waiting);
			if (waiting + at < blockBytes) return;
			this.#mix(this.#block, 0);
		}
		for (; at + blockBytes <= bytes.length; at += blockBytes) this.#mix(bytes, at);
		this.#block.set(bytes.subarray(at));
	}

	/** The digest in hex digits. Nothing can be added afterwards. */
	digest(): string {
		const length = this.#length;
		const padding = new Uint8Array(((119 - (length % blockBytes)) % blockBytes) + 9);
		padding[0] = 0x80;
		new DataView(padding.buffer).setBigUint64(padding.length - 8, BigInt(length) * 8n);
		this.update(padding);
		return Array.from(this.#state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
	}

	#mix(bytes: Uint8Array, from: number): void {
		const w = this.#words;
		for (let k = 0, at = from; k < 16; k++, at += 4)
			w[k] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
		for (let k = 16; k < 64; k++) {
			const x = w[k - 15]!;
			const y = w[k - 2]!;
			const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
			const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
			w[k] = (w[k - 16]! + s0 + w[k - 7]! + s1) | 0;
		}
		const state = this.#state;
		let [a, b, c, d] = [state[0]!, state[1]!, state[2]!, state[3]!];
		let [e, f, g, h] = [state[4]!, state[5]!, state[6]!, state[7]!];
		for (let k = 0; k < 64; k++) {
			const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
			const t1 = (h + s1 + ((e & f) ^ (~e & g)) + rounds[k]! + w[k]!) | 0;
			const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
			const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
			h = g;
			g = f;
			f = e;
			e = (d + t1) | 0;
			d = c;
			c = b;
			b = a;
			a = (t1 + t2) | 0;
		}
		state[0]! += a;
		state[1]! += b;
		state[2]! += c;
		state[3]! += d;
		state[4]! += e;
		state[5]! += f;
		state[6]! += g;
		state[7]! += h;
	}
}

const primes = firstPrimes(64);
/** The first 32 bits of what is behind the point of the square roots of the first primes, and of their cube roots. */
const initial = primes.slice(0, 8).map((prime) => fraction(prime ** (1 / 2)));
const rounds = Int32Array.from(primes, (prime) => fraction(prime ** (1 / 3)));

function fraction(value: number): number {
	return ((value % 1) * 2 ** 32) | 0;
}

function firstPrimes(count: number): number[] {
	const found: number[] = [];
	for (let n = 2; found.length < count; n++)
		if (found.every((prime) => n % prime !== 0)) found.push(n);
	return found;
}
