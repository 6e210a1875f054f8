/**
 * What a container prints passes here before it reaches a terminal, live or recorded. Sequences that reach out of
 * the screen are dropped: the clipboard (OSC 52), titles and every question whose answer would be typed back into
 * the program (DA, DSR, DECRQSS, XTGETTCAP, title and window reports), and links that are not https. All else passes
 * byte for byte. Works on text that comes in any pieces; a sequence cut in two waits for its rest.
 */
export class EscapeFilter {
	#held = '';

	/** Takes more output and gives back what may be shown of it. */
	push(text: string): string {
		const input = this.#held + text;
		this.#held = '';
		let out = '';
		let at = 0;
		while (at < input.length) {
			const start = nextIntroducer(input, at);
			out += input.slice(at, start);
			if (start === input.length) return out;
			const sequence = readSequence(input, start);
			if (!sequence) {
				this.#held = input.slice(start);
				// A sequence without an end must not hide all that follows it for ever.
				if (this.#held.length > longestSequence) this.#held = '';
				return out;
			}
			if (isHarmless(sequence)) out += sequence.text;
			at = sequence.end;
		}
		return out;
	}
}

const longestSequence = 64 * 1024;
const esc = '\u001b';
/** 8-bit forms of CSI, OSC, DCS, SOS, PM, APC and DECID. */
const c1 = {
	'\u009b': '[',
	'\u009d': ']',
	'\u0090': 'P',
	'\u0098': 'X',
	'\u009e': '^',
	'\u009f': '_',
	'\u009a': 'Z'
};

type Kind = 'csi' | 'osc' | 'string' | 'other';
interface Sequence {
	kind: Kind;
	text: string;
	/** What stands between the introducer and the end. */
	body: string;
	final: string;
	end: number;
}

function nextIntroducer(input: string, from: number): number {
	for (let at = from; at < input.length; at++) if (input[at] === esc || input[at]! in c1) return at;
	return input.length;
}

/** The whole sequence that begins at `start`, or undefined when its end has not come yet. */
function readSequence(input: string, start: number): Sequence | undefined {
	const short = input[start] !== esc;
	const introducer = short ? c1[input[start] as keyof typeof c1] : input[start + 1];
	const from = start + (short ? 1 : 2);
	if (introducer === undefined) return undefined;
	if (introducer === '[') return readControl(input, start, from);
	if (introducer === ']') return readString('osc', input, start, from);
	if ('PX^_'.includes(introducer)) return readString('string', input, start, from);
	if (short) return { kind: 'other', text: '', body: '', final: introducer, end: from };
	// ESC, intermediate bytes, one final byte: character sets, save cursor, and DECID (ESC Z).
	let end = start + 1;
	while (end < input.length && input[end]! >= ' ' && input[end]! <= '/') end++;
	if (end >= input.length) return undefined;
	// Anything else is no final byte: a terminal carries out a control, or begins anew at an 8-bit one, and goes on
	// waiting for the rest. What has come is dropped; what follows is read afresh.
	const whole = input[end]! >= '0' && input[end]! <= '~';
	return {
		kind: 'other',
		text: whole ? input.slice(start, end + 1) : '',
		body: '',
		final: whole ? input[end]! : '',
		end: whole ? end + 1 : end
	};
}

function readControl(input: string, start: number, from: number): Sequence | undefined {
	let end = from;
	while (end < input.length && input[end]! >= ' ' && input[end]! <= '?') end++;
	if (end >= input.length) return undefined;
	// Anything that is neither parameter nor final byte breaks the sequence off; it is dropped, what broke it stays.
	const whole = input[end]! >= '@' && input[end]! <= '~';
	return {
		kind: 'csi',
		text: whole ? input.slice(start, end + 1) : '',
		body: input.slice(from, end),
		final: whole ? input[end]! : '',
		end: whole ? end + 1 : end
	};
}

/** OSC ends at BEL or ST, the other strings at ST; CAN, SUB, a new ESC and 8-bit controls break them off. */
function readString(kind: Kind, input: string, start: number, from: number): Sequence | undefined {
	for (let at = from; at < input.length; at++) {
		const char = input[at]!;
		const make = (end: number, whole: boolean): Sequence => ({
			kind,
			text: whole ? input.slice(start, end) : '',
			body: whole ? input.slice(from, at) : '',
			final: '',
			end
		});
		if (char === '\u0007' && kind === 'osc') return make(at + 1, true);
		if (char === '\u009c') return make(at + 1, true);
		if (char === '\u0018' || char === '\u001a') return make(at + 1, false);
		if (char >= '\u0080' && char <= '\u009f') return make(at, false);
		if (char !== esc) continue;
		if (at + 1 >= input.length) return undefined;
		return input[at + 1] === '\\' ? make(at + 2, true) : make(at, false);
	}
	return undefined;
}

function isHarmless(sequence: Sequence): boolean {
	switch (sequence.kind) {
		case 'osc':
			return isHarmlessCommand(sequence.body);
		case 'csi':
			return isHarmlessControl(sequence.body, sequence.final);
		case 'string':
			// DCS asks (DECRQSS, XTGETTCAP) or uploads; APC, PM and SOS are private. None draws text.
			return false;
		default:
			// ESC Z asks who the terminal is.
			return sequence.final !== 'Z';
	}
}

function isHarmlessCommand(body: string): boolean {
	if (!body.startsWith('8;')) return false;
	const link = body.slice(body.indexOf(';', 2) + 1);
	return link === '' || /^https:\/\/[^\s\u0000-\u001f]+$/.test(link);
}

/** CSI ... c, n, t, x, $p, u with ? and > q ask for an answer; all others only draw or set. */
function isHarmlessControl(body: string, final: string): boolean {
	if ('cntx'.includes(final)) return false;
	if (final === 'p' && body.includes('$')) return false;
	if (final === 'q' && body.startsWith('>')) return false;
	if (final === 'u' && body.startsWith('?')) return false;
	if (final === 'y' && body.includes('*')) return false;
	return final !== 'w' || !body.includes('$');
}
