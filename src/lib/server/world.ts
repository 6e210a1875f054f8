import { randomUUID } from 'node:crypto';
import { mkdir, symlink } from 'node:fs/promises';
import http from 'node:http';
import { dirname, join } from 'node:path';
import type { Run } from '../trace/trace.ts';
import { socketOptions, type Address } from './transport/address.ts';

/** A pod of the world at start, in few words. */
interface Plan {
	name: string;
	namespace: string;
	node?: string;
	phase: 'Running' | 'Succeeded' | 'Pending';
	containers: { name: string; image: string }[];
	ageDays?: number;
}

const operator = {
	name: 'prometheus-operator-6f6b75f46f-h4gl4',
	node: 'node-1',
	phase: 'Running',
	containers: [
		{ name: 'prometheus-operator', image: 'quay.io/coreos/prometheus-operator:v0.38.0' }
	],
	ageDays: 20
} as const;

/** What stands in the cluster when it opens: two nodes, and a pod for each thing that an exec can meet. */
const plans: Plan[] = [
	{
		name: 'nginx',
		namespace: 'default',
		node: 'node-1',
		phase: 'Running',
		containers: [{ name: 'nginx', image: 'nginx' }]
	},
	{ ...operator, namespace: 'default', containers: [...operator.containers] },
	{ ...operator, namespace: 'seed-2', containers: [...operator.containers] },
	{
		name: 'web',
		namespace: 'default',
		node: 'node-2',
		phase: 'Running',
		containers: [
			{ name: 'app', image: 'nginx' },
			{ name: 'sidecar', image: 'busybox' }
		]
	},
	{
		name: 'finished',
		namespace: 'default',
		node: 'node-2',
		phase: 'Succeeded',
		containers: [{ name: 'finished', image: 'busybox' }]
	},
	{
		name: 'unscheduled',
		namespace: 'default',
		phase: 'Pending',
		containers: [{ name: 'unscheduled', image: 'busybox' }]
	}
];

export const namespaces = ['default', 'seed-1', 'seed-2'];
export const nodeNames = ['node-1', 'node-2'];
const pauseImage = 'k8s.gcr.io/pause:3.1';

/** A node as the world needs it. */
export interface WorldNode {
	/** Its engine. */
	docker: Address;
	/** Where its kubelet looks for the logs of pods. */
	podLogs: string;
}

/**
 * Starts the containers of the world through the Docker API, named, labelled and with links to their logs as a
 * kubelet's and its shim's, and returns the pods.
 */
export function seedWorld(nodes: ReadonlyMap<string, WorldNode>, boot: Run): Promise<object[]> {
	return Promise.all(plans.map((plan) => seedPod(plan, nodes, boot)));
}

async function seedPod(
	plan: Plan,
	nodes: ReadonlyMap<string, WorldNode>,
	boot: Run
): Promise<object> {
	const uid = randomUUID();
	const node = plan.node === undefined ? undefined : nodes.get(plan.node);
	const ids: string[] = [];
	if (node && plan.phase === 'Running') {
		const pod = { name: plan.name, namespace: plan.namespace, uid };
		const sandbox = await startContainer(node, boot, pod, undefined, {
			name: 'POD',
			image: pauseImage
		});
		for (const container of plan.containers)
			ids.push(await startContainer(node, boot, pod, sandbox, container));
	}
	return podObject(plan, uid, ids);
}

async function startContainer(
	{ docker, podLogs }: WorldNode,
	boot: Run,
	pod: { name: string; namespace: string; uid: string },
	sandbox: string | undefined,
	container: { name: string; image: string }
): Promise<string> {
	const name = `k8s_${container.name}_${pod.name}_${pod.namespace}_${pod.uid}_0`;
	const logs = join(podLogs, `${pod.namespace}_${pod.name}_${pod.uid}`);
	const log = join(logs, container.name, '0.log');
	const labels = {
		'io.kubernetes.container.name': container.name,
		'io.kubernetes.docker.type': sandbox ? 'container' : 'podsandbox',
		'io.kubernetes.pod.name': pod.name,
		'io.kubernetes.pod.namespace': pod.namespace,
		'io.kubernetes.pod.uid': pod.uid,
		...(sandbox
			? { 'io.kubernetes.sandbox.id': sandbox, 'io.kubernetes.container.logpath': log }
			: {})
	};
	const body = {
		Image: container.image,
		Labels: labels,
		...(sandbox ? {} : { Hostname: pod.name }),
		HostConfig: sandbox
			? { NetworkMode: `container:${sandbox}`, IpcMode: `container:${sandbox}` }
			: {}
	};
	const path = `/v1.41/containers/create?name=${encodeURIComponent(name)}`;
	const created = await ask(docker, boot, { method: 'POST', path, body });
	const { Id: id } = JSON.parse(created) as { Id: string };
	await ask(docker, boot, { method: 'POST', path: `/v1.41/containers/${id}/start` });
	if (sandbox) {
		const inspected = await ask(docker, boot, {
			method: 'GET',
			path: `/v1.41/containers/${id}/json`
		});
		const { LogPath } = JSON.parse(inspected) as { LogPath: string };
		await mkdir(dirname(log), { recursive: true, mode: 0o700 });
		if (LogPath) await symlink(LogPath, log);
	}
	return id;
}

interface Ask {
	method: 'GET' | 'POST';
	path: string;
	body?: object;
}

/** One request to an engine, announced and recorded as the boot run's; throws what the engine refused it with. */
async function ask(address: Address, boot: Run, { method, path, body }: Ask): Promise<string> {
	const said = await boot.step('docker-request', {
		n: `${method} ${path.split('?')[0]!}`,
		from: 'client',
		facts: body ? { body } : {}
	});
	const text = body ? JSON.stringify(body) : '';
	return new Promise((resolve, reject) => {
		const to = socketOptions(address);
		const request = http.request(
			{
				...('path' in to ? { socketPath: to.path } : to),
				method,
				path,
				agent: false,
				headers: {
					Host: 'docker',
					'User-Agent': 'execscope',
					'Content-Type': 'application/json',
					'Content-Length': Buffer.byteLength(text),
					traceparent: boot.traceparent(said)
				}
			},
			(response) => {
				let answer = '';
				response.setEncoding('utf8');
				response.on('data', (chunk: string) => (answer += chunk));
				response.on('error', reject);
				response.on('end', () => {
					if ((response.statusCode ?? 500) < 300) resolve(answer);
					else reject(new Error(`the engine refused ${path}: ${answer.trim()}`));
				});
			}
		);
		request.on('error', reject);
		request.end(text);
	});
}

function podObject(plan: Plan, uid: string, ids: string[]): object {
	const created = new Date(Date.now() - (plan.ageDays ?? 0) * 86_400_000)
		.toISOString()
		.replace(/\.\d+Z$/, 'Z');
	return {
		kind: 'Pod',
		apiVersion: 'v1',
		metadata: {
			name: plan.name,
			namespace: plan.namespace,
			uid,
			creationTimestamp: created,
			labels: { app: plan.name }
		},
		spec: {
			containers: plan.containers.map(({ name, image }) => ({
				name,
				image,
				resources: {},
				terminationMessagePath: '/dev/termination-log',
				terminationMessagePolicy: 'File',
				imagePullPolicy: 'Always'
			})),
			restartPolicy: plan.phase === 'Succeeded' ? 'Never' : 'Always',
			terminationGracePeriodSeconds: 30,
			dnsPolicy: 'ClusterFirst',
			...(plan.node ? { nodeName: plan.node } : {}),
			securityContext: {},
			schedulerName: 'default-scheduler'
		},
		status: statusOf(plan, ids, created)
	};
}

function statusOf(plan: Plan, ids: string[], at: string): object {
	if (plan.phase === 'Pending')
		return {
			phase: 'Pending',
			conditions: [
				{
					type: 'PodScheduled',
					status: 'False',
					lastProbeTime: null,
					lastTransitionTime: at,
					reason: 'Unschedulable',
					message: '0/2 nodes are available: 2 node(s) were kept free of it, for the lesson.'
				}
			],
			qosClass: 'BestEffort'
		};
	const running = plan.phase === 'Running';
	const condition = (type: string, status: string, reason?: string) => ({
		type,
		status,
		lastProbeTime: null,
		lastTransitionTime: at,
		...(reason ? { reason } : {})
	});
	return {
		phase: plan.phase,
		conditions: [
			condition('Initialized', 'True', running ? undefined : 'PodCompleted'),
			condition('Ready', running ? 'True' : 'False', running ? undefined : 'PodCompleted'),
			condition(
				'ContainersReady',
				running ? 'True' : 'False',
				running ? undefined : 'PodCompleted'
			),
			condition('PodScheduled', 'True')
		],
		hostIP: '127.0.0.1',
		podIP: '127.0.0.1',
		startTime: at,
		containerStatuses: plan.containers.map(({ name, image }, n) => ({
			name,
			state: running
				? { running: { startedAt: at } }
				: {
						terminated: { exitCode: 0, reason: 'Completed', startedAt: at, finishedAt: at }
					},
			lastState: {},
			ready: running,
			restartCount: 0,
			image,
			imageID: '',
			...(ids[n] ? { containerID: `docker://${ids[n]}` } : {})
		})),
		qosClass: 'BestEffort'
	};
}
