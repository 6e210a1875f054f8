import fc from 'fast-check';
import { statSync } from 'node:fs';
import type net from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DetachKeys, parseDetachKeys } from '../../../src/lib/server/engine/detach-keys.ts';
import { allOf, demultiplexed, terminal, testEngine, type TestEngine } from './docker-client.ts';

let engine: TestEngine;
beforeAll(async () => void (engine = await testEngine()));
afterAll(() => engine.close());

let made = 0;
const created = (script: string, body: object = {}) =>
	engine.create(`c${++made}`, { Image: 'busybox', Cmd: ['sh', '-c', script], ...body });
const start = (id: string) => engine.api('POST', `/containers/${id}/start`);
const inspect = async (id: string) =>
	(await engine.api('GET', `/containers/${id}/json`)).body.State;

const all = 'stream=1&stdin=1&stdout=1&stderr=1';
const outputs = 'stream=1&stdout=1&stderr=1';

async function split(socket: net.Socket) {
	const { stdout, stderr } = demultiplexed(await allOf(socket));
	return [stdout.toString(), stderr.toString()];
}

describe('attached before the start', () => {
	it('nothing is missed, and the exit is told before the connection ends', async () => {
		const id = await created('echo out; echo err >&2; exit 3');
		const socket = await engine.attach(id, outputs);
		const said = split(socket);
		engine.trace.said.length = 0;
		await start(id);
		expect(await said).toEqual(['out\n', 'err\n']);
		expect(await inspect(id)).toMatchObject({ Status: 'exited', ExitCode: 3 });
		const exit = engine.trace.said.find(({ id: step }) => step === 'process-exit');
		expect(exit!.facts).toEqual({
			...{ containerId: id, exitCode: 3 },
			pid: expect.any(Number) as number
		});
		expect(exit!.facts!['pid']).toBeGreaterThan(0);
	});
	it('what is typed waits for the start', async () => {
		const id = await created('cat', { OpenStdin: true, StdinOnce: true });
		const socket = await engine.attach(id, all);
		const said = split(socket);
		socket.end('early\n');
		await start(id);
		expect(await said).toEqual(['early\n', '']);
		expect(await inspect(id)).toMatchObject({ Status: 'exited', ExitCode: 0 });
	});
	it('only what is asked for comes', async () => {
		const id = await created('echo out; echo err >&2');
		const [one, other] = await Promise.all(
			['stream=1&stdout=1', 'stream=1&stderr=1'].map((query) => engine.attach(id, query))
		);
		const said = Promise.all([split(one!), split(other!)]);
		await start(id);
		expect(await said).toEqual([
			['out\n', ''],
			['', 'err\n']
		]);
	});
	it('a megabyte at the end comes whole, to two', { timeout: 30_000 }, async () => {
		for (let n = 0; n < 10; n++) {
			const id = await created('head -c 1000000 /dev/zero | tr "\\0" x');
			const sockets = await Promise.all([1, 2].map(() => engine.attach(id, outputs)));
			const said = Promise.all(sockets.map(split));
			await start(id);
			expect((await said).map(([out]) => out!.length)).toEqual([1_000_000, 1_000_000]);
		}
	});
});

describe('attached to what runs', () => {
	it('the log comes first where that is asked', async () => {
		const id = await created('echo before; cat', { OpenStdin: true });
		await start(id);
		const logged = async () =>
			(await engine.api('GET', `/containers/${id}/logs?stdout=1`)).text.includes('before');
		await expect.poll(logged).toBe(true);
		expect(await split(await engine.attach(id, 'logs=1&stdout=1'))).toEqual(['before\n', '']);
		const socket = await engine.attach(id, `${all}&logs=1`);
		const said = split(socket);
		socket.write('after\n');
		await expect.poll(async () => (await logsOf(id)).includes('after')).toBe(true);
		socket.end();
		expect(await said).toEqual(['before\nafter\n', '']);
		expect(await inspect(id)).toMatchObject({ Status: 'running' }); // its input was not for once
		await engine.api('DELETE', `/containers/${id}?force=1`);
	});
	it('input that is taken once ends with the first who leaves', async () => {
		const id = await created('cat; echo over', { OpenStdin: true, StdinOnce: true });
		await start(id);
		const listens = split(await engine.attach(id, outputs));
		const types = await engine.attach(id, all);
		types.write('x\n', () => types.destroy());
		expect(await listens).toEqual(['x\nover\n', '']);
	});
	it('where no input is open, none goes in', async () => {
		const id = await created('cat; echo over; sleep 0.3; echo end');
		const socket = await engine.attach(id, all);
		const said = split(socket);
		socket.write('x\n');
		await start(id);
		expect(await said).toEqual(['over\nend\n', '']);
	});
	it('whoever does not read stops this container and no other', async () => {
		const id = await engine.create(`c${++made}`, {
			...{ Image: 'busybox', Cmd: ['perl', '-e', 'print "x" x 999, "\\n" while 1'] }
		});
		const sleeps = await engine.attach(id, outputs);
		sleeps.pause();
		await start(id);
		const { LogPath } = (await engine.api('GET', `/containers/${id}/json`)).body;
		let before = -1;
		const grown = () => -before + (before = statSync(String(LogPath)).size);
		await expect.poll(grown, { interval: 200, timeout: 4000 }).toBe(0);
		expect(before).toBeGreaterThan(1024 * 1024);
		const other = await created('echo fine');
		const said = split(await engine.attach(other, outputs));
		await start(other);
		expect(await said).toEqual(['fine\n', '']);
		await engine.api('POST', `/containers/${id}/kill`); // and it does not hold up the end
		expect(await inspect(id)).toMatchObject({ Status: 'exited', ExitCode: 137 });
		sleeps.destroy();
	});
	it('is not there: a raw refusal', async () => {
		const refused = engine.api('POST', '/containers/nope/attach?stream=1');
		expect(await refused).toMatchObject({ status: 404, text: 'No such container: nope\r\n' });
		const id = await created('true');
		const keys = engine.api('POST', `/containers/${id}/attach?stream=1&detachKeys=ctrl-`);
		expect(await keys).toMatchObject({
			status: 400,
			text: 'Invalid detach keys (ctrl-) provided\r\n'
		});
	});
	it('is announced, and its end too', async () => {
		const id = await created('read line', { OpenStdin: true });
		await start(id);
		engine.trace.said.length = 0;
		const socket = await engine.attach(id, all);
		const said = split(socket);
		socket.write('go\n');
		await said;
		expect(engine.trace.said.map((each) => each.id)).toEqual([
			...['docker-attach', 'hijack', 'io', 'process-exit']
		]);
	});
});

describe('an attached terminal', () => {
	const bash = async () => {
		const id = await engine.create(`c${++made}`, {
			...{ Image: 'busybox', Hostname: 'box', Cmd: ['bash'] },
			...{ Tty: true, OpenStdin: true, StdinOnce: true }
		});
		const socket = await engine.attach(id, all);
		await start(id);
		return { id, socket, screen: terminal(socket) };
	};
	it('is resized, and ends with its shell', async () => {
		const { id, socket, screen } = await bash();
		await screen.until(/root@box:\/# $/);
		const resized = await engine.api('POST', `/containers/${id}/resize?w=132&h=41`);
		expect(resized).toMatchObject({ status: 200, text: '' });
		socket.write('stty size; echo $TERM\n');
		await screen.until(/41 132\r\nxterm\r\n/);
		socket.write('exit 5\n');
		await screen.ended;
		expect(await inspect(id)).toMatchObject({ ExitCode: 5 });
		expect(await engine.api('POST', `/containers/${id}/resize?w=1&h=1`)).toMatchObject({
			...{ status: 409, body: { message: `Container ${id} is not running` } }
		});
	});
	it('waits for what is typed, whatever reads it', async () => {
		const id = await engine.create(`c${++made}`, {
			...{ Image: 'busybox', Tty: true, OpenStdin: true, StdinOnce: true },
			Cmd: ['sh', '-c', 'echo ready; read x; echo "got $x $?"; cat']
		});
		const socket = await engine.attach(id, all);
		const screen = terminal(socket);
		await start(id);
		await screen.until(/ready/);
		await engine.exec(id, ['sleep', '0.1']); // it would have gone on by now
		socket.write('word\n');
		await screen.until(/got word 0/);
		socket.write('more\n\x04');
		await screen.until(/more\r\nmore\r\n/);
		await screen.ended;
	});
	it('is left by its keys, and can be come back to', async () => {
		const { id, socket, screen } = await bash();
		await screen.until(/# $/);
		socket.write('x=kept\n\x10');
		await screen.until(/# $/);
		socket.write('\x11echo not typed\n');
		await screen.ended;
		expect(await inspect(id)).toMatchObject({ Status: 'running' });
		const again = await engine.attach(id, all);
		const seen = terminal(again);
		again.write('echo $x\n');
		await seen.until(/kept\r\n/);
		again.destroy();
		await engine.api('DELETE', `/containers/${id}?force=1`);
	});
});

const logsOf = async (id: string) =>
	(await engine.api('GET', `/containers/${id}/logs?stdout=1`)).text;

describe('detach keys', () => {
	it.each([
		['', [0x10, 0x11]],
		['ctrl-a,d', [1, 0x64]],
		['ctrl-[,ctrl-_,ctrl-@', [0x1b, 0x1f, 0]]
	])('%j', (text, bytes) => expect(parseDetachKeys(text)).toEqual(bytes));
	it.each(['ctrl-', 'ctrl-1', 'ab', 'a,,b'])('%j are none', (text) =>
		expect(() => parseDetachKeys(text)).toThrow(`Invalid detach keys (${text}) provided`)
	);
	it('pass everything on but themselves, in whatever pieces', () => {
		const typed = fc.array(fc.uint8Array({ max: 3, maxLength: 5 }));
		fc.assert(
			fc.property(typed, (pieces) => {
				const keys = new DetachKeys([1, 1, 2]);
				const passed: number[] = [];
				let detached = false;
				for (const piece of pieces) {
					if (detached) break;
					const now = keys.push(piece);
					passed.push(...now.data);
					detached = now.detached;
				}
				const text = Buffer.concat(pieces).toString('latin1');
				const at = text.indexOf('\x01\x01\x02');
				if (detached) expect(at).toBeGreaterThanOrEqual(-1);
				const whole = Buffer.from(passed).toString('latin1');
				expect(text.startsWith(whole)).toBe(true);
				if (!detached) expect(text.length - whole.length).toBeLessThan(3);
			})
		);
	});
});
