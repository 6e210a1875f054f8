import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SpdyConnection } from '../../src/lib/server/transport/spdy-connection.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { curl, curlSpdy, textOf, type Identity } from '../support/stream-client.ts';

/** Whoever may forward to a pod, and would come further than to the pod. */
const audit: string[] = [];
let lab: Lab;
let admin: Identity;
beforeAll(async () => {
	lab = await startLab({ audit: (line) => audit.push(line) });
	const user = lab.cluster.kubeconfig!.users.find(({ name }) => name === 'admin')!.user;
	const decoded = (text: string | undefined) => Buffer.from(text ?? '', 'base64').toString();
	admin = {
		ca: readFileSync(path.join(lab.home, 'pki', 'ca.crt'), 'utf8'),
		cert: decoded(user['client-certificate-data']),
		key: decoded(user['client-key-data'])
	};
}, 60_000);
afterAll(() => lab?.close());

async function forwarding(use: (connection: SpdyConnection) => Promise<void>): Promise<void> {
	const url = `${lab.cluster.apiserver}/api/v1/namespaces/default/pods/nginx/portforward`;
	const { connection, socket } = await curlSpdy(url, admin, 'portforward.k8s.io');
	try {
		await use(connection);
	} finally {
		connection.close();
		socket.destroy();
		await expect.poll(() => lab.cluster.tracer.runs.every((run) => !run.open)).toBe(true);
	}
}

async function open(connection: SpdyConnection, port: string, requestid = '0') {
	const error = await connection.open({ streamtype: 'error', port, requestid });
	error.end();
	return { error, data: await connection.open({ streamtype: 'data', port, requestid }) };
}

/** Pids of the relays that stand between the shims of this process and pods. */
function relays(): number[] {
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.map(Number)
		.filter((pid) => {
			try {
				const parent = /^PPid:\s(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
				const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
				return Number(parent) === process.pid && argv[1] === '-e' && argv[2]!.includes('socat[');
			} catch {
				return false; // gone meanwhile
			}
		});
}

async function onlyRelay(): Promise<number> {
	await expect.poll(() => relays().length).toBe(1);
	return relays()[0]!;
}

describe('the relay of a forwarded port', () => {
	it('is in the network and user namespace of the pod and in no other, without any right', async () => {
		await forwarding(async (connection) => {
			await open(connection, '80');
			const relay = await onlyRelay();
			const namespace = (pid: number | 'self', name: string) =>
				readlinkSync(`/proc/${pid}/ns/${name}`);
			for (const name of ['mnt', 'pid', 'ipc', 'uts'])
				expect(namespace(relay, name), name).toBe(namespace('self', name));
			for (const name of ['net', 'user'])
				expect(namespace(relay, name), name).not.toBe(namespace('self', name));
			const status = readFileSync(`/proc/${relay}/status`, 'utf8');
			for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'])
				expect(status).toMatch(new RegExp(`^${set}:\\s0+$`, 'm'));
			expect(status).toMatch(/^NoNewPrivs:\s1$/m);
			expect(status).not.toMatch(/^[UG]id:.*\b0\b/m);
		});
	});

	it('has nothing of ours: no descriptor but its streams, no environment but a path', async () => {
		await forwarding(async (connection) => {
			await open(connection, '80');
			const relay = await onlyRelay();
			// Its three streams, and the socket to the port.
			await expect.poll(() => readdirSync(`/proc/${relay}/fd`)).toEqual(['0', '1', '2', '3']);
			// The shell that closes descriptors first adds two words of its own.
			const environ = readFileSync(`/proc/${relay}/environ`, 'utf8').split('\0');
			expect(environ.join(' ')).toMatch(/^(PWD=\/ SHLVL=0 )?PATH=[\w:/]+ $/);
		});
	});

	it('ends with its client, and the console says so', async () => {
		audit.splice(0);
		await forwarding(async (connection) => {
			await open(connection, '80');
			await onlyRelay();
		});
		await expect.poll(() => relays()).toEqual([]);
		await expect.poll(() => audit.length).toBe(2);
		expect(audit[0]).toMatch(/ forward opened role=driver user="admin" container=\w{12} port=80 /);
		expect(audit[1]).toMatch(/ forward closed role=driver user="admin" container=\w{12} port=80 /);
	});

	it('ends with its client also when that says nothing and breaks off', async () => {
		const url = `${lab.cluster.apiserver}/api/v1/namespaces/default/pods/nginx/portforward`;
		const { connection, socket } = await curlSpdy(url, admin, 'portforward.k8s.io');
		await open(connection, '80');
		await onlyRelay();
		socket.destroy();
		await expect.poll(() => relays()).toEqual([]);
	});
});

describe('a forwarded port', () => {
	it('is one of the pod, never of this machine', async () => {
		let reached = false;
		const listener = net.createServer((socket) => {
			reached = true;
			socket.end('the host');
		});
		await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
		const { port } = listener.address() as AddressInfo;
		await forwarding(async (connection) => {
			const { data, error } = await open(connection, String(port));
			expect(await textOf(error)).toContain('Connection refused');
			expect(await textOf(data)).toBe('');
		});
		listener.close();
		expect(reached).toBe(false);
	});

	it.each(['0', '65536', '-1', 'http', '80;id', '80 -x', '::1:80', ''])(
		'%o is refused before anything is started',
		async (port) => {
			audit.splice(0);
			await forwarding(async (connection) => {
				await expect(open(connection, port)).rejects.toThrow();
				// The connection stands.
				await connection.ping();
			});
			expect(audit).toEqual([]);
		}
	);

	it('needs the right to it: a token that may read pods is not enough', async () => {
		const { token } = lab.cluster.kubeconfig!.users.find(({ name }) => name === 'dev')!.user;
		const url = `${lab.cluster.apiserver}/api/v1/namespaces/default/pods/nginx/portforward`;
		for (const method of ['POST', 'GET']) {
			const answer = await fetchWith(url, method, token!);
			expect(answer).toBe(403);
		}
	});
});

async function fetchWith(url: string, method: string, token: string): Promise<number> {
	const headers = {
		Authorization: `Bearer ${token}`,
		Connection: 'Upgrade',
		Upgrade: 'SPDY/3.1',
		'X-Stream-Protocol-Version': 'portforward.k8s.io'
	};
	return (await curl(url, { ca: admin.ca }, { method, headers })).status;
}
