/**
 * Command lines as spf13/pflag reads them: flags and words in any order, `-it` for `-i -t`, `-nNAME`, `--name=value`,
 * everything after `--` as it is. The texts of the errors are pflag's and strconv's.
 */
export type FlagKind = 'bool' | 'string' | 'strings' | 'int';

export interface Flag {
	kind: FlagKind;
	/** One letter. */
	short?: string;
	/** Whether this kubectl does what the flag asks; kubectl's others are known only to be refused by name. */
	here: boolean;
}

export type FlagTable = Record<string, Flag>;

/** Thrown for what is wrong with a flag; `Error: <message>` is what kubectl says. */
export class FlagError extends Error {
	constructor(message: string) {
		super(message);
		this.name = 'FlagError';
	}
}

/** A flag that kubectl has and that is not served here. */
export class FlagNotHere extends Error {
	constructor(name: string) {
		super(`error: the kubectl embedded in Execscope does not serve the flag --${name}`);
		this.name = 'FlagNotHere';
	}
}

export class ParsedFlags {
	readonly #values = new Map<string, string[]>();
	readonly words: string[] = [];
	/** How many words stood before `--`; -1 without one (cobra's ArgsLenAtDash). */
	wordsBeforeDash = -1;

	add(name: string, value: string): void {
		this.#values.set(name, [...(this.#values.get(name) ?? []), value]);
	}
	has(name: string): boolean {
		return this.#values.has(name);
	}
	/** The last value given. */
	text(name: string, missing = ''): string {
		return this.#values.get(name)?.at(-1) ?? missing;
	}
	all(name: string): string[] {
		return this.#values.get(name) ?? [];
	}
	bool(name: string): boolean {
		return isTrue(this.text(name, 'false'));
	}
	int(name: string, missing: number): number {
		return this.has(name) ? Number(this.text(name)) : missing;
	}
}

/** Reads `args` (without the command's own name); throws FlagError or FlagNotHere. */
export function parseFlags(args: readonly string[], table: FlagTable): ParsedFlags {
	const parsed = new ParsedFlags();
	const left = [...args];
	while (left.length > 0) {
		const arg = left.shift()!;
		if (arg === '--') {
			parsed.wordsBeforeDash = parsed.words.length;
			parsed.words.push(...left);
			break;
		}
		if (arg.startsWith('--')) parseLong(arg, left, table, parsed);
		else if (arg.startsWith('-') && arg.length > 1) parseShort(arg, left, table, parsed);
		else parsed.words.push(arg);
	}
	return parsed;
}

/** Splits the first word that is no flag and no flag's value from the rest; undefined when there is none. */
export function findCommand(
	args: readonly string[],
	table: FlagTable
): { name: string; rest: string[] } | undefined {
	for (let at = 0; at < args.length; at++) {
		const arg = args[at]!;
		if (arg === '--') return undefined;
		if (!arg.startsWith('-') || arg === '-') {
			return { name: arg, rest: [...args.slice(0, at), ...args.slice(at + 1)] };
		}
		if (takesNext(arg, table)) at++;
	}
	return undefined;
}

function takesNext(arg: string, table: FlagTable): boolean {
	if (arg.includes('=')) return false;
	if (arg.startsWith('--')) return (lookUp(table, arg.slice(2))?.kind ?? 'bool') !== 'bool';
	if (arg.length !== 2) return false;
	return (shorthand(table, arg[1]!)?.[1].kind ?? 'bool') !== 'bool';
}

function parseLong(arg: string, left: string[], table: FlagTable, parsed: ParsedFlags): void {
	const [name = '', ...after] = arg.slice(2).split('=');
	if (name === '') throw new FlagError(`bad flag syntax: ${arg}`);
	const flag = lookUp(table, name);
	if (!flag) throw new FlagError(`unknown flag: --${name}`);
	if (!flag.here) throw new FlagNotHere(name);
	const value = after.length > 0 ? after.join('=') : flag.kind === 'bool' ? 'true' : left.shift();
	if (value === undefined) throw new FlagError(`flag needs an argument: --${name}`);
	check(name, flag, value);
	parsed.add(name, value);
}

function parseShort(arg: string, left: string[], table: FlagTable, parsed: ParsedFlags): void {
	let letters = arg.slice(1);
	while (letters.length > 0) {
		const letter = letters[0]!;
		const found = shorthand(table, letter);
		if (!found) throw new FlagError(`unknown shorthand flag: ${quoteRune(letter)} in -${letters}`);
		const [name, flag] = found;
		if (!flag.here) throw new FlagNotHere(name);
		const after = letters.slice(1);
		let value: string | undefined;
		if (after.startsWith('=')) value = after.slice(1);
		else if (flag.kind === 'bool') value = 'true';
		else value = after !== '' ? after : left.shift();
		if (value === undefined)
			throw new FlagError(`flag needs an argument: ${quoteRune(letter)} in -${letters}`);
		check(name, flag, value);
		parsed.add(name, value);
		letters = flag.kind === 'bool' && !after.startsWith('=') ? after : '';
	}
}

function lookUp(table: FlagTable, name: string): Flag | undefined {
	return Object.hasOwn(table, name) ? table[name] : undefined;
}

function shorthand(table: FlagTable, letter: string): [string, Flag] | undefined {
	return Object.entries(table).find(([, flag]) => flag.short === letter);
}

const quoteRune = (letter: string): string => `'${letter}'`;

function check(name: string, flag: Flag, value: string): void {
	const shown = flag.short ? `-${flag.short}, --${name}` : `--${name}`;
	const bad = (call: string, why: string) =>
		new FlagError(
			`invalid argument ${JSON.stringify(value)} for "${shown}" flag: strconv.${call}: parsing ${JSON.stringify(value)}: ${why}`
		);
	if (flag.kind === 'bool' && !/^(1|0|t|f|T|F|true|false|TRUE|FALSE|True|False)$/.test(value)) {
		throw bad('ParseBool', 'invalid syntax');
	}
	if (flag.kind === 'int' && !/^[-+]?\d{1,9}$/.test(value)) throw bad('ParseInt', 'invalid syntax');
}

const isTrue = (value: string): boolean => /^(1|t|T|true|TRUE|True)$/.test(value);
