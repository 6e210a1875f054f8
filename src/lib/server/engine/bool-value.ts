/** How dockerd reads a yes or no in a query (moby api/server/httputils/form.go). */
export function isTrue(text: string | null): boolean {
	return !['', '0', 'no', 'false', 'none'].includes((text ?? '').trim().toLowerCase());
}
