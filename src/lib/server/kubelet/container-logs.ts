/**
 * `getContainerLogs` of `pkg/kubelet/server/server.go` and `GetKubeletContainerLogs` of `pkg/kubelet/kubelet_pods.go`:
 * from the path and query of `/containerLogs/...` to what a container has printed, or the refusal.
 */
import type { ServerResponse } from 'node:http';
import { Dropped, type Message, type Run } from '../../trace/trace.ts';
import { parsePodLogOptions, validatePodLogOptions } from '../../wire/pod-log-options.ts';
import type { Clock } from '../limits.ts';
import { drained } from '../transport/drained.ts';
import { answer, statusText, text, type Answer, type Exchange } from './exchange.ts';
import { logContainerId } from './log-container-id.ts';
import type { Pod } from './pod.ts';
import { readLogs, type LogOptions } from './read-logs.ts';
import type { RuntimeService } from './remote-runtime-service.ts';

export interface LogHost {
	podByName(namespace: string, name: string): Pod | undefined;
	/** A connection to the runtime; the caller closes it. */
	connectRuntime(run: Run): RuntimeService;
	/** Of what nobody asked for, and nobody needs to see. */
	housekeeping: Run;
	/** The folder of the node: nothing outside of it is read. */
	dir: string;
	clock: Clock;
}

interface LogCall {
	run: Run;
	/** The request as announced. */
	asked: Message;
	exchange: Exchange;
	params: Record<string, string>;
	query: URLSearchParams;
}

/** A container whose log may be read. */
interface Found {
	containerId: string;
	options: LogOptions;
}

/** Answers by itself; everything is announced here. Resolves when the last of the log is written, or nobody reads it. */
export async function getContainerLogs(host: LogHost, call: LogCall): Promise<void> {
	const { run, asked, exchange, params, query } = call;
	const { podNamespace = '', podID = '', containerName = '' } = params;
	const done = await run.call('container-logs', {
		n: `getContainerLogs ${podNamespace}/${podID}/${containerName}`,
		fn: 'Server.getContainerLogs',
		facts: { podNamespace, podID, containerName, ...Object.fromEntries(query) }
	});
	try {
		const found = find(host, call);
		if ('status' in found) {
			const { status, body = '' } = found;
			await run.reply(asked, { n: `${status} ${body}`.trim(), facts: { status, body } });
			return answer(exchange, found);
		}
		await stream(host, call, found);
	} finally {
		done();
	}
}

/** Refusals in the order of upstream. */
function find(host: LogHost, { exchange, params, query }: LogCall): Found | Answer {
	const { podNamespace = '', podID = '', containerName = '' } = params;
	if (!exchange.response) return text(400, 'the log of a container is no stream to upgrade to');
	let options;
	try {
		options = parsePodLogOptions(withTail(query));
	} catch {
		return text(400, '{"message": "Unable to decode query."}');
	}
	if (validatePodLogOptions(options).length > 0)
		return text(422, '{"message": "Invalid request."}');
	const pod = host.podByName(podNamespace, podID);
	if (!pod) return text(404, `pod ${JSON.stringify(podID)} does not exist\n`);
	if (!pod.spec.containers.some(({ name }) => name === containerName))
		return text(
			404,
			`container ${JSON.stringify(containerName)} not found in pod ${JSON.stringify(podID)}\n`
		);
	try {
		const containerId = logContainerId(pod, containerName, options.previous);
		const { follow, timestamps, tailLines, limitBytes, sinceSeconds, sinceTime } = options;
		const since = Math.max(
			sinceSeconds === undefined ? 0 : Date.now() - sinceSeconds * 1000,
			sinceTime === undefined ? 0 : Date.parse(sinceTime)
		);
		return {
			containerId,
			options: {
				...{ follow, timestamps },
				...(tailLines === undefined ? {} : { tailLines }),
				...(limitBytes === undefined ? {} : { limitBytes }),
				...(since > 0 ? { since: BigInt(Math.round(since)) * 1_000_000n } : {})
			}
		};
	} catch (error) {
		return text(400, (error as Error).message);
	}
}

/** An older name of `tailLines`, of which `all` is the same as none. */
function withTail(query: URLSearchParams): URLSearchParams {
	const tail = query.get('tail');
	if (!tail) return query;
	const renamed = new URLSearchParams(query);
	if (tail === 'all') renamed.delete('tailLines');
	else renamed.set('tailLines', tail);
	return renamed;
}

/**
 * Head first, and then nothing or what there is. What goes wrong from there on can only be said where the log would
 * stand: so it is upstream.
 */
async function stream(host: LogHost, call: LogCall, found: Found): Promise<void> {
	const response = call.exchange.response!;
	const gone = new AbortController();
	response.on('close', () => gone.abort());
	await call.run.reply(call.asked, { n: statusText(200), facts: { status: 200 } });
	response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' });
	response.flushHeaders();
	const write = writer(call, response);
	try {
		const path = await logPath(host, call.run, found.containerId);
		await read(host, call, { ...found, path, signal: gone.signal, write });
	} catch (error) {
		if (error instanceof Dropped) throw error;
		if (!gone.signal.aborted) await write(Buffer.from((error as Error).message));
	}
	response.end();
}

/** `kubeGenericRuntimeManager.GetContainerLogs`: only the runtime knows where the log is. */
async function logPath(host: LogHost, run: Run, containerId: string): Promise<string> {
	const service = host.connectRuntime(run);
	try {
		const { status } = await service.invoke('ContainerStatus', { container_id: containerId });
		return status?.log_path ?? '';
	} catch (error) {
		if (error instanceof Dropped) throw error;
		throw new Error(`Unable to retrieve container logs for docker://${containerId}`, {
			cause: error
		});
	} finally {
		service.close();
	}
}

interface Reading extends Found {
	path: string;
	signal: AbortSignal;
	write(bytes: Buffer): Promise<void>;
}

async function read(host: LogHost, { run }: LogCall, reading: Reading): Promise<void> {
	const { path, options, signal, write } = reading;
	const { since, ...rest } = options;
	const done = await run.call('read-log', {
		n: `ReadLogs ${path}`,
		fn: 'ReadLogs',
		facts: {
			path,
			...rest,
			...(since === undefined ? {} : { since: new Date(Number(since / 1_000_000n)).toISOString() })
		}
	});
	const watch = watchContainer(host, run, reading.containerId);
	try {
		const source = { path, below: host.dir, signal, clock: host.clock, running: watch.running };
		for await (const bytes of readLogs(source, options)) {
			if (signal.aborted) return;
			await write(bytes);
		}
	} finally {
		watch.close();
		done();
	}
}

/**
 * Whether the container still runs, asked of the runtime each second while it prints nothing, as upstream. That is told
 * only when the answer is another one.
 */
function watchContainer(host: LogHost, run: Run, container_id: string) {
	let service: RuntimeService | undefined;
	const isRunning = async (of: RuntimeService) => {
		const { status } = await of.invoke('ContainerStatus', { container_id });
		return status?.state === 'CONTAINER_RUNNING';
	};
	return {
		async running(): Promise<boolean> {
			service ??= host.connectRuntime(host.housekeeping);
			if (await isRunning(service)) return true;
			const told = host.connectRuntime(run);
			try {
				return await isRunning(told);
			} finally {
				told.close();
			}
		},
		close: () => service?.close()
	};
}

let logs = 0;

/** Announces each piece and writes it, no faster than it is read. */
function writer({ run, asked }: LogCall, response: ServerResponse): Reading['write'] {
	const exec = `log-${++logs}`;
	let at = 0;
	return async (bytes) => {
		const len = bytes.length;
		const message = await run.step('io', {
			n: `log ${len} ${len === 1 ? 'byte' : 'bytes'}`,
			from: 'kubelet',
			facts: { stream: 'stdout', len }
		});
		const payload = { exec, stream: 'stdout', at, len } as const;
		run.covers(message, payload);
		run.carried(payload, { on: asked, dir: '<', body: at, len });
		at += len;
		if (!response.destroyed && !response.write(bytes)) await drained(response);
	};
}
