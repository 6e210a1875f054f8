import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { Problem } from './problem.js';

/**
 * What `npm start -- --flag` and EXECSCOPE_* may say. A value on the command line wins over the environment.
 * @typedef {object} Options
 * @property {number | undefined} port the page's port; undefined: 8080 or the next free one; 0: any
 * @property {number | undefined} apiserverPort likewise, from 6443
 * @property {string} home
 * @property {string} era
 * @property {string} engine
 * @property {string | undefined} hold the step before which every run stops
 * @property {boolean} check
 */

const later = 'comes with a later version of Execscope;';
const { eras, laterEras } = erasInTable();

/** Flags that take a value, and what stands for it in a sentence. */
const valued = {
	'--port': 'a port, 0 to 65535',
	'--apiserver-port': 'a port, 0 to 65535',
	'--home': 'a folder',
	'--era': eras.join(' or '),
	'--engine': 'embedded',
	'--hold': 'a step, for example cri-exec',
	'--cri': 'an address'
};
const plain = ['--check', '--lan'];

/**
 * Reads the flags and the environment; throws a Problem with exit code 2 for what it does not know.
 * @param {readonly string[]} argv
 * @param {NodeJS.ProcessEnv} env
 * @returns {Options}
 */
export function readOptions(argv, env) {
	const given = readFlags(argv);
	const value = (/** @type {string} */ flag) => {
		const name = `EXECSCOPE_${flag.slice(2).replaceAll('-', '_').toUpperCase()}`;
		return given.get(flag) ?? (env[name] || undefined);
	};
	refuseLater(value('--lan'), value('--cri'));
	const port = readPort('--port', value('--port'));
	const apiserverPort = readPort('--apiserver-port', value('--apiserver-port'));
	if (port && port === apiserverPort)
		throw new Problem(`--port and --apiserver-port cannot both be ${port}.`, 2);
	return {
		port,
		apiserverPort,
		home: readHome(value('--home')),
		era: readEra(value('--era')),
		engine: readEngine(value('--engine')),
		hold: readHold(value('--hold')),
		check: given.has('--check')
	};
}

/**
 * @param {readonly string[]} argv
 * @returns {Map<string, string>}
 */
function readFlags(argv) {
	const given = new Map();
	for (let i = 0; i < argv.length; i++) {
		const [flag = '', ...rest] = (argv[i] ?? '').split('=');
		if (plain.includes(flag) && rest.length === 0) given.set(flag, 'yes');
		else if (flag in valued) {
			const next = rest.length > 0 ? rest.join('=') : argv[++i];
			const wanted = valued[/** @type {keyof typeof valued} */ (flag)];
			if (!next) throw new Problem(`${flag} needs ${wanted}.`, 2);
			given.set(flag, next);
		} else {
			const known = [...Object.keys(valued), ...plain].join(' ');
			throw new Problem(`Unknown argument ${JSON.stringify(argv[i])}. Known: ${known}.`, 2);
		}
	}
	return given;
}

/**
 * @param {string | undefined} lan
 * @param {string | undefined} cri
 */
function refuseLater(lan, cri) {
	if (lan) throw new Problem(`--lan ${later} this one serves this machine alone.`, 2);
	if (cri) throw new Problem(`--cri ${later} this one brings its own dockershim.`, 2);
}

/**
 * @param {string} flag
 * @param {string | undefined} text
 */
function readPort(flag, text) {
	if (text === undefined) return undefined;
	if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text);
	throw new Problem(`${flag} needs a port, 0 to 65535, not ${JSON.stringify(text)}.`, 2);
}

/** @param {string | undefined} text */
function readHome(text) {
	if (text === undefined) return path.join(homedir(), '.execscope');
	// `--home=~/x` reaches us as it was typed: shells expand a tilde only at the start of a word.
	return path.resolve(/^~(?=$|\/)/.test(text) ? homedir() + text.slice(1) : text);
}

/** @param {string | undefined} text */
function readEra(text = '1.15-redirect') {
	if (eras.includes(text)) return text;
	if (laterEras.includes(text))
		throw new Problem(`Era ${text} ${later} this one has ${eras.join(', ')}.`, 2);
	const known = [...eras, ...laterEras].join(', ');
	throw new Problem(`Unknown era ${JSON.stringify(text)}. The eras are ${known}.`, 2);
}

/** @param {string | undefined} text */
function readEngine(text = 'embedded') {
	if (text === 'embedded') return text;
	if (/^(docker(:.*)?|process)$/.test(text))
		throw new Problem(`Engine ${text} ${later} this one has embedded.`, 2);
	throw new Problem(`Unknown engine ${JSON.stringify(text)}. This version has embedded.`, 2);
}

/** @param {string | undefined} text */
function readHold(text) {
	if (text === undefined) return undefined;
	const known = holdableSteps();
	if (known.includes(text.replace(/:reply$/, ''))) return text;
	throw new Problem(
		`Unknown step ${JSON.stringify(text)} for --hold. The steps are:\n  ${known.join('\n  ')}`,
		2
	);
}

/**
 * The rows of the table of eras: those that are built, and those to come. Read as text for the same reason as the
 * steps below.
 */
export function erasInTable() {
	const table = readFileSync(new URL('../lib/trace/eras.ts', import.meta.url), 'utf8');
	const rows = [...table.matchAll(/^\t'([\da-z.-]+)': \{\n\t\tbuilt: (true|false),/gm)];
	const ids = (/** @type {string} */ built) =>
		rows.filter((row) => row[2] === built).map((row) => row[1] ?? '');
	return { eras: ids('true'), laterEras: ids('false') };
}

/**
 * The ids in the table of steps, without those of the boot run, to which holds do not apply. Read as text because
 * nothing is built yet when flags are judged; a test compares it with the table itself.
 */
export function holdableSteps() {
	const table = readFileSync(new URL('../lib/trace/steps.ts', import.meta.url), 'utf8');
	const rows = table.matchAll(/^\t'?([a-z-]+)'?: (?:arrow|call)\('([a-z]+)'/gm);
	return [...rows].filter((row) => row[2] !== 'boot').map((row) => row[1] ?? '');
}
