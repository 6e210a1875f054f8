/**
 * Where the recordings that come with the product are read from: out of the document, when it is the single file,
 * which holds each in an element of its own; else from beside the page, whatever its path.
 */
export async function bundledSource(id: string): Promise<Blob | undefined> {
	const inside = document.querySelector(`script[data-recording="${CSS.escape(id)}"]`);
	if (inside) return new Blob([inside.textContent ?? '']);
	const beside = new URL(`recordings/${encodeURIComponent(id)}.execscope`, document.baseURI);
	const answer = await fetch(beside).catch(() => undefined);
	return answer?.ok ? answer.blob() : undefined;
}
