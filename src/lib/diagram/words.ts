import type { Row } from './rows.ts';

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
	bytes(count: number): string;
}

export function rowWords(row: Row, detail: 1 | 2, phrases: Phrases): RowWords {
	const { item, fold } = row;
	if (!item) return plain(phrases.future(row.s));
	if (fold && !fold.open) {
		if (fold.kind === 'io') return plain(phrases.chunks(fold.count, fold.bytes));
		const status = fold.status === undefined ? '' : String(fold.status);
		return {
			text: phrases.refusedTry(row.wire ?? '', status),
			mono: false,
			error: true
		};
	}
	if (item.holds.at(-1)?.state === 'dropped')
		return { text: phrases.dropped, mono: false, error: true };
	if (item.failed) return { text: printable(item.n), mono: false, error: true };
	if (detail === 1 && item.id && item.id !== 'io') return plain(phrases.title(row.s));
	const text = printable(item.n);
	// A call says what it found in words; only names of functions and URLs are literal there.
	const mono = item.kind === 'arrow' || !text.includes(' ');
	// An answer's first line says little; how much came with it says more.
	const size = item.reply ? item.sent[0]?.len : undefined;
	return { text, mono, error: false, after: size ? phrases.bytes(size) : undefined };
}

const plain = (text: string): RowWords => ({ text, mono: false, error: false });

/** Control characters as signs that one can see. */
export function printable(text: string): string {
	let out = '';
	for (const char of text) {
		const code = char.codePointAt(0)!;
		if (code < 0x20) out += String.fromCodePoint(0x2400 + code);
		else if (code === 0x7f) out += '␡';
		else if (code >= 0x80 && code < 0xa0) out += '·';
		else out += char;
	}
	return out;
}
