import grpc from '@grpc/grpc-js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Pod } from '../../../src/lib/server/kubelet/pod.ts';
import type { EraId } from '../../../src/lib/trace/eras.ts';
import { pod, rpc, startWorld, type World } from './fakes.ts';

let world: World;
afterEach(() => world.close());

const methods = () => world.cri.calls.map(({ method }) => method);
const statusOf = (name: string, count = 1) =>
	world.apiserver.called('PUT', new RegExp(`/pods/${name}/status$`), count);

describe('at its start, a kubelet', () => {
	it('registers its node with address, port and runtime', async () => {
		world = await startWorld();
		const { port } = world.kubelet.address as { port: number };
		const { body, user } = await world.apiserver.called('POST', /^\/api\/v1\/nodes$/);
		expect(user).toBe('system:node:node-1');
		expect(body).toMatchObject({
			kind: 'Node',
			metadata: { name: 'node-1' },
			status: {
				addresses: [
					{ type: 'InternalIP', address: '127.0.0.1' },
					{ type: 'Hostname', address: 'node-1' }
				],
				daemonEndpoints: { kubeletEndpoint: { Port: port } },
				nodeInfo: { kubeletVersion: 'v1.15.3', containerRuntimeVersion: 'docker://20.10.24' }
			}
		});
	});

	it('adopts pods that run, and makes no new containers for them', async () => {
		world = await startWorld();
		const { body } = await statusOf('nginx');
		expect((body as Pod).status).toMatchObject({
			phase: 'Running',
			podIP: '10.0.0.7',
			hostIP: '127.0.0.1',
			containerStatuses: [
				{
					name: 'nginx',
					containerID: 'docker://container-nginx-nginx',
					imageID: 'docker://sha256:abc',
					image: 'nginx:latest',
					ready: true,
					started: true,
					restartCount: 0,
					state: { running: { startedAt: '2023-11-14T22:13:20Z' } }
				}
			]
		});
		expect(methods()).not.toContain('RunPodSandbox');
		expect(methods()).not.toContain('CreateContainer');
	});

	it('leaves pods alone that are over', async () => {
		const finished = pod('finished', ['app'], { status: { phase: 'Succeeded' } });
		world = await startWorld({
			pods: [finished],
			answers: { ListPodSandbox: () => ({}), ListContainers: () => ({}) }
		});
		expect(methods()).not.toContain('RunPodSandbox');
		expect(world.apiserver.calls.some(({ method }) => method === 'PUT')).toBe(false);
	});

	it('ties every request to the boot', async () => {
		world = await startWorld();
		for (const { traceparent } of [...world.apiserver.calls, ...world.cri.calls])
			expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
	});

	it('watches from the version of its list', async () => {
		world = await startWorld();
		const { url } = await world.apiserver.called('GET', /watch=true/);
		expect(url).toBe(
			'/api/v1/pods?fieldSelector=spec.nodeName%3Dnode-1&resourceVersion=7&watch=true'
		);
	});
});

describe('a kubelet whose era has changed', () => {
	it('tells the API server its new version, and calls itself by it', async () => {
		let era: EraId = '1.15-redirect';
		world = await startWorld({ era: () => era });
		const { body: first } = await world.apiserver.called('POST', /^\/api\/v1\/nodes$/);
		era = '1.24-cri';
		vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
		await world.kubelet.refresh().finally(() => vi.useRealTimers());
		const { body, client } = await world.apiserver.called(
			'PUT',
			/^\/api\/v1\/nodes\/node-1\/status$/
		);
		expect(client).toBe('kubelet/v1.24.17 (linux/amd64) execscope');
		expect(body).toMatchObject({ status: { nodeInfo: { kubeletVersion: 'v1.24.17' } } });
		const changed = ({ status }: { status: { conditions: { lastTransitionTime: string }[] } }) =>
			status.conditions.map(({ lastTransitionTime }) => lastTransitionTime);
		expect(changed(body as never)).toEqual(changed(first as never));
	});

	it('says nothing once it is closed', async () => {
		world = await startWorld();
		await world.kubelet.close();
		const before = world.apiserver.calls.length;
		await world.kubelet.refresh();
		expect(world.apiserver.calls).toHaveLength(before);
	});
});

describe('a pod that is bound to the node', () => {
	const fresh = pod('fresh', ['app'], {});
	async function startWithout() {
		world = await startWorld({ pods: [] });
		Object.assign(world.answers, {
			ImageStatus: () => ({}),
			PullImage: () => ({ image_ref: 'docker://sha256:abc' }),
			RunPodSandbox: () => ({ pod_sandbox_id: 'sandbox-fresh' }),
			CreateContainer: () => ({ container_id: 'container-fresh' }),
			StartContainer: () => ({})
		});
		await world.apiserver.called('GET', /watch=true/);
		world.cri.calls.length = 0;
	}

	it('is started, and reported on the way', async () => {
		await startWithout();
		world.apiserver.event({ type: 'ADDED', object: fresh });
		expect(((await statusOf('fresh')).body as Pod).status).toMatchObject({
			phase: 'Pending',
			containerStatuses: [{ state: { waiting: { reason: 'ContainerCreating' } }, ready: false }]
		});
		expect(((await statusOf('fresh', 2)).body as Pod).status).toMatchObject({
			phase: 'Running',
			podIP: '10.0.0.7',
			containerStatuses: [{ containerID: 'docker://container-fresh', ready: true }]
		});
		expect(methods()).toEqual([
			'ListPodSandbox',
			'ListContainers',
			'RunPodSandbox',
			'ImageStatus',
			'PullImage',
			'CreateContainer',
			'StartContainer',
			'ContainerStatus',
			'PodSandboxStatus'
		]);
		const created = world.cri.calls.find(({ method }) => method === 'CreateContainer');
		expect(created?.request).toMatchObject({
			config: {
				image: { image: 'nginx:latest' },
				labels: {
					'io.kubernetes.pod.name': 'fresh',
					'io.kubernetes.pod.namespace': 'default',
					'io.kubernetes.pod.uid': 'uid-fresh',
					'io.kubernetes.container.name': 'app'
				}
			}
		});
		await expect.poll(() => world.cri.sessions()).toBe(0);
	});

	it('is all traced to the run that the event names', async () => {
		await startWithout();
		const cause = await world.trace.boot.step('api-request', { n: 'POST pods' });
		const before = world.trace.said.length;
		world.apiserver.event({
			type: 'ADDED',
			object: fresh,
			traceparent: world.trace.boot.traceparent(cause)
		});
		await statusOf('fresh', 2);
		expect(world.trace.said.slice(before).map(({ n }) => n)).toEqual([
			'ListPodSandbox',
			'ListContainers',
			'PUT /api/v1/namespaces/default/pods/fresh/status',
			'RunPodSandbox default/fresh',
			'ImageStatus nginx:latest',
			'PullImage nginx:latest',
			'CreateContainer app',
			'StartContainer container-fr',
			'ContainerStatus container-fr',
			'PodSandboxStatus sandbox-fres',
			'PUT /api/v1/namespaces/default/pods/fresh/status'
		]);
	});

	it('waits with the words of the engine when its image cannot be pulled', async () => {
		await startWithout();
		world.answers['PullImage'] = () => {
			throw rpc(grpc.status.UNKNOWN, 'Error response from daemon: No such image: nosuch:latest');
		};
		world.apiserver.event({ type: 'ADDED', object: fresh });
		expect(((await statusOf('fresh', 2)).body as Pod).status).toMatchObject({
			phase: 'Pending',
			containerStatuses: [
				{
					state: {
						waiting: {
							reason: 'ErrImagePull',
							message:
								'rpc error: code = Unknown desc = Error response from daemon: No such image: nosuch:latest'
						}
					}
				}
			]
		});
		expect(methods()).not.toContain('CreateContainer');
	});

	it('is not started again by the echo of its own status', async () => {
		await startWithout();
		world.apiserver.event({ type: 'ADDED', object: fresh });
		const { body } = await statusOf('fresh', 2);
		world.apiserver.event({ type: 'MODIFIED', object: body as object });
		world.apiserver.event({ type: 'ADDED', object: pod('second', ['app']) });
		await statusOf('second', 2);
		expect(methods().filter((each) => each === 'RunPodSandbox')).toHaveLength(2);
	});
});

describe('a pod that is to go', () => {
	const stoppable = {
		StopContainer: () => ({}),
		StopPodSandbox: () => ({}),
		RemoveContainer: () => ({}),
		RemovePodSandbox: () => ({})
	};
	const ending = [
		'ListPodSandbox',
		'ListContainers',
		'StopContainer',
		'StopPodSandbox',
		'RemoveContainer',
		'RemovePodSandbox'
	];

	it('is stopped, removed and then deleted for good', async () => {
		world = await startWorld({ answers: stoppable });
		await world.apiserver.called('GET', /watch=true/);
		world.cri.calls.length = 0;
		const nginx = world.apiserver.pods[0]!;
		const going = {
			...nginx,
			metadata: {
				...nginx.metadata,
				deletionTimestamp: '2026-01-01T00:00:00Z',
				deletionGracePeriodSeconds: 5
			}
		};
		world.apiserver.event({ type: 'MODIFIED', object: going });
		world.apiserver.event({ type: 'MODIFIED', object: going });
		const { body, url } = await world.apiserver.called('DELETE', /pods\/nginx/);
		expect(url).toBe('/api/v1/namespaces/default/pods/nginx');
		expect(body).toMatchObject({ gracePeriodSeconds: 0, preconditions: { uid: 'uid-nginx' } });
		expect(methods()).toEqual(ending);
		expect(world.cri.calls[2]?.request).toMatchObject({ timeout: '5' });
		world.apiserver.event({ type: 'DELETED', object: going });
		await expect
			.poll(async () => (await world.ask({ method: 'GET', path: '/pods' })).body)
			.toContain('"items":[]');
		expect(methods()).toEqual(ending);
	});

	it('is killed when it was deleted without waiting for the kubelet', async () => {
		world = await startWorld({ answers: stoppable });
		await world.apiserver.called('GET', /watch=true/);
		world.cri.calls.length = 0;
		world.apiserver.event({ type: 'DELETED', object: world.apiserver.pods[0] });
		await expect.poll(methods).toEqual(ending);
		expect(world.apiserver.calls.some(({ method }) => method === 'DELETE')).toBe(false);
	});
});

describe('a watch that ends', () => {
	it('is followed by a new list and a new watch', async () => {
		const after: (() => void)[] = [];
		world = await startWorld({
			clock: {
				now: () => performance.now(),
				after: (ms, run) => {
					if (ms === 1000) after.push(run);
					return () => {};
				}
			}
		});
		await world.apiserver.called('GET', /watch=true/);
		world.apiserver.pods = [];
		world.apiserver.endWatches();
		await expect.poll(() => after.length).toBe(1);
		after[0]!();
		await world.apiserver.called('GET', /watch=true/, 2);
		const { body } = await world.ask({ method: 'GET', path: '/pods' });
		expect(body).toContain('"items":[]');
	});
});

describe('a node that is registered already', () => {
	it('gets a new status', async () => {
		world = await startWorld({ registered: true });
		const { body } = await world.apiserver.called('PUT', /^\/api\/v1\/nodes\/node-1\/status$/);
		expect(body).toMatchObject({ metadata: { name: 'node-1' } });
	});
});
