/** Bytes from hex digits; blanks and line ends between them are for the reader. */
export function hex(text: string): Uint8Array {
	const digits = text.replace(/\s/g, '');
	if (!/^([0-9a-f]{2})*$/.test(digits)) throw new Error(`not hex: ${digits}`);
	return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** Hex digits of bytes, without blanks. */
export function toHex(bytes: Uint8Array): string {
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** UTF-8 bytes. */
export function text(value: string): Uint8Array {
	return new TextEncoder().encode(value);
}
