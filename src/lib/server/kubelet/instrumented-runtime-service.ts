/** Counts and times every CRI call around another service: `pkg/kubelet/kuberuntime/instrumented_services.go`. */
import type { Clock } from '../limits.ts';
import { criMethods, type CriMethod, type CriRequest, type CriResponse } from './cri-methods.ts';
import type { RuntimeMetrics } from './metrics.ts';
import type { RuntimeService } from './remote-runtime-service.ts';

export class InstrumentedRuntimeService implements RuntimeService {
	readonly #service: RuntimeService;
	readonly #metrics: RuntimeMetrics;
	readonly #clock: Clock;

	constructor(service: RuntimeService, metrics: RuntimeMetrics, clock: Clock) {
		this.#service = service;
		this.#metrics = metrics;
		this.#clock = clock;
	}

	invoke<M extends CriMethod>(method: M, request: CriRequest<M>): Promise<CriResponse<M>> {
		return this.#record(criMethods[method].operation, () => this.#service.invoke(method, request));
	}

	exec(request: CriRequest<'Exec'>): Promise<string> {
		return this.#record('exec', () => this.#service.exec(request));
	}

	close(): void {
		this.#service.close();
	}

	async #record<T>(operation: string, work: () => Promise<T>): Promise<T> {
		const start = this.#clock.now();
		let failed = true;
		try {
			const result = await work();
			failed = false;
			return result;
		} finally {
			this.#metrics.record(operation, (this.#clock.now() - start) / 1000, failed);
		}
	}
}
