/**
 * What runs inside the page that is measured: one function, sent as text, so it may use nothing from outside itself.
 */
export interface Probe {
	/** Epoch milliseconds with fractions: the clock that page and bench share. */
	now(): number;
	/** A fixed loop: how many milliseconds it takes says how disturbed the machine is. */
	calibrate(): number;
	/** When what stands in the document now has been painted. */
	painted(): Promise<number>;
	/** When `expression` first held after a change of the document, and when that was painted. */
	until(expression: string): Promise<{ seen: number; painted: number }>;
	/** When the last change of the document was painted, once three frames brought none; after `limit` ms anyway. */
	settled(limit: number): Promise<number>;
	/** The box that scrolls the diagram. */
	scroller(): HTMLElement;
	/** Distances of animation frames in ms while `move` is called once a frame. */
	frames(count: number, move: (frame: number) => void): Promise<number[]>;
	/** Tasks over 50 ms since the last call: their lengths. */
	longTasks(): number[];
	/** When the reader last acted (key, pointer, file chosen), on the clock of `now`. */
	acted: number;
	/** What draws here, of a peer's page. */
	peer?: {
		draw(count: number): Promise<void>;
		scroller: HTMLElement;
	};
}

declare global {
	interface Window {
		bench: Probe;
	}
}

export function installProbe(): void {
	const now = () => performance.timeOrigin + performance.now();
	const afterFrame = () =>
		new Promise<number>((resolve) => {
			requestAnimationFrame(() => {
				const channel = new MessageChannel();
				channel.port1.onmessage = () => resolve(now());
				channel.port2.postMessage(0);
			});
		});
	let tasks: number[] = [];
	new PerformanceObserver((list) => {
		for (const entry of list.getEntries()) tasks.push(entry.duration);
	}).observe({ type: 'longtask', buffered: true });

	window.bench = {
		now,
		acted: 0,
		calibrate() {
			const begun = performance.now();
			let sum = 0;
			for (let k = 0; k < 20_000_000; k++) sum = (sum + k * 31) % 1_000_003;
			return performance.now() - begun + (sum < 0 ? 1 : 0);
		},
		painted: afterFrame,
		until(expression) {
			// The pages' policy forbids building code from text; an expression is a selector with optional conditions.
			const [selector = '', attribute, least] = expression.split('|');
			const holds = () => {
				const found = document.querySelector(selector);
				if (!found || attribute === undefined) return found !== null;
				return Number(found.getAttribute(attribute)) >= Number(least);
			};
			return new Promise((resolve) => {
				const look = () => {
					if (!holds()) return false;
					const seen = now();
					void afterFrame().then((painted) => resolve({ seen, painted }));
					return true;
				};
				if (look()) return;
				const observer = new MutationObserver(() => {
					if (look()) observer.disconnect();
				});
				observer.observe(document, {
					subtree: true,
					childList: true,
					attributeFilter: ['aria-current', 'aria-valuemax', 'aria-valuenow', 'data-step']
				});
			});
		},
		async settled(limit) {
			const begun = now();
			let changed = true;
			let last = begun;
			const observer = new MutationObserver(() => (changed = true));
			const all = { subtree: true, childList: true, attributes: true, characterData: true };
			observer.observe(document, all);
			for (let quiet = 0; quiet < 3 && now() - begun < limit;) {
				const at = await afterFrame();
				if (changed) last = at;
				quiet = changed ? 0 : quiet + 1;
				changed = false;
			}
			observer.disconnect();
			return last;
		},
		scroller() {
			if (window.bench.peer) return window.bench.peer.scroller;
			let box = document.querySelector<HTMLElement>('ol[aria-label="Sequence diagram"]');
			while (box && !/auto|scroll/.test(getComputedStyle(box).overflowY)) box = box.parentElement;
			return box ?? document.documentElement;
		},
		frames(count, move) {
			return new Promise((resolve) => {
				const gaps: number[] = [];
				let before = 0;
				const frame = (at: number) => {
					if (before > 0) gaps.push(at - before);
					before = at;
					if (gaps.length >= count) return resolve(gaps);
					move(gaps.length);
					requestAnimationFrame(frame);
				};
				requestAnimationFrame(frame);
			});
		},
		longTasks() {
			const found = tasks;
			tasks = [];
			return found;
		}
	};
	for (const type of ['pointerdown', 'keydown', 'change'])
		addEventListener(
			type,
			(event) => (window.bench.acted = performance.timeOrigin + event.timeStamp),
			true
		);
}
