import type { CheckedLine } from './check-recording.ts';

export type Direction = '>' | '<';

/** All bytes of one direction of a connection in a recording that left none out; copies are looked up. */
export function recordedBytes(lines: CheckedLine[], c: string, dir: Direction): Buffer {
	const parts = lines
		.filter((line) => line.k === 'b' && line['c'] === c && line['dir'] === dir)
		.map((line) => packed(line) ?? copied(lines, line));
	return Buffer.concat(parts);
}

function packed(line: CheckedLine): Buffer | undefined {
	if (typeof line['d'] === 'string') return Buffer.from(line['d']);
	return typeof line['d64'] === 'string' ? Buffer.from(line['d64'], 'base64') : undefined;
}

function copied(lines: CheckedLine[], line: CheckedLine): Buffer {
	const [c, dir, o] = line['ref'] as [string, Direction, number];
	const source = recordedBytes(lines, c, dir);
	return source.subarray(o, o + Number(line['len']));
}

/** What the `sent` lines of a step point to, by connection. */
export function bytesOfStep(lines: CheckedLine[], step: CheckedLine): Buffer[] {
	const found = new Map<string, Buffer[]>();
	for (const line of lines) {
		if (line.k !== 'sent' || line['of'] !== step.i) continue;
		const c = String(line['c']);
		const all = recordedBytes(lines, c, line['dir'] as Direction);
		const from = Number(line['o']);
		found.set(c, [...(found.get(c) ?? []), all.subarray(from, from + Number(line['len']))]);
	}
	return [...found.values()].map((parts) => Buffer.concat(parts));
}
