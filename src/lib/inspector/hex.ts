/** Bytes as rows of a hex view. A row is cut where a field ends, so that each part can be underlined and marked. */
export interface HexRow {
	/** Of its first byte, hexadecimal, with as many digits as the last row needs. */
	offset: string;
	parts: HexPart[];
}

export interface HexPart {
	/** Place among the fields that were given. */
	field: number;
	/** Place of its first byte, counted like the fields. */
	o: number;
	pairs: string[];
	/** What is printable. */
	ascii: string;
}

const printable = (byte: number): boolean => byte >= 0x20 && byte < 0x7f;

/** Rows of the bytes of fields that follow one another; `o` is the place of the first byte. */
export function hexRows(
	data: Uint8Array,
	o: number,
	fields: readonly { o: number; len: number }[],
	width = 8
): HexRow[] {
	const rows: HexRow[] = [];
	const digits = data.length > 0x100 ? 4 : 2;
	let field = 0;
	for (let at = 0; at < data.length; at += width) {
		const row: HexRow = { offset: at.toString(16).padStart(digits, '0'), parts: [] };
		for (let k = at; k < Math.min(data.length, at + width); k++) {
			while (field < fields.length && o + k >= fields[field]!.o + fields[field]!.len) field++;
			let part = row.parts.at(-1);
			if (part?.field !== field) row.parts.push((part = { field, o: o + k, pairs: [], ascii: '' }));
			const byte = data[k]!;
			part.pairs.push(byte.toString(16).padStart(2, '0'));
			part.ascii += printable(byte) ? String.fromCharCode(byte) : '·';
		}
		rows.push(row);
	}
	return rows;
}

/** The first bytes of a span in one line, as pairs and as text. */
export function hexLine(data: Uint8Array): string {
	const part = hexRows(data, 0, [{ o: 0, len: data.length }], data.length)[0]?.parts[0];
	return part ? `${part.pairs.join(' ')}  ${part.ascii}` : '';
}
