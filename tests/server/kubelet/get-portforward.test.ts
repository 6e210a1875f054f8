import { afterEach, describe, expect, it } from 'vitest';
import { pod, startWorld, type World } from './fakes.ts';

let world: World;
afterEach(() => world.close());

const path = '/portForward/default/nginx';
const PortForward = () => ({ url: '/cri/portforward/k3Jw9aB_' });
const webSocket = { upgrade: true, headers: { Upgrade: 'websocket' } };

describe('a port-forward request', () => {
	it('asks the runtime for the sandbox and answers with a redirect, step by step', async () => {
		world = await startWorld({ answers: { PortForward } });
		const answer = await world.ask({ path, upgrade: true });
		expect(answer.head).toMatch(
			/^HTTP\/1\.1 302 Found\r\nLocation: \/cri\/portforward\/k3Jw9aB_\r\n/
		);
		const from = world.trace.said.findIndex(({ id }) => id === 'kubelet-portforward');
		expect(world.trace.said.slice(from).map(({ id, n }) => `${id} ${n}`)).toEqual([
			`kubelet-portforward POST ${path}`,
			'kubelet-authorize kube-apiserver-kubelet-client may create nodes/proxy',
			'get-portforward getPortForward default/nginx',
			'list-containers ListPodSandbox',
			'list-containers ListContainers',
			'list-containers ListPodSandbox',
			'cri-portforward PortForward sandbox-ngin',
			'redirect 302 /cri/portforward/k3Jw9aB_'
		]);
		const [sandboxes, asked] = world.cri.calls.slice(-2);
		expect(sandboxes?.request).toMatchObject({
			filter: { label_selector: { 'io.kubernetes.pod.uid': 'uid-nginx' } }
		});
		expect(asked?.request).toMatchObject({ pod_sandbox_id: 'sandbox-nginx', port: [] });
	});

	it('takes the newest sandbox of the pod', async () => {
		const sandbox = (id: string, created_at: string) => ({
			...{ id, created_at, state: 'SANDBOX_READY' },
			metadata: { ...pod('nginx', []).metadata, attempt: 0 }
		});
		const items = [sandbox('old', '1700000000000000000'), sandbox('new', '1700000000000000001')];
		world = await startWorld({ answers: { PortForward, ListPodSandbox: () => ({ items }) } });
		await world.ask({ path, upgrade: true });
		expect(world.cri.calls.at(-1)?.request).toMatchObject({ pod_sandbox_id: 'new' });
	});

	it('names its ports in the query if it asks for a WebSocket', async () => {
		world = await startWorld({ answers: { PortForward } });
		await world.ask({ path: `${path}?port=80,81&port=82`, ...webSocket });
		expect(world.cri.calls.at(-1)?.request).toMatchObject({ port: [80, 81, 82] });
	});

	it.each([
		['', 'query parameter "port" is required'],
		['?port=0', 'port "0" must be > 0'],
		['?port=80,x', 'unable to parse "x" as a port: strconv.ParseUint: parsing "x": invalid syntax'],
		[
			'?port=65536',
			'unable to parse "65536" as a port: strconv.ParseUint: parsing "65536": value out of range'
		]
	])('by WebSocket with %o is refused', async (query, body) => {
		world = await startWorld({ answers: { PortForward } });
		expect(await world.ask({ path: path + query, ...webSocket })).toMatchObject({
			status: 400,
			body
		});
	});

	it('says of a pod what is wrong with it', async () => {
		world = await startWorld({ answers: { PortForward, ListPodSandbox: () => ({ items: [] }) } });
		const answerOf = async (to: string) => {
			const { status, body } = await world.ask({ path: to, upgrade: true });
			return [status, body];
		};
		expect(await answerOf('/portForward/default/gone')).toEqual([404, 'pod does not exist']);
		expect(await answerOf(`${path}/other-uid`)).toEqual([404, 'pod not found']);
		expect(await answerOf(`${path}/uid-nginx`)).toEqual([
			500,
			'failed to find sandboxID for pod "nginx_default(uid-nginx)"'
		]);
		world.answers['ListContainers'] = () => ({ containers: [] });
		expect(await answerOf(path)).toEqual([500, 'pod not found ("nginx_default")']);
	});
});
