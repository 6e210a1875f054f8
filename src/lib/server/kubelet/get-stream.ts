/**
 * What `getExec`, `getAttach` and `getPortForward` of `pkg/kubelet/server/server.go` do alike: from path and query to
 * where the stream is served. In redirect mode (`--redirect-container-streaming=true`) that is the answer; else
 * the kubelet goes there itself. The refusals are in the order of upstream.
 */
import type { Facts } from '../../trace/event.ts';
import { eras } from '../../trace/eras.ts';
import type { StepId } from '../../trace/steps.ts';
import { Dropped, type Message, type Run } from '../../trace/trace.ts';
import { criMethods, type CriStreamMethod } from './cri-methods.ts';
import { redirect, text, type Answer } from './exchange.ts';
import type { Pod } from './pod.ts';
import { RpcError } from './rpc-error.ts';
import type { RuntimeMetrics } from './metrics.ts';
import { KubeGenericRuntimeManager } from './runtime-manager.ts';
import type { RuntimeService } from './remote-runtime-service.ts';

export interface StreamHost {
	podByName(namespace: string, name: string): Pod | undefined;
	/** A connection to the runtime for this request alone; the caller closes it. */
	connectRuntime(run: Run): RuntimeService;
	metrics: RuntimeMetrics;
	/** Lifetime of a token, which a client that met a full cache is told to wait. */
	tokenTtlMs: number;
}

export interface StreamCall {
	run: Run;
	/** The request as announced. */
	asked: Message;
	method: string;
	params: Record<string, string>;
	query: URLSearchParams;
	/** It asks for a WebSocket, which names in its query what SPDY names in the streams. */
	webSocket?: boolean;
}

/** A verb that ends in streams, as far as it differs from the others in the kubelet. */
export interface StreamVerb {
	/** `getExec`, a method of `Server`, and the step that tells of it. */
	handler: string;
	id: StepId;
	/** As which step a request of a foreign client is announced. */
	asked: StepId;
	/** The call of the runtime that gives the URL. */
	method: CriStreamMethod;
	/** What the call is told with, beside the pod. */
	facts(call: StreamCall): Facts;
	/** Reads the query; a string is the refusal. Else what asks for the URL, once the pod is known. */
	read(call: StreamCall): string | AskForUrl;
}

/** The URL, or a refusal of the kubelet itself; throws what becomes 500, or what the runtime said. */
export type AskForUrl = (pod: Pod, manager: KubeGenericRuntimeManager) => Promise<string | Answer>;

/** Where the kubelet is to go itself, for `proxyStream`, and what that step tells beside its request. */
export interface StreamPlace {
	url: string;
	facts: Facts;
}

/** Answers a request for a stream: 302, or the refusal, announced here; or tells where it is, which nobody knows yet. */
export async function getStream(
	host: StreamHost,
	call: StreamCall,
	verb: StreamVerb
): Promise<Answer | StreamPlace> {
	const { run, asked, method, params } = call;
	const { podNamespace = '', podID = '', containerName } = params;
	const named = [podNamespace, podID, ...(containerName === undefined ? [] : [containerName])];
	const done = await run.call(verb.id, {
		n: `${verb.handler} ${named.join('/')}`,
		fn: `Server.${verb.handler}`,
		facts: { podNamespace, podID, ...verb.facts(call), uid: params['uid'] ?? null }
	});
	const found = await streamUrl(host, call, verb);
	done();
	if (typeof found !== 'string') {
		run.refused();
		await run.reply(asked, {
			n: `${found.status} ${found.body ?? ''}`.trim(),
			facts: { status: found.status, body: found.body ?? '' }
		});
		return found;
	}
	const { operation } = criMethods[verb.method];
	const metrics = {
		[`kubelet_runtime_operations_total{operation_type="${operation}"}`]:
			host.metrics.total(operation)
	};
	if (eras[run.era].stream === 'proxy') return { url: found, facts: { metrics } };
	await run.step('redirect', {
		n: `302 ${found}`,
		re: asked,
		facts: { status: 302, location: found, metrics }
	});
	return redirect(method, found);
}

/** The URL where the stream is served, or the refusal. */
async function streamUrl(
	host: StreamHost,
	call: StreamCall,
	verb: StreamVerb
): Promise<string | Answer> {
	const { podNamespace = '', podID = '' } = call.params;
	const askForUrl = verb.read(call);
	if (typeof askForUrl === 'string') return text(400, askForUrl);
	const pod = host.podByName(podNamespace, podID);
	if (!pod) return text(404, 'pod does not exist');
	const service = host.connectRuntime(call.run);
	try {
		return await askForUrl(pod, new KubeGenericRuntimeManager(service));
	} catch (error) {
		if (error instanceof Dropped) throw error;
		return writeError(error as Error, host.tokenTtlMs);
	} finally {
		service.close();
	}
}

/** `streaming.WriteError`: the gRPC code becomes the status, the text of the error the body. */
function writeError(error: Error, tokenTtlMs: number): Answer {
	const code = error instanceof RpcError ? error.code : undefined;
	if (code === 'NotFound') return text(404, error.message);
	if (code === 'ResourceExhausted') {
		return text(429, error.message, { 'Retry-After': String(Math.round(tokenTtlMs / 1000)) });
	}
	return text(500, error.message);
}
