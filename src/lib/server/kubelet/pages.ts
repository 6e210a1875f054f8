/** What the kubelet tells about itself over HTTP: the handlers of `server.go` that are no streams. */
import { Dropped, type Run } from '../../trace/trace.ts';
import { text, type Answer } from './exchange.ts';
import type { RuntimeMetrics } from './metrics.ts';
import type { Pod } from './pod.ts';
import type { RuntimeService } from './remote-runtime-service.ts';
import { KubeGenericRuntimeManager } from './runtime-manager.ts';

export interface PageHost {
	pods(): Pod[];
	metrics: RuntimeMetrics;
	connectRuntime(run: Run): RuntimeService;
}

type Page = (host: PageHost, run: Run, path: string) => Answer | Promise<Answer>;

export const pages = {
	healthz: () => text(200, 'ok'),
	getPods: (host) => json(podList(host.pods())),
	getMetrics: (host) =>
		text(200, host.metrics.format(), {
			'Content-Type': 'text/plain; version=0.0.4; charset=utf-8'
		}),
	getRunningPods: runningPods,
	notServed: (_host, _run, path) =>
		text(501, `This version does not serve ${path.split('/', 2).join('/')}.\n`)
} satisfies Record<string, Page>;

/** `/runningpods/`: what the runtime has now, not what the API server wants. */
async function runningPods(host: PageHost, run: Run): Promise<Answer> {
	const service = host.connectRuntime(run);
	try {
		const pods = await new KubeGenericRuntimeManager(service).getPods();
		const items = pods.map(({ name, namespace, uid, containers }) => ({
			metadata: { name, namespace, uid, creationTimestamp: null },
			spec: { containers: containers.map((each) => ({ name: each.metadata?.name ?? '' })) },
			status: {}
		}));
		return json(podList(items));
	} catch (error) {
		if (error instanceof Dropped) throw error;
		return text(500, (error as Error).message);
	} finally {
		service.close();
	}
}

function podList(items: object[]): object {
	return { kind: 'PodList', apiVersion: 'v1', metadata: {}, items };
}

function json(value: object): Answer {
	return {
		status: 200,
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify(value)
	};
}
