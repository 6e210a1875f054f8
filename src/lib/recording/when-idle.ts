/**
 * Works when the page has nothing else to do. `latestMs`: after so long all the same. `restMs`: only when the browser
 * foresees so much time without a frame; 16 at most while anything moves or is typed, 50 when all rests.
 */
export function whenIdle(work: () => void, { latestMs, restMs = 0 }: Idle): void {
	// Safari has no idle callback.
	if (!('requestIdleCallback' in globalThis)) return void setTimeout(work, latestMs ?? safariMs);
	const ask = () =>
		requestIdleCallback(answer, latestMs === undefined ? {} : { timeout: latestMs });
	const answer = (left: IdleDeadline) =>
		left.didTimeout || left.timeRemaining() >= restMs ? work() : ask();
	ask();
}

interface Idle {
	latestMs?: number;
	restMs?: number;
}

/** Long enough for a frame in between. */
const safariMs = 30;
