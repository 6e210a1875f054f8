import { Column, lastUpTo } from './column.ts';

const utf8 = new TextDecoder();

/** The lines of a recording as they stand in its file, in the blocks in which they came; read again when asked for. */
export class TextStore {
	readonly #blocks: Uint8Array[] = [];
	readonly #begins = new Column(Float64Array, 16);
	/** How many bytes there are; the next block begins here. */
	length = 0;

	add(block: Uint8Array): void {
		this.#blocks.push(block);
		this.#begins.push(this.length);
		this.length += block.length;
	}

	/** The line of `length` bytes at `at`, parsed; undefined when there is none. Lines never cross blocks. */
	parse(at: number, length: number): Record<string, unknown> | undefined {
		const k = lastUpTo(this.#begins.array, this.#begins.length, at);
		const block = this.#blocks[k];
		if (!block) return undefined;
		const from = at - this.#begins.at(k);
		try {
			const value: unknown = JSON.parse(utf8.decode(block.subarray(from, from + length)));
			return typeof value === 'object' && value !== null
				? (value as Record<string, unknown>)
				: undefined;
		} catch {
			return undefined;
		}
	}
}
