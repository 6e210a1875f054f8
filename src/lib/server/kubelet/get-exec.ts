/**
 * `getExec` of `pkg/kubelet/server/server.go`: from the path and query of `/exec/...` to a redirect to the streaming
 * server. Redirect mode only (`--redirect-container-streaming=true`); the refusals are in the order of upstream.
 */
import { Dropped, type Message, type Run } from '../../trace/trace.ts';
import { newOptions } from './exec-options.ts';
import { redirect, text, type Answer } from './exchange.ts';
import { kubeletGetExec } from './find-container.ts';
import type { Pod } from './pod.ts';
import { RpcError } from './rpc-error.ts';
import type { RuntimeMetrics } from './metrics.ts';
import { KubeGenericRuntimeManager, podFullName } from './runtime-manager.ts';
import type { RuntimeService } from './remote-runtime-service.ts';

export interface ExecHost {
	podByName(namespace: string, name: string): Pod | undefined;
	/** A connection to the runtime for this request alone; the caller closes it. */
	connectRuntime(run: Run): RuntimeService;
	metrics: RuntimeMetrics;
	/** Lifetime of a token, which a client that met a full cache is told to wait. */
	tokenTtlMs: number;
}

export interface ExecCall {
	run: Run;
	/** The request as announced. */
	asked: Message;
	method: string;
	params: Record<string, string>;
	query: URLSearchParams;
}

/** Answers an exec request: 302, or the refusal. Everything is announced here. */
export async function getExec(host: ExecHost, call: ExecCall): Promise<Answer> {
	const { run, asked, method, params, query } = call;
	const { podNamespace = '', podID = '', containerName = '' } = params;
	const cmd = query.getAll('command');
	const done = await run.call('get-exec', {
		n: `getExec ${podNamespace}/${podID}/${containerName}`,
		fn: 'Server.getExec',
		facts: { podNamespace, podID, containerName, cmd, uid: params['uid'] ?? null }
	});
	const found = await execUrl(host, call, cmd);
	done();
	if (typeof found !== 'string') {
		run.refused();
		await run.reply(asked, {
			n: `${found.status} ${found.body ?? ''}`.trim(),
			facts: { status: found.status, body: found.body ?? '' }
		});
		return found;
	}
	await run.step('redirect', {
		n: `302 ${found}`,
		re: asked,
		facts: {
			status: 302,
			location: found,
			metrics: {
				'kubelet_runtime_operations_total{operation_type="exec"}': host.metrics.total('exec')
			}
		}
	});
	return redirect(method, found);
}

/** The URL to redirect to, or the refusal. */
async function execUrl(host: ExecHost, call: ExecCall, cmd: string[]): Promise<string | Answer> {
	const { podNamespace = '', podID = '', containerName = '' } = call.params;
	const options = newOptions(call.query);
	if (typeof options === 'string') return text(400, options);
	const pod = host.podByName(podNamespace, podID);
	if (!pod) return text(404, 'pod does not exist');
	const service = host.connectRuntime(call.run);
	try {
		const manager = new KubeGenericRuntimeManager(service);
		return await kubeletGetExec(manager, podFullName(pod.metadata), containerName, cmd, options);
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
