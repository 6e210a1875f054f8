import { eras, type EraId } from '../../src/lib/trace/eras.ts';
import { byVersion, type ByVersion } from '../support/by-version.ts';
import type { Lab } from '../support/lab.ts';
import { everyKubectl, type KubectlVersion } from '../support/real-kubectl.ts';

/** One thing that a person does with kubectl, and what must come of it. */
export interface Cell {
	/** Eras that have it, if not all. */
	eras?: readonly EraId[];
	/** `npm test` does it too; one cell of a verb is enough. */
	quick?: boolean;
	run(typist: Typist): Promise<Seen>;
	want(version: KubectlVersion, era: EraId): Want;
}

/** Cells of a verb by their name in the table. */
export type Cells = Record<string, Cell>;

/** Somebody at a shell with one kubectl. */
export interface Typist {
	lab: Lab;
	version: KubectlVersion;
	/** A name for a pod that nobody else has. */
	pod: string;
	/** Types a line to its end. */
	type(args: string[], stdin?: Buffer): Promise<Seen>;
}

export interface Seen {
	code: number;
	out: string;
	/** A terminal has none apart: all that it shows is `out`. */
	err: string;
	/** The recordings that it left, oldest first. */
	runs: string[];
}

export interface Want {
	code: number;
	out: string | RegExp;
	err: string | RegExp;
	/** How many recordings there are. */
	runs: number;
	/** The upgrade requests, as they are named in the recording of the last run. */
	upgrades: string[];
}

/** The same for all, or by version, or worked out. */
type Said<T extends number | string | RegExp> =
	T | ByVersion<T> | ((version: KubectlVersion, era: EraId) => T);

export interface Line {
	stdin?: string | Buffer;
	code?: Said<number>;
	out?: Said<string | RegExp>;
	err?: Said<string | RegExp>;
	/** 1 if left out; 0 for what kubectl answers by itself. */
	runs?: Said<number>;
	/** Whether it asks for a stream. */
	streams?: boolean | ((version: KubectlVersion) => boolean);
	/** For which verb of a pod: `exec` if left out. */
	of?: Upgraded;
	eras?: readonly EraId[];
	quick?: boolean;
}

/** A single command line; what is left out is 0, or nothing printed. A pod of its own is written as `%pod`. */
export function line(args: string | string[], wanted: Line): Cell {
	const { stdin, eras, quick } = wanted;
	const words = typeof args === 'string' ? args.split(' ') : args;
	return {
		eras,
		quick,
		run: ({ type, pod }) =>
			type(
				words.map((word) => word.replace('%pod', pod)),
				stdin === undefined ? undefined : Buffer.from(stdin)
			),
		want: wants(wanted)
	};
}

/** What `line` wants, for cells that take more than one. */
export function wants(wanted: Line): Cell['want'] {
	const { code = 0, out = '', err = '', runs = 1, streams = false, of = 'exec' } = wanted;
	return (version, era) => ({
		code: said(code, version, era),
		out: said(out, version, era),
		err: said(err, version, era),
		runs: said(runs, version, era),
		upgrades: (typeof streams === 'boolean' ? streams : streams(version))
			? upgrades(of, version, era)
			: []
	});
}

function said<T extends number | string | RegExp>(
	value: Said<T>,
	version: KubectlVersion,
	era: EraId
): T {
	if (typeof value === 'function') return value(version, era);
	return typeof value === 'object' && !(value instanceof RegExp)
		? byVersion(value, version)
		: (value as T);
}

/** Whether a version is that one or newer. */
export const since = (oldest: KubectlVersion, version: KubectlVersion): boolean =>
	everyKubectl.indexOf(version) >= everyKubectl.indexOf(oldest);

/** From which version on kubectl asks for a WebSocket first, by the verb as its path has it. */
const webSocketSince = { exec: '1.30', portforward: '1.31' } as const;
type Upgraded = keyof typeof webSocketSince;

/** What is before the API server of 1.31 refuses a WebSocket. */
function upgrades(verb: Upgraded, version: KubectlVersion, era: EraId): string[] {
	if (!since(webSocketSince[verb], version)) return [`post-${verb}`];
	const minor = Number(eras[era].version.split('.')[1]);
	return minor < 31 ? [`try1/websocket-${verb}`, `post-${verb}`] : [`websocket-${verb}`];
}

/** What is printed of a request that was refused before its upgrade. */
export const upgradeRefused = (reason: string, message: string): ByVersion<string> => ({
	'1.20': `Error from server (${reason}): ${message}\n`,
	'1.36': `error: unable to upgrade connection: ${message}\n`
});

/** A pattern for a printed table: its words by line, with any number of spaces between them; `*` is any word. */
export function tableOf(...lines: string[]): RegExp {
	const row = (text: string) =>
		text
			.split(/ +/)
			.map((word) => (word === '*' ? '\\S+' : word.replace(/[.()<>$]/g, '\\$&')))
			.join(' +');
	return new RegExp(`^${lines.map((text) => `${row(text)} *\n`).join('')}$`);
}
