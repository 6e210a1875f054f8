import { randomUUID } from 'node:crypto';
import http from 'node:http';
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

/** Starts the containers of the world through the Docker API, named and labelled as a kubelet's, and returns the pods. */
export function seedWorld(docker: ReadonlyMap<string, Address>, boot: Run): Promise<object[]> {
	return Promise.all(plans.map((plan) => seedPod(plan, docker, boot)));
}

async function seedPod(
	plan: Plan,
	docker: ReadonlyMap<string, Address>,
	boot: Run
): Promise<object> {
	const uid = randomUUID();
	const address = plan.node === undefined ? undefined : docker.get(plan.node);
	const ids: string[] = [];
	if (address && plan.phase === 'Running') {
		const pod = { name: plan.name, namespace: plan.namespace, uid };
		const sandbox = await startContainer(address, boot, pod, undefined, {
			name: 'POD',
			image: pauseImage
		});
		for (const container of plan.containers)
			ids.push(await startContainer(address, boot, pod, sandbox, container));
	}
	return podObject(plan, uid, ids);
}

async function startContainer(
	address: Address,
	boot: Run,
	pod: { name: string; namespace: string; uid: string },
	sandbox: string | undefined,
	container: { name: string; image: string }
): Promise<string> {
	const name = `k8s_${container.name}_${pod.name}_${pod.namespace}_${pod.uid}_0`;
	const labels = {
		'io.kubernetes.container.name': container.name,
		'io.kubernetes.docker.type': sandbox ? 'container' : 'podsandbox',
		'io.kubernetes.pod.name': pod.name,
		'io.kubernetes.pod.namespace': pod.namespace,
		'io.kubernetes.pod.uid': pod.uid,
		...(sandbox ? { 'io.kubernetes.sandbox.id': sandbox } : {})
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
	const created = await ask(address, boot, path, body);
	const { Id: id } = JSON.parse(created) as { Id: string };
	await ask(address, boot, `/v1.41/containers/${id}/start`, undefined);
	return id;
}

/** One POST to an engine, announced and recorded as the boot run's; throws what the engine refused it with. */
async function ask(
	address: Address,
	boot: Run,
	path: string,
	body: object | undefined
): Promise<string> {
	const said = await boot.step('docker-request', {
		n: `POST ${path.split('?')[0]!}`,
		from: 'client',
		facts: body ? { body } : {}
	});
	const text = body ? JSON.stringify(body) : '';
	return new Promise((resolve, reject) => {
		const to = socketOptions(address);
		const request = http.request(
			{
				...('path' in to ? { socketPath: to.path } : to),
				method: 'POST',
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
