import { createHash } from 'node:crypto';
import { neverOnSocket } from '../../src/lib/trace/step-sets.ts';
import { parseStepName } from '../../src/lib/trace/steps.ts';

export interface CheckedLine {
	k: string;
	i: number;
	t: number;
	[key: string]: unknown;
}

/** Parses a recording's text. */
export function linesOf(text: string): CheckedLine[] {
	return text
		.split('\n')
		.filter(Boolean)
		.map((line) => JSON.parse(line) as CheckedLine);
}

function isOnSocket(name: string): boolean {
	const step = parseStepName(name);
	return !step || !neverOnSocket.has(step.id);
}

/**
 * Everything that a complete recording must hold: dense indices, time that never goes back, every direction of every
 * connection without a gap or an overlap, bytes for every arrow, and the hash. Returns what is wrong, in sentences.
 */
export function checkRecording(text: string): string[] {
	const lines = linesOf(text);
	const wrong: string[] = [];
	lines.forEach((line, n) => {
		if (line.k === 'note') return;
		if (line.i !== n) wrong.push(`line ${n} has index ${line.i}`);
		if (n > 0 && line.t < lines[n - 1]!.t) wrong.push(`time goes back at ${n}`);
		if (Buffer.byteLength(JSON.stringify(line)) > 64 * 1024) wrong.push(`line ${n} is too long`);
	});
	wrong.push(...checkBytes(lines), ...checkSteps(lines), ...checkEnd(text, lines));
	return wrong;
}

interface Reach {
	from: number;
	to: number;
}

function reaches(lines: CheckedLine[]): { reach: Map<string, Reach>; wrong: string[] } {
	const reach = new Map<string, Reach>();
	const wrong: string[] = [];
	for (const line of lines) {
		if (line.k === 'conn' && Array.isArray(line['offset'])) {
			const [towards, back] = line['offset'] as [number, number];
			reach.set(`${String(line['c'])}>`, { from: towards, to: towards });
			reach.set(`${String(line['c'])}<`, { from: back, to: back });
		}
		if (line.k !== 'b' && line.k !== 'gap') continue;
		const key = `${String(line['c'])}${String(line['dir'])}`;
		const known = reach.get(key);
		if (!known) wrong.push(`bytes of ${key} before its conn line (${line.i})`);
		else if (known.to !== line['o'])
			wrong.push(`${key}: line ${line.i} begins at ${String(line['o'])} and not at ${known.to}`);
		if (known) known.to = Number(line['o']) + Number(line['len']);
		const size = packedSize(line);
		if (size !== undefined && size !== line['len'])
			wrong.push(`line ${line.i} says ${String(line['len'])} bytes and holds ${size}`);
	}
	return { reach, wrong };
}

function packedSize(line: CheckedLine): number | undefined {
	if (typeof line['d'] === 'string') return Buffer.byteLength(line['d']);
	return typeof line['d64'] === 'string' ? Buffer.from(line['d64'], 'base64').length : undefined;
}

function checkBytes(lines: CheckedLine[]): string[] {
	const { reach, wrong } = reaches(lines);
	for (const line of lines) {
		if (line.k !== 'sent' && !(line.k === 'tty' && line['c'] !== undefined)) continue;
		const known = reach.get(`${String(line['c'])}${String(line['dir'])}`);
		const from = Number(line['o']);
		const to = from + Number(line['len']);
		if (!known || from < known.from || to > known.to)
			wrong.push(`${line.k} line ${line.i} points outside what was captured`);
		if (line.k === 'sent' && !['step'].includes(lines[Number(line['of'])]?.k ?? ''))
			wrong.push(`sent line ${line.i} belongs to no step`);
	}
	return wrong;
}

function checkSteps(lines: CheckedLine[]): string[] {
	const sent = new Set(lines.filter(({ k }) => k === 'sent').map((line) => line['of']));
	const returned = new Set(lines.filter(({ k }) => k === 'call').map((line) => line['of']));
	const names = new Set<string>();
	const wrong: string[] = [];
	for (const line of lines) {
		if (line.k !== 'step' && !(line.k === 'call' && line['s'])) continue;
		const name = `try${String(line['try'] ?? 0)}/${String(line['s'])}`;
		if (names.has(name)) wrong.push(`${name} occurs twice`);
		names.add(name);
		if (line.k === 'call' && !returned.has(line.i)) wrong.push(`${name} never returns`);
		if (line.k === 'step' && !sent.has(line.i) && isOnSocket(String(line['s'])))
			wrong.push(`${name} (line ${line.i}) has no bytes`);
	}
	return wrong;
}

function checkEnd(text: string, lines: CheckedLine[]): string[] {
	const capture = lines.filter(({ k }) => k !== 'note');
	const end = capture.at(-1);
	if (end?.k !== 'end') return ['there is no end line'];
	const before = text
		.split('\n')
		.filter((line) => line && !line.startsWith('{"k":"note"') && !line.startsWith('{"k":"end"'))
		.map((line) => `${line}\n`);
	const sha256 = createHash('sha256').update(before.join('')).digest('hex');
	return sha256 === end['sha256'] && end['lines'] === before.length
		? []
		: ['the hash is not that of the lines'];
}
