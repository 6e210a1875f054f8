import grpc from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { criVersions, grpcTarget } from '../../../src/lib/server/transport/cri-proto.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { quietTrace } from '../../support/quiet-trace.ts';
import { callCri, testShim } from './shim.ts';

const pod = { name: 'nginx', namespace: 'default', uid: 'uid-1', attempt: 0 };
const labels = { 'io.kubernetes.pod.name': 'nginx', 'io.kubernetes.pod.uid': 'uid-1' };

describe('the CRI server', () => {
	it('says which runtime it is, and that it is ready', async () => {
		const shim = await testShim();
		expect(await shim.call('Version')).toEqual({
			version: '0.1.0',
			runtime_name: 'docker',
			runtime_version: '20.10.24',
			runtime_api_version: '1.41.0'
		});
		expect(await shim.call('Status')).toMatchObject({
			status: {
				conditions: [
					{ type: 'RuntimeReady', status: true },
					{ type: 'NetworkReady', status: true }
				]
			}
		});
	});

	it('is not ready when Docker is not there', async () => {
		const shim = await testShim();
		await shim.docker.close();
		const { status } = await shim.call<{
			status: { conditions: { reason: string; message: string }[] };
		}>('Status');
		expect(status.conditions[0]?.reason).toBe('DockerDaemonNotReady');
		expect(status.conditions[0]?.message).toMatch(
			/^docker: failed to get docker version: Cannot connect to the Docker daemon at unix:\/\/\/.*\/docker\.sock\. Is the docker daemon running\?$/
		);
	});

	it('runs, lists, stops and removes a sandbox with a container, named and labelled as a kubelet expects', async () => {
		const shim = await testShim();
		shim.docker.containers.clear();
		const config = { metadata: pod, hostname: 'nginx', log_directory: '/var/log/pods/x', labels };
		const { pod_sandbox_id } = await shim.call<{ pod_sandbox_id: string }>('RunPodSandbox', {
			config
		});
		const { container_id } = await shim.call<{ container_id: string }>('CreateContainer', {
			pod_sandbox_id,
			config: {
				metadata: { name: 'nginx', attempt: 0 },
				image: { image: 'nginx' },
				labels: { ...labels, 'io.kubernetes.container.name': 'nginx' },
				annotations: { 'io.kubernetes.container.restartCount': '0' },
				log_path: 'nginx/0.log'
			},
			sandbox_config: config
		});
		await shim.call('StartContainer', { container_id });
		const made = shim.docker.containers.get(container_id)!;
		expect(made.Name).toBe('/k8s_nginx_nginx_default_uid-1_0');
		expect(made.Labels).toEqual({
			...labels,
			'io.kubernetes.container.name': 'nginx',
			'annotation.io.kubernetes.container.restartCount': '0',
			'io.kubernetes.docker.type': 'container',
			'io.kubernetes.container.logpath': '/var/log/pods/x/nginx/0.log',
			'io.kubernetes.sandbox.id': pod_sandbox_id
		});
		expect(shim.docker.containers.get(pod_sandbox_id)?.Name).toBe('/k8s_POD_nginx_default_uid-1_0');
		expect(shim.docker.images).toContain('k8s.gcr.io/pause:3.1');

		const ready = { filter: { state: { state: 'SANDBOX_READY' }, label_selector: labels } };
		expect(await shim.call('ListPodSandbox', ready)).toMatchObject({
			items: [{ id: pod_sandbox_id, metadata: pod, state: 'SANDBOX_READY', labels }]
		});
		expect(await shim.call('ListContainers', { filter: { pod_sandbox_id } })).toMatchObject({
			containers: [
				{
					id: container_id,
					pod_sandbox_id,
					metadata: { name: 'nginx', attempt: 0 },
					state: 'CONTAINER_RUNNING',
					created_at: '1579978072000000000',
					labels: { ...labels, 'io.kubernetes.container.name': 'nginx' },
					annotations: { 'io.kubernetes.container.restartCount': '0' }
				}
			]
		});
		expect(await shim.call('ContainerStatus', { container_id })).toMatchObject({
			status: {
				state: 'CONTAINER_RUNNING',
				created_at: '1579978072123456789',
				image_ref: 'docker-pullable://nginx@sha256:2',
				log_path: '/var/log/pods/x/nginx/0.log'
			}
		});
		await shim.call('StopContainer', { container_id, timeout: 1 });
		expect(await shim.call('ContainerStatus', { container_id })).toMatchObject({
			status: { state: 'CONTAINER_EXITED', reason: 'Completed' }
		});
		await shim.call('StopPodSandbox', { pod_sandbox_id });
		expect(await shim.call('PodSandboxStatus', { pod_sandbox_id })).toMatchObject({
			status: { state: 'SANDBOX_NOTREADY', metadata: pod, network: { ip: '10.0.0.9' } }
		});
		await shim.call('RemovePodSandbox', { pod_sandbox_id });
		expect(shim.docker.containers.size).toBe(0);
	});

	it('counts a paused container as running', async () => {
		const shim = await testShim();
		shim.docker.containers.get('c1')!.Status = 'Up 5 minutes (Paused)';
		expect(await shim.call('ListContainers')).toMatchObject({
			containers: [{ id: 'c1', state: 'CONTAINER_RUNNING' }]
		});
	});

	it('lists, finds and pulls images', async () => {
		const shim = await testShim();
		expect(await shim.call('ListImages')).toMatchObject({
			images: [{ id: 'sha256:1', size: '12' }]
		});
		expect(await shim.call('ImageStatus', { image: { image: 'nginx' } })).toMatchObject({
			image: { id: 'sha256:1', uid: { value: '101' } }
		});
		expect(await shim.call('ImageStatus', { image: { image: 'busybox' } })).toMatchObject({
			image: null
		});
		expect(await shim.call('PullImage', { image: { image: 'busybox' } })).toEqual({
			image_ref: 'nginx@sha256:2'
		});
		expect(shim.docker.asked).toContain('POST /v1.40/images/create?fromImage=busybox&tag=latest');
		await expect(shim.call('PullImage', { image: { image: 'nosuch:1' } })).rejects.toMatchObject({
			code: grpc.status.UNKNOWN,
			details: 'Error response from daemon: No such image: nosuch:1'
		});
	});

	it.each([
		[{ cmd: ['date'], container_id: '' }, 'Error: No such container: '],
		[{ stdout: true, stderr: true, tty: true }, 'tty and stderr cannot both be true'],
		[{ cmd: ['date'] }, 'one of stdin, stdout, or stderr must be set']
	])('refuses an exec of %j', async (request, details) => {
		const shim = await testShim();
		const call = shim.call('Exec', { container_id: 'c1', ...request });
		await expect(call).rejects.toMatchObject({
			details: expect.stringContaining(details) as string
		});
		expect(shim.steps().at(-1)).toBe('cri-exec:reply');
	});

	it('gives InvalidArgument its code, and all plain errors Unknown', async () => {
		const shim = await testShim();
		await expect(shim.call('Exec', { container_id: 'c1' })).rejects.toMatchObject({
			code: grpc.status.INVALID_ARGUMENT
		});
		await expect(shim.call('Exec', { container_id: 'abc', stdout: true })).rejects.toMatchObject({
			code: grpc.status.UNKNOWN,
			details: 'Error: No such container: abc'
		});
		shim.docker.containers.get('c1')!.Status = 'Exited (0)';
		await expect(shim.call('Exec', { container_id: 'c1', stdout: true })).rejects.toMatchObject({
			code: grpc.status.UNKNOWN,
			details: 'container not running (c1)'
		});
	});

	it('gives up on Docker one second before the kubelet gives up on it', async () => {
		const clock = fakeClock();
		const shim = await testShim({ clock });
		shim.docker.hanging.add('GET /version');
		const call = shim.call('Version').catch((error: unknown) => error);
		while (!shim.docker.asked.some((each) => each.endsWith('/version')))
			await new Promise((resolve) => setImmediate(resolve));
		clock.advance(119_000);
		expect(await call).toMatchObject({
			code: grpc.status.UNKNOWN,
			details: 'failed to get docker version: operation timeout: context deadline exceeded'
		});
	});

	it.each(criVersions)(
		'serves runtime.%s to whoever speaks it, with the same words',
		async (cri) => {
			const shim = await testShim({ trace: quietTrace('1.24-cri') });
			const call = (method: string, request = {}) => callCri(shim.cri, method, request, {}, cri);
			expect(await call('Version')).toEqual({
				version: '0.1.0',
				runtime_name: 'docker',
				runtime_version: '20.10.24',
				runtime_api_version: 'v1'
			});
			expect(await call('ListImages')).toHaveProperty('images');
			const exec = { container_id: 'c1', cmd: ['date'], stdout: true };
			expect(await call('Exec', exec)).toEqual({
				url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/exec\/[\w-]{8}$/) as string
			});
			await expect(call('Exec')).rejects.toMatchObject({
				code: grpc.status.UNKNOWN,
				details: expect.stringMatching(/^Error: No such container: /) as string
			});
			await expect(call('Attach')).rejects.toMatchObject({ code: grpc.status.UNIMPLEMENTED });
		}
	);

	it('answers Unimplemented to a service that it does not have', async () => {
		const shim = await testShim();
		const client = new grpc.Client(grpcTarget(shim.cri), grpc.credentials.createInsecure());
		const refused = new Promise((_, reject) =>
			client.makeUnaryRequest(
				'/runtime.v2.RuntimeService/Version',
				(bytes: Buffer) => bytes,
				(bytes: Buffer) => bytes,
				Buffer.alloc(0),
				reject
			)
		).finally(() => client.close());
		await expect(refused).rejects.toMatchObject({ code: grpc.status.UNIMPLEMENTED });
	});

	it('answers Unimplemented to what it does not serve', async () => {
		const shim = await testShim();
		for (const method of ['Attach', 'ExecSync', 'RemoveImage']) {
			await expect(shim.call(method)).rejects.toMatchObject({
				code: grpc.status.UNIMPLEMENTED,
				details: `method ${method} not implemented`
			});
		}
	});

	it('announces the calls of foreign clients, not those of the kubelet', async () => {
		const shim = await testShim();
		await shim.call('ListContainers');
		expect(shim.steps()).toEqual(['cri-call', 'docker-request', 'cri-call:reply']);
		const out = await shim.trace.boot.step('list-containers', { n: 'ListContainers' });
		await shim.call('ListContainers', {}, { traceparent: shim.trace.boot.traceparent(out) });
		expect(shim.steps().slice(3)).toEqual([
			'list-containers',
			'docker-request',
			'list-containers:reply'
		]);
	});

	it('takes messages beyond the 4 MiB that gRPC takes by default', async () => {
		const shim = await testShim();
		const cmd = ['x'.repeat(5 * 1024 * 1024)];
		const { url } = await shim.call<{ url: string }>('Exec', {
			container_id: 'c1',
			cmd,
			stdout: true
		});
		expect(url).toMatch(/^\/cri\/exec\/[\w-]{8}$/);
	});
});
