/** Counts and times every CRI call around another service: `pkg/kubelet/kuberuntime/instrumented_services.go`. */
import type { Clock } from '../limits.ts';
import {
	criMethods,
	type CriMethod,
	type CriRequest,
	type CriResponse,
	type CriStreamMethod
} from './cri-methods.ts';
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

	streamUrl<M extends CriStreamMethod>(method: M, request: CriRequest<M>): Promise<string> {
		const { operation } = criMethods[method];
		return this.#record(operation, () => this.#service.streamUrl(method, request));
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
