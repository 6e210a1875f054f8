import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { relayProgram } from '../../../src/lib/server/dockershim/relay-program.ts';

const programs = [relayProgram(), relayProgram('/nosuch')].filter((each) => each !== undefined);
const closing: (() => unknown)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

async function listen(serve: (socket: net.Socket) => void): Promise<number> {
	const server = net.createServer({ allowHalfOpen: true }, serve).listen(0, '127.0.0.1');
	closing.push(() => server.close());
	await once(server, 'listening');
	return (server.address() as AddressInfo).port;
}

function start(argv: string[], port: number) {
	const relay = spawn(argv[0]!, [...argv.slice(1), String(port)], { stdio: 'pipe' });
	closing.push(() => relay.kill('SIGKILL'));
	const ended = new Promise<number | null>((resolve) => relay.on('close', resolve));
	return { relay, ended };
}

describe.each(programs.map(({ name, argv }) => [name, argv] as const))('%s', (_name, argv) => {
	it('carries both ways at once, more than any buffer holds', async () => {
		const port = await listen((socket) => void socket.pipe(socket));
		const { relay, ended } = start(argv, port);
		const sent = randomBytes(5 * 1024 * 1024);
		relay.stdin.end(sent);
		const hash = createHash('sha256');
		for await (const chunk of relay.stdout) hash.update(chunk as Buffer);
		expect(hash.digest('hex')).toBe(createHash('sha256').update(sent).digest('hex'));
		expect(await ended).toBe(0);
	});

	it('half-closes as its input does, and waits for the answer', async () => {
		const port = await listen((socket) => {
			let asked = '';
			socket.on('data', (chunk: Buffer) => (asked += chunk.toString()));
			socket.on('end', () => setTimeout(() => socket.end(`${asked}, answered`), 100));
		});
		const { relay, ended } = start(argv, port);
		relay.stdin.end('asked');
		let answer = '';
		for await (const chunk of relay.stdout) answer += String(chunk);
		expect(answer).toBe('asked, answered');
		expect(await ended).toBe(0);
	});

	it('ends when the port does, though its input stays open', async () => {
		const port = await listen((socket) => socket.end('bye'));
		const { relay, ended } = start(argv, port);
		relay.stdout.resume();
		expect(await ended).toBe(0);
		expect(relay.stdin.writableEnded).toBe(false);
	});

	it('complains of a closed port in the words of socat', async () => {
		const port = await listen(() => {});
		closing.pop()?.();
		const { relay, ended } = start(argv, port);
		let complaint = '';
		relay.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
		relay.stdin.on('error', () => {});
		expect(await ended).toBe(1);
		expect(complaint).toMatch(
			new RegExp(
				`^\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d socat\\[\\d+\\] E connect\\(5, AF=2 127\\.0\\.0\\.1:${port}, 16\\): Connection refused\\n$`
			)
		);
	});
});
