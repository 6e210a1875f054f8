/**
 * For properties of the kind "how the bytes are cut into chunks does not change the result": cuts bytes at places
 * derived from `cuts`, which may be any numbers.
 */
export function chunked(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
	const places = cuts.map((cut) => Math.abs(cut) % (bytes.length + 1)).sort((a, b) => a - b);
	const edges = [0, ...places, bytes.length];
	return edges.slice(1).map((edge, at) => bytes.slice(edges[at], edge));
}

/**
 * What a decoder said to these chunks and then, if it refused, the name of the error. Anything but an error of the
 * class that is its own is thrown on.
 */
export function outcome<Piece>(
	chunks: readonly Uint8Array[],
	push: (chunk: Uint8Array) => Piece[],
	own: new (message: string) => Error
): { pieces: Piece[]; refused: string | undefined } {
	const pieces: Piece[] = [];
	try {
		for (const chunk of chunks) pieces.push(...push(chunk));
	} catch (error) {
		if (!(error instanceof own)) throw error;
		return { pieces, refused: error.name };
	}
	return { pieces, refused: undefined };
}
