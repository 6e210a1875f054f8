import { readdirSync, readlinkSync } from 'node:fs';
import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StdcopyDecoder } from '../../../src/lib/wire/docker/stdcopy.ts';
import { testEngine, type TestEngine } from './docker-client.ts';

let engine: TestEngine;
beforeAll(async () => void (engine = await testEngine()));
afterAll(() => engine.close());

let made = 0;
const shell = (script: string, body: object = {}) =>
	engine.run(`c${++made}`, { Image: 'busybox', Cmd: ['sh', '-c', script], ...body });

const ended = (id: string) => engine.api('POST', `/containers/${id}/wait`);

/** An answer that comes in pieces: what came so far, and its end. */
function follow(id: string, query: string) {
	const chunks: Buffer[] = [];
	const request = http.get({
		...{ socketPath: engine.path, path: `/v1.41/containers/${id}/logs?${query}`, agent: false }
	});
	let over = () => {};
	const ended = new Promise<void>((resolve) => (over = resolve));
	const response = new Promise<http.IncomingMessage>((resolve, reject) => {
		request.on('response', (came) => {
			came.on('end', over);
			came.on('data', (chunk: Buffer) => chunks.push(chunk));
			came.on('error', () => {}); // taken back by the test
			resolve(came);
		});
		request.on('error', reject);
	});
	return {
		response,
		/** Each line with its stream's first letter but one. */
		said: () => said(Buffer.concat(chunks)),
		ended,
		break: () => request.destroy()
	};
}

const said = (bytes: Uint8Array): string =>
	new StdcopyDecoder()
		.push(bytes)
		.map(({ stream, data }) => `${stream}: ${Buffer.from(data).toString()}`)
		.join('');

async function logs(id: string, query: string): Promise<string> {
	const all = follow(id, query);
	await all.ended;
	return all.said();
}

describe('logs', () => {
	let id: string;
	beforeAll(async () => {
		id = await shell('for n in 1 2 3; do echo out$n; sleep 0.02; echo err$n >&2; sleep 0.02; done');
		await ended(id);
	});
	it('are told by stream, in the order they came', async () => {
		expect(await logs(id, 'stdout=1&stderr=1')).toBe(
			'stdout: out1\nstderr: err1\nstdout: out2\nstderr: err2\nstdout: out3\nstderr: err3\n'
		);
		expect(await logs(id, 'stdout=true')).toBe('stdout: out1\nstdout: out2\nstdout: out3\n');
	});
	it('can be the last lines, of whatever stream', async () => {
		expect(await logs(id, 'stdout=1&stderr=1&tail=2')).toBe('stdout: out3\nstderr: err3\n');
		expect(await logs(id, 'stdout=1&tail=1')).toBe(''); // dockerd counts before it looks at the stream
		expect(await logs(id, 'stdout=1&tail=0')).toBe('');
		expect(await logs(id, 'stdout=1&tail=100')).toContain('out1');
		expect(await logs(id, 'stdout=1&tail=all')).toContain('out1');
	});
	it('can begin and end at a time, to the nanosecond', async () => {
		const lines = (await logs(id, 'stdout=1&stderr=1&timestamps=1')).split('\n');
		const [, second = ''] = /^\w+: (\S+) /.exec(lines[1]!) ?? [];
		const [, fraction] = /\.(\d{9})Z$/.exec(second) ?? [];
		const seconds = Date.parse(`${second.slice(0, 19)}Z`) / 1000;
		const from = await logs(id, `stdout=1&stderr=1&since=${seconds}.${fraction}`);
		expect(from).toMatch(/^stderr: err1\n/);
		expect(await logs(id, `stdout=1&stderr=1&until=${seconds}.${fraction}`)).toBe(
			'stdout: out1\nstderr: err1\n'
		);
		const wrong = await engine.api('GET', `/containers/${id}/logs?stdout=1&since=yesterday`);
		expect(wrong).toMatchObject({ status: 400 });
	});
	it('of a container that never started are empty', async () => {
		const never = await engine.create('never', { Image: 'busybox' });
		expect(await logs(never, 'stdout=1&follow=1')).toBe('');
	});
	it('are not there where no container is, or no log', async () => {
		expect((await engine.api('GET', '/containers/nope/logs?stdout=1')).status).toBe(404);
		const none = await shell('echo', { HostConfig: { LogConfig: { Type: 'none' } } });
		expect(await engine.api('GET', `/containers/${none}/logs?stdout=1`)).toMatchObject({
			status: 501,
			body: { message: 'configured logging driver does not support reading' }
		});
	});
	it('of a terminal have no frames', async () => {
		const tty = await shell('echo hi', { Tty: true });
		await ended(tty);
		const { text } = await engine.api('GET', `/containers/${tty}/logs?stdout=1`);
		expect(text).toBe('hi\r\n');
	});
	it('followed end with the container', async () => {
		const talks = await shell('cat', { OpenStdin: true });
		const followed = follow(talks, 'stdout=1&stderr=1&follow=1');
		await followed.response;
		const type = (text: string) =>
			engine.exec(talks, ['sh', '-c', `printf "${text}" >/proc/1/fd/1`]);
		await type('one\\n');
		await expect.poll(followed.said).toBe('stdout: one\n');
		await type('two\\nthr');
		await expect.poll(followed.said).toBe('stdout: one\nstdout: two\n');
		await engine.api('POST', `/containers/${talks}/kill`);
		await followed.ended;
		expect(followed.said()).toBe('stdout: one\nstdout: two\nstdout: thr');
	});
	it('followed by one who goes cost nothing more', async () => {
		const ticks = await shell('while :; do echo tick; sleep 0.01; done');
		const followed = follow(ticks, 'stdout=1&follow=1');
		await followed.response;
		await expect.poll(() => openFiles(ticks)).toBe(2); // its writer's, and ours
		followed.break();
		await expect.poll(() => openFiles(ticks)).toBe(1);
		await engine.api('DELETE', `/containers/${ticks}?force=1`);
		expect(openFiles(ticks)).toBe(0);
	});
	it('are followed over a file that is set aside', { timeout: 30_000 }, async () => {
		const script =
			'sleep 0.3; head -c 12000000 /dev/zero | tr "\\0" x | fold -w 9999; echo; echo end';
		const loud = await shell(script);
		const followed = follow(loud, 'stdout=1&follow=1');
		await followed.ended;
		const text = followed.said().replaceAll('stdout: ', '');
		expect(text.replace(/[x\n]/g, '')).toBe('end');
		expect(text.split('x')).toHaveLength(12_000_001);
		expect(await logs(loud, 'stdout=1&tail=1')).toBe('stdout: end\n');
	});
});

/** How many descriptors of this process are on files of a container. */
function openFiles(id: string): number {
	return readdirSync('/proc/self/fd').filter((fd) => {
		try {
			return readlinkSync(`/proc/self/fd/${fd}`).includes(id);
		} catch {
			return false; // the descriptor of the listing itself
		}
	}).length;
}
