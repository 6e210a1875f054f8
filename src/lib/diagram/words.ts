import type { Span } from '../trace/event.ts';
import type { Trouble } from '../recording/frames/frame.ts';
import type { Item } from '../recording/recording.ts';
import type { Detail, Row } from './rows.ts';

/** What stands beside an arrow, and in which voice: as it was said on the wire, or in our words. */
export interface RowWords {
	text: string;
	/** Literal from the wire. */
	mono: boolean;
	error: boolean;
	/** What follows the literal in our own words, quieter. */
	after?: string | undefined;
}

/** Our own words for a row, from explanations and messages: the diagram itself knows no language. */
export interface Phrases {
	title(s: string): string;
	future(s: string): string;
	refusedTry(wire: string, status: string): string;
	chunks(count: number, bytes: number): string;
	dropped: string;
	/** What the programs said, in our words; undefined: as it was recorded. */
	told(item: Item): string | undefined;
	bytes(count: number): string;
	/** What an `io` chunk carried, if its bytes are recorded. */
	payload(item: Item): string | undefined;
	/** The first bytes of a span, as hexadecimal and as text. */
	hex(span: Span): string;
	/** What a frame is called. */
	frame(name: string): string;
	/** Why bytes are no frame of a protocol. */
	trouble(what: Trouble): string;
}

export function rowWords(row: Row, detail: Detail, phrases: Phrases): RowWords {
	const { item, fold } = row;
	if (row.part) {
		const { kind, name, span, trouble } = row.part;
		if (kind === 'bytes') return { text: phrases.hex(span), mono: true, error: false };
		const after = phrases.bytes(span.len);
		if (trouble) return { text: phrases.trouble(trouble), mono: false, error: false, after };
		const called = phrases.frame(name);
		return { text: called, mono: called === name, error: false, after };
	}
	if (!item) return plain(phrases.future(row.s));
	if (fold && !fold.open) {
		if (fold.kind === 'io') {
			const sum = phrases.chunks(fold.count, fold.bytes);
			if (fold.typed === undefined) return plain(sum);
			return { text: printable(fold.typed.trimEnd()), mono: true, error: false, after: sum };
		}
		const status = fold.status === undefined ? '' : String(fold.status);
		return {
			text: phrases.refusedTry(row.wire ?? '', status),
			mono: false,
			error: true
		};
	}
	if (item.holds.at(-1)?.state === 'dropped')
		return { text: phrases.dropped, mono: false, error: true };
	const told = phrases.told(item);
	if (item.failed) return { text: printable(told ?? item.n), mono: false, error: true };
	if (detail === 1 && item.id && item.id !== 'io') return plain(phrases.title(row.s));
	const payload = item.id === 'io' ? phrases.payload(item) : undefined;
	if (payload !== undefined)
		return { text: printable(payload), mono: true, error: false, after: told ?? item.n };
	const text = printable(told ?? item.n);
	// A call says what it found in words; only names of functions and URLs are literal there.
	const mono = told === undefined && (item.kind === 'arrow' || !text.includes(' '));
	// An answer's first line says little; how much came with it says more.
	const size = item.reply || row.alone ? item.size : undefined;
	return { text, mono, error: false, after: size ? phrases.bytes(size) : undefined };
}

const plain = (text: string): RowWords => ({ text, mono: false, error: false });

const escapes: Record<string, string> = { '\r': '\\r', '\n': '\\n', '\t': '\\t', '\u001b': '\\e' };

/** Control characters as programmers write them, so that one sees that they are there. */
export function printable(text: string): string {
	// Nearly all texts have none.
	if (!/\p{Cc}/u.test(text)) return text;
	let out = '';
	for (const char of text) {
		const code = char.codePointAt(0)!;
		const control = code < 0x20 || (code >= 0x7f && code < 0xa0);
		out += control ? (escapes[char] ?? `\\x${code.toString(16).padStart(2, '0')}`) : char;
	}
	return out;
}
