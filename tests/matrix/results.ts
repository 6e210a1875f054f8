import { createHash } from 'node:crypto';
import {
	appendFileSync,
	mkdirSync,
	readFileSync,
	readdirSync,
	renameSync,
	writeFileSync
} from 'node:fs';
import path from 'node:path';

/** What came of one cell with one kubectl in one era. */
export interface Result {
	era: string;
	kubectl: string;
	cell: string;
	/** Hash of all that it was tried with. */
	stamp: string;
	/** What was wrong, in sentences; empty when all was right. */
	wrong: string[];
	ms: number;
}

/** Results that outlive the process: whoever is killed in the middle goes on from there. */
export interface Results {
	/** That it went well before, with the same stamp. What failed is tried again. */
	passed(of: Pick<Result, 'era' | 'kubectl' | 'cell' | 'stamp'>): boolean;
	/** Kept when this returns. */
	add(result: Result): void;
}

/** Opens the results in a file of one line each. Those whose stamp holds no more are dropped; a torn line is too. */
export function openResults(file: string, stamps: ReadonlySet<string>): Results {
	mkdirSync(path.dirname(file), { recursive: true });
	const kept = read(file).filter(({ stamp }) => stamps.has(stamp));
	const part = `${file}.${process.pid}`;
	writeFileSync(part, kept.map((result) => `${JSON.stringify(result)}\n`).join(''));
	renameSync(part, file);
	const known = new Map(kept.map((result) => [keyOf(result), result]));
	return {
		passed: (of) => known.get(keyOf(of))?.wrong.length === 0,
		add(result) {
			known.set(keyOf(result), result);
			appendFileSync(file, `${JSON.stringify(result)}\n`);
		}
	};
}

const keyOf = ({ era, kubectl, cell, stamp }: Pick<Result, 'era' | 'kubectl' | 'cell' | 'stamp'>) =>
	[era, kubectl, cell, stamp].join('\n');

function read(file: string): Result[] {
	let text: string;
	try {
		text = readFileSync(file, 'utf8');
	} catch {
		return [];
	}
	return text.split('\n').flatMap((line) => {
		try {
			return [JSON.parse(line) as Result];
		} catch {
			return [];
		}
	});
}

/** What the cells are tried with: all that a cluster consists of, and this runner. The page is not in it. */
const tried = [
	'package-lock.json',
	...['server', 'trace', 'wire', 'recording'].map((name) => `src/lib/${name}`),
	'tests/support'
];

/** The hash that a result of this verb has as long as no file that it depends on changes. */
export function stampOf(root: string, verb: string): string {
	const runner = readdirSync(path.join(root, 'tests/matrix'), { withFileTypes: true })
		.filter((entry) => entry.isFile() && /^(cell|try-cell)\.ts$/.test(entry.name))
		.map((entry) => `tests/matrix/${entry.name}`);
	const hash = createHash('sha256').update(process.version);
	for (const name of [...tried, ...runner, `tests/matrix/cells/${verb}.ts`])
		for (const file of filesOf(root, name))
			hash.update(`\n${file}\n`).update(readFileSync(path.join(root, file)));
	return hash.digest('hex').slice(0, 16);
}

function filesOf(root: string, name: string): string[] {
	if (/\.\w+$/.test(name)) return [name];
	return readdirSync(path.join(root, name), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
		.sort();
}
