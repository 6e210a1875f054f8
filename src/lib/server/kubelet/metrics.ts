/**
 * The kubelet's counters of CRI operations, `pkg/kubelet/metrics/metrics.go`, in Prometheus' text format: those of
 * 1.15, with the names that 1.15 had already deprecated (its latency summary without quantiles).
 */

/** Upper bounds in seconds: Prometheus' default buckets. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface Operation {
	total: number;
	errors: number;
	seconds: number;
	/** How many took at most as long as the bucket of the same index. */
	within: number[];
}

export class RuntimeMetrics {
	readonly #operations = new Map<string, Operation>();

	/** Counts one finished operation. */
	record(type: string, seconds: number, failed: boolean): void {
		const operation = this.#operations.get(type) ?? {
			total: 0,
			errors: 0,
			seconds: 0,
			within: buckets.map(() => 0)
		};
		operation.total++;
		operation.seconds += seconds;
		if (failed) operation.errors++;
		buckets.forEach((bound, at) => {
			if (seconds <= bound) operation.within[at]!++;
		});
		this.#operations.set(type, operation);
	}

	/** How often an operation was made, errors included. */
	total(type: string): number {
		return this.#operations.get(type)?.total ?? 0;
	}

	/** The body of `/metrics`. */
	format(): string {
		const operations = [...this.#operations].sort(([a], [b]) => (a < b ? -1 : 1));
		return families
			.map(({ name, kind, help, samples }) =>
				[
					`# HELP ${name} ${help}`,
					`# TYPE ${name} ${kind}`,
					...operations.flatMap(([type, operation]) => samples(name, type, operation)),
					''
				].join('\n')
			)
			.join('');
	}
}

interface Family {
	name: string;
	kind: 'counter' | 'histogram' | 'summary';
	help: string;
	samples(name: string, type: string, operation: Operation): string[];
}

const label = (type: string) => `{operation_type="${type}"}`;
const errors: Family['samples'] = (name, type, { errors }) =>
	errors > 0 ? [`${name}${label(type)} ${errors}`] : [];
const total: Family['samples'] = (name, type, { total }) => [`${name}${label(type)} ${total}`];

const families: Family[] = [
	{
		name: 'kubelet_runtime_operations',
		kind: 'counter',
		help: '(Deprecated) Cumulative number of runtime operations by operation type.',
		samples: total
	},
	{
		name: 'kubelet_runtime_operations_duration_seconds',
		kind: 'histogram',
		help: 'Duration in seconds of runtime operations. Broken down by operation type.',
		samples: (name, type, { total, seconds, within }) => [
			...buckets.map(
				(bound, at) => `${name}_bucket{operation_type="${type}",le="${bound}"} ${within[at]}`
			),
			`${name}_bucket{operation_type="${type}",le="+Inf"} ${total}`,
			`${name}_sum${label(type)} ${seconds}`,
			`${name}_count${label(type)} ${total}`
		]
	},
	{
		name: 'kubelet_runtime_operations_errors',
		kind: 'counter',
		help: '(Deprecated) Cumulative number of runtime operation errors by operation type.',
		samples: errors
	},
	{
		name: 'kubelet_runtime_operations_errors_total',
		kind: 'counter',
		help: 'Cumulative number of runtime operation errors by operation type.',
		samples: errors
	},
	{
		name: 'kubelet_runtime_operations_latency_microseconds',
		kind: 'summary',
		help: '(Deprecated) Latency in microseconds of runtime operations. Broken down by operation type.',
		samples: (name, type, { total, seconds }) => [
			`${name}_sum${label(type)} ${seconds * 1e6}`,
			`${name}_count${label(type)} ${total}`
		]
	},
	{
		name: 'kubelet_runtime_operations_total',
		kind: 'counter',
		help: 'Cumulative number of runtime operations by operation type.',
		samples: total
	}
];
