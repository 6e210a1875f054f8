/**
 * What `kubectl -v=N` writes to stderr: k8s.io/klog's header and lines. File names and lines are those of 1.15.0;
 * the clock is read once and carried on by the monotonic one, so that lines have microseconds and never go back.
 */
import type { Clock } from '../limits.ts';

/** Where 1.15.0 says it. */
export const places = {
	configLoaded: 'loader.go:359',
	url: 'round_trippers.go:416',
	curl: 'round_trippers.go:419',
	requestHeaders: 'round_trippers.go:423',
	requestHeader: 'round_trippers.go:426',
	timing: 'round_trippers.go:438',
	status: 'round_trippers.go:441',
	responseHeaders: 'round_trippers.go:444',
	responseHeader: 'round_trippers.go:447',
	hexBody: 'request.go:945',
	body: 'request.go:947',
	fatal: 'helpers.go:114',
	serverResponse: 'helpers.go:199',
	connectionError: 'helpers.go:217'
} as const;

export interface KlogOptions {
	level: number;
	pid: number;
	now: () => Date;
	clock: Clock;
	write(text: string): void;
}

export class Klog {
	readonly level: number;
	readonly #options: KlogOptions;
	readonly #wallMs: number;
	readonly #startMs: number;

	constructor(options: KlogOptions) {
		this.level = options.level;
		this.#options = options;
		this.#wallMs = options.now().getTime();
		this.#startMs = options.clock.now();
	}

	/** Writes a line if the level is at least `level`. */
	info(level: number, place: string, message: string): void {
		if (this.level >= level) this.#line('I', place, message);
	}

	/** The last line of a kubectl that fails with -v=2 or more (upstream adds the traces of all goroutines). */
	fatal(message: string): void {
		this.#line('F', places.fatal, message);
	}

	#line(severity: string, place: string, message: string): void {
		const micros = Math.floor((this.#options.clock.now() - this.#startMs) * 1000);
		const at = new Date(this.#wallMs + Math.floor(micros / 1000));
		const two = (value: number) => String(value).padStart(2, '0');
		const day = `${two(at.getMonth() + 1)}${two(at.getDate())}`;
		const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
		const fraction = String(at.getMilliseconds() * 1000 + (micros % 1000)).padStart(6, '0');
		const pid = String(this.#options.pid).padStart(7);
		const end = message.endsWith('\n') ? '' : '\n';
		this.#options.write(`${severity}${day} ${time}.${fraction} ${pid} ${place}] ${message}${end}`);
	}
}
