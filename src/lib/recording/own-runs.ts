/** The runs that this tab has begun, kept over a reload: their kubectl stops with the page that held them. */
const storageKey = 'execscope.own-runs';
const kept = 50;

export function rememberedRuns(): readonly string[] {
	try {
		const value: unknown = JSON.parse(sessionStorage.getItem(storageKey) ?? '[]');
		return Array.isArray(value) ? value.filter((run) => typeof run === 'string') : [];
	} catch {
		return [];
	}
}

export function rememberRun(run: string): void {
	try {
		const runs = [...rememberedRuns(), run].slice(-kept);
		sessionStorage.setItem(storageKey, JSON.stringify(runs));
	} catch {
		// A browser that keeps nothing takes the run for somebody else's after a reload; nothing else is lost.
	}
}
