/**
 * The page's prompt: one line of text to the argv of our own kubectl, and never to a shell. Quotes group words and
 * make everything inside them literal; whatever a shell would expand, redirect or chain is refused in one sentence.
 */
export type RefusalCode =
	| 'empty'
	| 'too-long'
	| 'control-character'
	| 'not-kubectl'
	| 'unclosed-quote'
	| 'pipe'
	| 'redirection'
	| 'expansion'
	| 'substitution'
	| 'glob'
	| 'braces'
	| 'subshell'
	| 'sequence'
	| 'background'
	| 'escape'
	| 'home'
	| 'comment'
	| 'history'
	| 'file-flag';

/** `text` is English; `code` is stable, so that the page can say it in its own language. */
export interface Refusal {
	code: RefusalCode;
	text: string;
	/** What in the line is meant, where it helps: a character, a word, a flag. */
	at?: string;
}

export type PromptLine = { argv: string[] } | { refusal: Refusal };

const longestLine = 16_384;

const sentences: Record<RefusalCode, string> = {
	empty: 'Type a kubectl command, such as: kubectl exec nginx -- date',
	'too-long': 'This line is too long.',
	'control-character': 'The line has a control character; type one line of plain text.',
	'not-kubectl': 'Only kubectl runs here: this is not a shell of this machine.',
	'unclosed-quote': 'A quote is opened and never closed.',
	pipe: "Pipes need a shell, and there is none here; quote them to run them in the container: -- sh -c 'a | b'",
	redirection:
		'Redirection needs a shell, and there is none here; quote it to run it in the container.',
	expansion:
		'Variables need a shell, and there is none here; quote them to expand them in the container.',
	substitution: 'Command substitution needs a shell, and there is none here.',
	glob: 'Patterns need a shell, and there is none here; quote them to match in the container.',
	braces: 'Braces need a shell, and there is none here; quote them.',
	subshell: 'Parentheses need a shell, and there is none here; quote them.',
	sequence: 'One command a line: there is no shell here to run a second one.',
	background: 'There is no shell here to run a command in the background or after another.',
	escape: 'Backslashes are not read here; use quotes.',
	home: 'There is no home folder here to expand ~ to; quote it.',
	comment: 'Comments are not read here; quote the # if you mean it.',
	history: 'There is no history here to expand ! from; quote it.',
	'file-flag': 'Files of this machine cannot be named here.'
};

const special: Record<string, RefusalCode> = {
	'|': 'pipe',
	'<': 'redirection',
	'>': 'redirection',
	$: 'expansion',
	'`': 'substitution',
	'*': 'glob',
	'?': 'glob',
	'[': 'glob',
	']': 'glob',
	'{': 'braces',
	'}': 'braces',
	'(': 'subshell',
	')': 'subshell',
	';': 'sequence',
	'&': 'background',
	'\\': 'escape',
	'!': 'history'
};
/** Special only as the first character of a word. */
const specialFirst: Record<string, RefusalCode> = { '~': 'home', '#': 'comment' };

/** Flags of kubectl that read or write files of the machine it runs on. */
const fileFlags = new Set([
	'filename',
	'kustomize',
	'kubeconfig',
	'cache-dir',
	'certificate-authority',
	'client-certificate',
	'client-key',
	'log-file',
	'log-dir',
	'profile-output',
	'from-file',
	'from-env-file',
	'template'
]);
const fileShorthands = 'fk';
/** Shorthands that take the rest of their word as a value: what follows them is no flag. */
const valueShorthands = 'ncolvspr';
const fileFormats = /^(?:custom-columns-file|jsonpath-file|go-template-file|templatefile)\b/;

/** Reads one line. Never throws; an argv always begins with `kubectl`. */
export function parsePrompt(line: string): PromptLine {
	if (line.length > longestLine) return refuse('too-long');
	const split = /[\p{Cc}\u2028\u2029]/u.test(line.trim())
		? refuse('control-character')
		: splitWords(line.trim());
	if ('refusal' in split) return split;
	const { argv } = split;
	if (argv.length === 0) return refuse('empty');
	if (argv[0] !== 'kubectl') return refuse('not-kubectl', argv[0]);
	const file = findFileFlag(argv);
	return file === undefined ? split : refuse('file-flag', file);
}

function refuse(code: RefusalCode, at?: string): { refusal: Refusal } {
	return { refusal: { code, text: sentences[code], ...(at === undefined ? {} : { at }) } };
}

function splitWords(line: string): PromptLine {
	const argv: string[] = [];
	let word: string | undefined;
	let quote: string | undefined;
	for (const char of line) {
		if (quote !== undefined) {
			if (char === quote) quote = undefined;
			else word += char;
			continue;
		}
		if (char === "'" || char === '"') {
			quote = char;
			word ??= '';
		} else if (/\s/.test(char)) {
			if (word !== undefined) argv.push(word);
			word = undefined;
		} else {
			const code = special[char] ?? (word === undefined ? specialFirst[char] : undefined);
			if (code !== undefined)
				return argv[0] === 'kubectl' ? refuse(code, char) : notOurs(argv, word, char, code);
			word = (word ?? '') + char;
		}
	}
	if (quote !== undefined) return refuse('unclosed-quote', quote);
	if (word !== undefined) argv.push(word);
	return { argv };
}

/** Of a line that does not even begin with kubectl, that is the thing to say. */
function notOurs(
	argv: string[],
	word: string | undefined,
	char: string,
	code: RefusalCode
): PromptLine {
	const first = argv[0] ?? word;
	return first === undefined || first === 'kubectl'
		? refuse(code, char)
		: refuse('not-kubectl', first);
}

/** The first flag before `--` that names a file. */
function findFileFlag(argv: string[]): string | undefined {
	for (const [index, arg] of argv.entries()) {
		if (index === 0) continue;
		if (arg === '--') return undefined;
		if (arg.startsWith('--')) {
			const name = arg.slice(2).split('=')[0]!;
			if (fileFlags.has(name)) return `--${name}`;
			if (name === 'output' && fileFormats.test(arg.slice('--output='.length))) return arg;
		} else if (arg.startsWith('-')) {
			const found = fileShorthand(arg);
			if (found !== undefined) return found;
		}
		const previous = argv[index - 1]!;
		if ((previous === '-o' || previous === '--output') && fileFormats.test(arg)) return arg;
	}
	return undefined;
}

function fileShorthand(arg: string): string | undefined {
	for (const [at, letter] of [...arg.slice(1)].entries()) {
		if (fileShorthands.includes(letter)) return `-${letter}`;
		if (letter === 'o' && fileFormats.test(arg.slice(at + 2).replace(/^=/, ''))) return arg;
		if (valueShorthands.includes(letter)) return undefined;
	}
	return undefined;
}
