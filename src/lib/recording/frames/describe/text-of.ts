import { utf8 } from '../../../wire/bytes.ts';

const shownBytes = 400;
const named: Readonly<Record<string, string>> = {
	'\n': '\\n',
	'\r': '\\r',
	'\t': '\\t',
	'\x1b': '\\e',
	'\\': '\\\\'
};

/** Bytes as a value to read: text with its controls spelled out, or hexadecimal when they are none. */
export function textOf(bytes: Uint8Array): string {
	const head = bytes.subarray(0, shownBytes);
	// A character that the cut divides is not shown by halves.
	const text = utf8(head).replace(/\uFFFD{1,3}$/, bytes.length > shownBytes ? '' : '$&');
	const more = bytes.length > shownBytes ? '…' : '';
	if (text.includes('\uFFFD') || text.includes('\0')) return hexOf(bytes);
	return text.replace(/[\x00-\x1f\x7f-\x9f\\]/g, (one) => named[one] ?? escaped(one)) + more;
}

function escaped(character: string): string {
	return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

/** The beginning of bytes that are no text. */
export function hexOf(bytes: Uint8Array, shown = 32): string {
	const pairs = [...bytes.subarray(0, shown)].map((byte) => byte.toString(16).padStart(2, '0'));
	return pairs.join(' ') + (bytes.length > shown ? ' …' : '');
}
