import { nodeObject, type testApiserver } from './support.ts';

type Api = Awaited<ReturnType<typeof testApiserver>>;

/** The head of an exec request as kubectl sends it. */
export function execHead(method: 'POST' | 'GET', pod: string, query: string): string {
	return [
		`${method} /api/v1/namespaces/default/pods/${pod}/exec?${query} HTTP/1.1`,
		'Host: 127.0.0.1',
		'User-Agent: kubectl/v1.15.0 (linux/amd64) kubernetes/e8462b5',
		'Content-Length: 0',
		'Connection: Upgrade',
		'X-Stream-Protocol-Version: v4.channel.k8s.io',
		'X-Stream-Protocol-Version: v3.channel.k8s.io',
		'Upgrade: SPDY/3.1',
		'',
		''
	].join('\r\n');
}

/** Sends a head as admin and reads until the other side ends. */
export async function exchange(api: Api, head: string): Promise<string> {
	const socket = await api.client.raw(api.admin);
	const parts: Buffer[] = [];
	socket.on('data', (part: Buffer) => parts.push(part));
	socket.on('error', () => {});
	socket.write(head);
	await new Promise((resolve) => socket.on('end', resolve).on('close', resolve));
	socket.destroy();
	return Buffer.concat(parts).toString('latin1');
}

/** Registers node-1 with a kubelet on this port. */
export async function registered(api: Api, port: number): Promise<void> {
	await api.client.ask(await api.node('node-1'), 'POST /api/v1/nodes', {
		body: nodeObject('node-1', port)
	});
}
