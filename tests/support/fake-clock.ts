import type { Clock } from '../../src/lib/server/limits.ts';

/** A clock that stands until it is told to go on. */
export function fakeClock(): Clock & { advance(ms: number): void } {
	let now = 0;
	let timers: { at: number; run: () => void }[] = [];
	return {
		now: () => now,
		after(ms, run) {
			const timer = { at: now + ms, run };
			timers.push(timer);
			return () => {
				timers = timers.filter((other) => other !== timer);
			};
		},
		advance(ms) {
			const until = now + ms;
			for (;;) {
				const next = timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
				if (!next) break;
				timers = timers.filter((timer) => timer !== next);
				now = next.at;
				next.run();
			}
			now = until;
		}
	};
}
