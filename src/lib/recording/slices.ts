/** Bytes read at once: enough to be quick, few enough that the page can draw in between. */
export const sliceBytes = 256 * 1024;
/** No line of a recording is nearly as long; a file without line feeds is not read to its end. */
const longestLineBytes = 16 * 1024 * 1024;
const lineFeed = 10;

/** Cuts a file into pieces of whole lines; a torn last line is left out, and what follows a line without end. */
export async function* slicesOf(file: Blob): AsyncGenerator<Uint8Array<ArrayBuffer>> {
	let at = 0;
	let size = sliceBytes;
	while (at < file.size && size <= longestLineBytes) {
		const bytes = new Uint8Array(await file.slice(at, at + size).arrayBuffer());
		const end = bytes.lastIndexOf(lineFeed) + 1;
		if (end > 0) {
			yield bytes.slice(0, end);
			at += end;
			size = sliceBytes;
		} else if (at + size >= file.size) return;
		else size *= 2;
	}
}
