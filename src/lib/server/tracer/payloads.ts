import type { Span } from '../../trace/event.ts';
import type { Payload } from '../../trace/trace.ts';

/** Bytes of a stream that lie this far behind its newest have crossed every hop. */
const tailBytes = 8 * 1024 * 1024;

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

	/** The part of each step in bytes that `spans` carry, one span for each socket that they cross. */
	carried({ exec, stream, at, len }: Payload, spans: Span[]): (Span & { of: number })[] {
		return (this.#known.get(`${exec} ${stream}`) ?? []).flatMap(({ payload, step }) => {
			const from = Math.max(at, payload.at);
			const to = Math.min(at + len, payload.at + payload.len);
			if (from >= to) return [];
			return spans.map((span) => ({ of: step, ...span, o: span.o + from - at, len: to - from }));
		});
	}
}
