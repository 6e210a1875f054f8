import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import grpc from '@grpc/grpc-js';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { logContainerId } from '../../../src/lib/server/kubelet/log-container-id.ts';
import type { ContainerStateStatus, Pod } from '../../../src/lib/server/kubelet/pod.ts';
import { pod, rpc, startWorld, type World } from './fakes.ts';

const dir = mkdtempSync(join(os.tmpdir(), 'execscope-container-logs-'));
afterAll(() => rmSync(dir, { recursive: true }));
const path = join(dir, '0.log');
const line = (log: string, time: string) => `${JSON.stringify({ log, stream: 'stdout', time })}\n`;
writeFileSync(
	join(dir, 'x-json.log'),
	line('one\n', '2020-01-25T18:47:52.5Z') + line('two\n', '2020-01-25T18:47:53Z')
);
symlinkSync('x-json.log', path);

let world: World;

const status = (log_path = path, state = 'CONTAINER_RUNNING') => ({
	ContainerStatus: ({ container_id }: { container_id: string }) => ({
		status: { id: container_id, metadata: { name: 'nginx', attempt: 0 }, state, log_path }
	})
});

/** A pod whose container has that state. */
function podWith(state: ContainerStateStatus, containerID?: string): Pod {
	const made = pod('nginx', ['nginx']);
	const container = {
		...{
			name: 'nginx',
			state,
			lastState: {},
			ready: false,
			restartCount: 0,
			image: '',
			imageID: ''
		},
		...(containerID ? { containerID } : {})
	};
	return { ...made, status: { phase: 'Running', containerStatuses: [container] } };
}

const running = podWith({ running: { startedAt: '2020-01-01T00:00:00Z' } }, 'docker://x-y-z');
// Over, so that this kubelet leaves it as it is.
const over = { ...running, status: { ...running.status!, phase: 'Succeeded' as const } };

const ask = async (query = '', at = '/containerLogs/default/nginx/nginx') => {
	const { status, body, head } = await world.ask({ method: 'GET', path: `${at}${query}` });
	return { status, head, body: body.replace(/\b[0-9a-f]+\r\n/g, '').replaceAll('\r\n', '') };
};

describe('a request for a log', () => {
	afterEach(() => world.close());
	it('is answered with what the file has, step by step', async () => {
		world = await startWorld({ pods: [over], answers: status(), dir });
		const answer = await ask();
		expect(answer.status).toBe(200);
		expect(answer.head).toContain('Transfer-Encoding: chunked');
		expect(answer.body).toBe('one\ntwo\n');
		const from = world.trace.said.findIndex(({ id }) => id === 'kubelet-log');
		expect(world.trace.said.slice(from).map(({ id, n }) => `${id} ${n}`)).toEqual([
			'kubelet-log GET /containerLogs/default/nginx/nginx',
			'kubelet-authorize kube-apiserver-kubelet-client may get nodes/proxy',
			'container-logs getContainerLogs default/nginx/nginx',
			'kubelet-log:reply 200 OK',
			'cri-call ContainerStatus x-y-z',
			`read-log ReadLogs ${path}`,
			'io log 8 bytes'
		]);
	});
	it('has its options', async () => {
		world = await startWorld({ pods: [over], answers: status(), dir });
		expect((await ask('?tailLines=1')).body).toBe('two\n');
		expect((await ask('?tail=1')).body).toBe('two\n');
		expect((await ask('?tail=all&tailLines=1')).body).toBe('one\ntwo\n');
		expect((await ask('?limitBytes=2')).body).toBe('on');
		expect((await ask('?sinceSeconds=60')).body).toBe('');
		expect((await ask('?sinceTime=2020-01-25T18:47:53Z&timestamps=true')).body).toBe(
			'2020-01-25T18:47:53Z two\n'
		);
	});
	it('ends at once when it is to follow a container that has ended', async () => {
		world = await startWorld({ pods: [over], answers: status(path, 'CONTAINER_EXITED'), dir });
		expect((await ask('?follow=true')).body).toBe('one\ntwo\n');
		await expect.poll(() => world.cri.sessions()).toBe(0);
	});
	it.each([
		['?tailLines=x', 400, '{"message": "Unable to decode query."}'],
		['?tailLines=-1', 422, '{"message": "Invalid request."}'],
		['?previous=true', 400, 'previous terminated container "nginx" in pod "nginx" not found']
	])('is refused for %s with %i', async (query, code, body) => {
		world = await startWorld({ pods: [over], answers: status(), dir });
		expect(await ask(query)).toMatchObject({ status: code, body });
	});
	it('is refused for a pod and a container that are not here', async () => {
		world = await startWorld({ pods: [over], answers: status(), dir });
		expect(await ask('', '/containerLogs/default/nope/nginx')).toMatchObject({
			...{ status: 404, body: 'pod "nope" does not exist\n' }
		});
		expect(await ask('', '/containerLogs/default/nginx/nope')).toMatchObject({
			...{ status: 404, body: 'container "nope" not found in pod "nginx"\n' }
		});
	});
	it('says what goes wrong after the head where the log would stand', async () => {
		world = await startWorld({ pods: [over], answers: status(join(dir, 'none')), dir });
		expect(await ask()).toMatchObject({
			status: 200,
			body: `failed to try resolving symlinks in path "${join(dir, 'none')}": lstat ${join(dir, 'none')}: no such file or directory`
		});
		world.answers['ContainerStatus'] = () => {
			throw rpc(grpc.status.NOT_FOUND, 'gone');
		};
		expect(await ask()).toMatchObject({
			status: 200,
			body: 'Unable to retrieve container logs for docker://x-y-z'
		});
	});
	it('reads nothing outside of the folder of the node', async () => {
		world = await startWorld({ pods: [over], answers: status('/etc/passwd'), dir });
		expect((await ask()).body).toMatch(/is not in the folder of this node$/);
	});
});

describe('the container of a log', () => {
	const id = (state: ContainerStateStatus, containerID?: string, previous = false) =>
		logContainerId(podWith(state, containerID), 'nginx', previous);
	const ended = { exitCode: 0, reason: 'Completed', startedAt: '', finishedAt: '' };
	it('is the one that runs, or has ended', () => {
		expect(id({ running: { startedAt: '' } }, 'docker://x-y-z')).toBe('x-y-z');
		expect(id({ terminated: { ...ended, containerID: 'docker://def' } })).toBe('def');
	});
	it.each<[ContainerStateStatus, string]>([
		[{ waiting: { reason: 'ContainerCreating' } }, 'is waiting to start: ContainerCreating'],
		[{ waiting: { reason: 'ErrImagePull' } }, "is waiting to start: image can't be pulled"],
		[
			{ waiting: { reason: 'ImagePullBackOff' } },
			'is waiting to start: trying and failing to pull image'
		],
		[{}, 'is waiting to start - no logs yet'],
		[{ terminated: { ...ended, containerID: '' } }, 'is terminated']
	])('is none for %j', (state, why) => {
		expect(() => id(state)).toThrow(`container "nginx" in pod "nginx" ${why}`);
	});
	it('is none as long as nobody has told of it', () => {
		expect(() => logContainerId(pod('nginx', ['nginx']), 'nginx', false)).toThrow(
			'container "nginx" in pod "nginx" is not available'
		);
	});
});
