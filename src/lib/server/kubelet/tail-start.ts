import type { FileHandle } from 'node:fs/promises';

const blockBytes = 16 * 1024;
const newline = 0x0a;

/**
 * Where the last `lines` lines of a file begin, without reading more of it than those: `FindTailLineStartIndex` of
 * `pkg/util/tail/tail.go`. A last line that is not ended yet comes on top of them.
 */
export async function tailStart(file: FileHandle, lines: number): Promise<number> {
	const block = Buffer.alloc(blockBytes);
	let left = lines + 1;
	for (let end = (await file.stat()).size; end > 0;) {
		const begin = Math.max(0, end - blockBytes);
		const { bytesRead } = await file.read(block, 0, end - begin, begin);
		for (let at = block.subarray(0, bytesRead).lastIndexOf(newline); at >= 0;) {
			if (--left === 0) return begin + at + 1;
			at = at === 0 ? -1 : block.lastIndexOf(newline, at - 1);
		}
		end = begin;
	}
	return 0;
}
