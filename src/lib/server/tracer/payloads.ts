import type { Payload } from '../../trace/trace.ts';
import { tailBytes } from './tail.ts';

/** Which step each byte of an exec's streams belongs to, so that every hop that carries it is told of that step. */
export class Payloads {
	#known = new Map<string, { payload: Payload; step: number }[]>();

	/** The streams that carried something, as `EXEC STREAM`. */
	get streams(): string[] {
		return [...this.#known.keys()];
	}

	/** These bytes are what this step says. */
	covers(step: number, payload: Payload): void {
		const key = `${payload.exec} ${payload.stream}`;
		const known = this.#known.get(key) ?? [];
		known.push({ payload, step });
		while (known[0] && payload.at - known[0].payload.at > tailBytes) known.shift();
		this.#known.set(key, known);
	}

	/** The part of each step in these bytes, counted from their first. */
	carried({ exec, stream, at, len }: Payload): { of: number; at: number; len: number }[] {
		return (this.#known.get(`${exec} ${stream}`) ?? []).flatMap(({ payload, step }) => {
			const from = Math.max(at, payload.at);
			const to = Math.min(at + len, payload.at + payload.len);
			return from < to ? [{ of: step, at: from - at, len: to - from }] : [];
		});
	}
}
