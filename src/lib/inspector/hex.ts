/** Bytes as rows of a hex view: offset, hexadecimal pairs in two halves, and what is printable of them. */
export interface HexRow {
	offset: string;
	left: string;
	right: string;
	ascii: string;
}

/** The first bytes of a span in one line, as pairs and as text. */
export function hexLine(data: Uint8Array): string {
	const [row] = hexRows(data, Math.max(2, data.length));
	return row ? `${row.left} ${row.right}  ${row.ascii}` : '';
}

export function hexRows(data: Uint8Array, width = 8): HexRow[] {
	const rows: HexRow[] = [];
	const half = width / 2;
	for (let at = 0; at < data.length; at += width) {
		const bytes = [...data.subarray(at, at + width)];
		const pairs = bytes.map((byte) => byte.toString(16).padStart(2, '0'));
		rows.push({
			offset: at.toString(16).padStart(4, '0'),
			left: pairs.slice(0, half).join(' '),
			right: pairs.slice(half).join(' '),
			ascii: bytes
				.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·'))
				.join('')
		});
	}
	return rows;
}
