/**
 * The CRI client: `pkg/kubelet/remote/remote_runtime.go` and `remote_image.go`. It opens a connection of its own for
 * each request that it serves and closes it afterwards (upstream keeps one open for all), so that each recording
 * has the whole connection.
 */
import grpc from '@grpc/grpc-js';
import { eras } from '../../trace/eras.ts';
import type { Run } from '../../trace/trace.ts';
import type { Clock, Limits } from '../limits.ts';
import type { Address } from '../transport/address.ts';
import { criChannelOptions, grpcTarget, loadCri } from '../transport/cri-proto.ts';
import {
	criMethods,
	type CriMethod,
	type CriRequest,
	type CriResponse,
	type CriStreamMethod
} from './cri-methods.ts';
import { startDeadline } from './deadline.ts';
import { deadlineExceeded, toRpcError } from './rpc-error.ts';

/** What the runtime manager talks to; the instrumented service is one around another one. */
export interface RuntimeService {
	/** Makes one CRI call; throws RpcError. */
	invoke<M extends CriMethod>(method: M, request: CriRequest<M>): Promise<CriResponse<M>>;
	/** A CRI call that prepares a stream: the URL where it is served. */
	streamUrl<M extends CriStreamMethod>(method: M, request: CriRequest<M>): Promise<string>;
	close(): void;
}

export interface RemoteRuntimeServiceOptions {
	cri: Address;
	run: Run;
	limits: Limits;
	clock: Clock;
}

export class RemoteRuntimeService implements RuntimeService {
	readonly #options: RemoteRuntimeServiceOptions;
	readonly #client: grpc.Client;

	constructor(options: RemoteRuntimeServiceOptions) {
		this.#options = options;
		this.#client = new grpc.Client(grpcTarget(options.cri), grpc.credentials.createInsecure(), {
			...criChannelOptions,
			// Without its own pool, grpc-js would share one connection between all clients of an address.
			'grpc.use_local_subchannel_pool': 1,
			'grpc.enable_retries': 0
		});
	}

	async invoke<M extends CriMethod>(method: M, request: CriRequest<M>): Promise<CriResponse<M>> {
		const { run, limits, clock } = this.#options;
		const { step, said, timeoutMs } = criMethods[method];
		const ms = timeoutMs(limits, request);
		const deadline = startDeadline(clock, ms, deadlineExceeded);
		const calling = new AbortController();
		try {
			const out = await deadline.race(run.step(step, said(request)));
			const metadata = new grpc.Metadata();
			metadata.set('traceparent', run.traceparent(out));
			return await deadline.race(this.#send(method, request, metadata, ms, calling.signal));
		} finally {
			deadline.stop();
			calling.abort();
		}
	}

	async streamUrl<M extends CriStreamMethod>(method: M, request: CriRequest<M>): Promise<string> {
		// All of these are answered with a URL and nothing else.
		const { url } = (await this.invoke(method, request)) as CriResponse<CriStreamMethod>;
		if (url === '') throw new Error('URL is not set');
		return url;
	}

	close(): void {
		this.#client.close();
	}

	#send<M extends CriMethod>(
		method: M,
		request: CriRequest<M>,
		metadata: grpc.Metadata,
		ms: number | undefined,
		ended: AbortSignal
	): Promise<CriResponse<M>> {
		const cri = loadCri(eras[this.#options.run.era].cri);
		const definition = cri[criMethods[method].service].service[method];
		if (!definition) throw new Error(`no CRI method ${method}`);
		// The clock above decides; this one is only there to be told to the other end (`grpc-timeout`).
		const options = ms === undefined ? {} : { deadline: Date.now() + ms };
		return new Promise((resolve, reject) => {
			const call = this.#client.makeUnaryRequest<object, object>(
				definition.path,
				definition.requestSerialize,
				definition.responseDeserialize,
				request,
				metadata,
				options,
				(error, response) => {
					if (error) reject(toRpcError(error, this.#options.cri));
					else if (response) resolve(response as CriResponse<M>);
					else reject(new Error(`${method} was answered with nothing`));
				}
			);
			ended.addEventListener('abort', () => call.cancel());
		});
	}
}
