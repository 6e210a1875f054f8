/** Where this page's server is; undefined for a page without one, whose document says so. */
export function serverOrigin(): string | undefined {
	return document.documentElement.dataset['server'] === 'none' ? undefined : location.origin;
}
