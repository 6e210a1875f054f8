/** Works when the page has nothing else to do; `latestMs`: after so long all the same. */
export function whenIdle(work: () => void, latestMs?: number): void {
	// Safari has no idle callback.
	if ('requestIdleCallback' in globalThis) {
		requestIdleCallback(work, latestMs === undefined ? {} : { timeout: latestMs });
	} else setTimeout(work, latestMs ?? safariMs);
}

/** Long enough for a frame in between. */
const safariMs = 30;
