import type { Recording } from '../../recording/recording.ts';
import type { MetricState } from './cluster-state.ts';
import { upTo } from './lasting.ts';
import { errorsMetric, operationTypes, totalMetric } from './runtime-operations.ts';

type Item = NonNullable<ReturnType<Recording['items']['at']>>;

interface Metric {
	/** Indices of the items that moved it, in order. */
	moves: number[];
	/** Values that steps told: at which item, and how often this run had moved it by then. */
	told: { at: number; value: number; moved: number }[];
}

const same = (at: number) => at;

/** The kubelet's counters of CRI calls, as the calls of this run move them: when the answer is there. */
export class MetricHistory {
	readonly #recording: Recording;
	readonly #metrics = new Map<string, Metric>();

	constructor(recording: Recording) {
		this.#recording = recording;
	}

	take(item: Item): void {
		if (item.id === 'redirect' || (item.id === 'kubelet-proxy' && !item.reply))
			return this.#tell(item);
		const answers =
			item.id === 'token-url' ||
			(item.reply &&
				(item.id === 'cri-call' ||
					item.id === 'cri-exec' ||
					item.id === 'cri-portforward' ||
					item.id === 'list-containers'));
		if (!answers || item.answers === undefined) return;
		const call = this.#recording.items.at(item.answers)!;
		const type = operationTypes[String(call.facts.method)];
		if (call.from !== 'kubelet' || !type) return;
		this.#metric(totalMetric(type)).moves.push(item.index);
		if (item.failed) this.#metric(errorsMetric(type)).moves.push(item.index);
	}

	at(cursor: number): MetricState[] {
		const states: MetricState[] = [];
		for (const [name, { moves, told }] of this.#metrics) {
			const moved = upTo(moves, cursor, same);
			const known = told[upTo(told, cursor, ({ at }) => at) - 1];
			if (moved === 0 && !known) continue;
			states.push({
				name,
				moved,
				value: known && known.value + moved - known.moved,
				by: moved - upTo(moves, cursor - 1, same)
			});
		}
		return states;
	}

	#tell(item: Item): void {
		const { metrics } = item.facts;
		if (typeof metrics !== 'object' || metrics === null) return;
		for (const [name, value] of Object.entries(metrics)) {
			if (typeof value !== 'number') continue;
			const metric = this.#metric(name);
			metric.told.push({ at: item.index, value, moved: metric.moves.length });
		}
	}

	#metric(name: string): Metric {
		let metric = this.#metrics.get(name);
		if (!metric) this.#metrics.set(name, (metric = { moves: [], told: [] }));
		return metric;
	}
}
