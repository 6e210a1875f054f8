import fc from 'fast-check';
import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../../src/lib/server/engine/engine-events.ts';
import { eventFilter } from '../../../src/lib/server/engine/event-filters.ts';
import { testEngine, type TestEngine } from './docker-client.ts';

let engine: TestEngine;
beforeAll(async () => void (engine = await testEngine()));
afterAll(() => engine.close());

interface Event {
	status: string;
	id: string;
	from: string;
	Type: string;
	Action: string;
	Actor: { ID: string; Attributes: Record<string, string> };
	scope: string;
	time: number;
	timeNano: number;
}

/** The head of a streamed answer has come when this resolves. */
function stream(method: string, path: string) {
	return new Promise<{ text(): string; ended: Promise<void>; leave(): void }>((resolve, reject) => {
		const request = http.request({ socketPath: engine.path, method, path, agent: false });
		request.on('response', (response) => {
			let text = '';
			response.setEncoding('utf8');
			response.on('data', (more: string) => (text += more));
			response.on('error', () => {}); // it was left
			const ended = new Promise<void>((done) => response.on('end', done));
			resolve({ text: () => text, ended, leave: () => request.destroy() });
		});
		request.on('error', reject);
		request.end();
	});
}

async function events(query = '') {
	const watched = await stream('GET', `/v1.41/events?${query}`);
	const all = () =>
		watched
			.text()
			.split('\n')
			.filter(Boolean)
			.map((line) => JSON.parse(line) as Event);
	return { ...watched, all, actions: () => all().map(({ Action }) => Action) };
}

const filters = (given: object) => `filters=${encodeURIComponent(JSON.stringify(given))}`;

describe('events', () => {
	it('tell a life, each with who and when', async () => {
		const watched = await events();
		const body = { Image: 'busybox', Cmd: ['sh', '-c', 'exit 4'], Labels: { b: '2', a: '1' } };
		const id = await engine.run('life', body);
		await engine.api('POST', `/containers/${id}/wait`);
		await engine.api('DELETE', `/containers/${id}`);
		await expect.poll(watched.actions).toEqual(['create', 'start', 'die', 'destroy']);
		watched.leave();
		const die = watched.all()[2]!;
		expect(watched.text().split('\n')[2]).toBe(
			`{"status":"die","id":"${id}","from":"busybox","Type":"container","Action":"die",` +
				`"Actor":{"ID":"${id}","Attributes":{"a":"1","b":"2","exitCode":"4","image":"busybox","name":"life"}},` +
				`"scope":"local","time":${die.time},"timeNano":${/"timeNano":(\d{19})\}$/.exec(watched.text().split('\n')[2]!)![1]}}`
		);
		expect(Math.abs(die.time - Date.now() / 1000)).toBeLessThan(60);
	});
	it('tell kills, stops, execs, attachments and sizes', async () => {
		const id = await engine.run('busy', { Image: 'busybox', Tty: true });
		const watched = await events(filters({ container: ['busy'] }));
		await engine.exec(id, ['true']);
		(await engine.attach(id, 'stream=1&stdout=1')).destroy();
		await engine.api('POST', `/containers/${id}/resize?w=80&h=24`);
		await engine.api('GET', `/containers/${id}/top`);
		await engine.api('POST', `/containers/${id}/stop`);
		await engine.api('DELETE', `/containers/${id}`);
		await expect.poll(watched.actions).toContain('destroy');
		watched.leave();
		expect(watched.actions()).toEqual([
			...['exec_create: true', 'exec_start: true', 'exec_die', 'attach', 'resize', 'top'],
			...['kill', 'die', 'stop', 'destroy']
		]);
		const of = (action: string) =>
			watched.all().find((event) => event.Action === action)!.Actor.Attributes;
		expect(of('kill').signal).toBe('15');
		expect(of('exec_die')).toMatchObject({ exitCode: '0' });
		expect(of('resize')).toMatchObject({ height: '24', width: '80' });
	});
	it('of the past come first where that is asked, and end at a time', async () => {
		const before = Date.now() / 1000;
		const id = await engine.create('past', { Image: 'busybox' });
		const watched = await events(
			`since=${before.toFixed(3)}&until=${(before + 60).toFixed(3)}&${filters({ container: [id] })}`
		);
		await expect.poll(watched.actions).toEqual(['create']);
		expect([...engine.timers].map(({ ms }) => ms > 50_000)).toEqual([true]);
		for (const { run } of engine.timers) run();
		await watched.ended;
		const over = await events(`since=${before.toFixed(3)}&until=${before.toFixed(3)}`);
		await over.ended;
		expect(over.text()).toBe('');
		const wrong = await engine.api('GET', '/events?since=soon');
		expect(wrong.status).toBe(400);
		expect((await engine.api('GET', '/events?since=2&until=1')).status).toBe(400);
	});
	it('end with their client, at once', async () => {
		const watched = await events();
		watched.leave();
		await engine.create('later', { Image: 'busybox' });
		expect(engine.timers.size).toBe(0);
	});
});

describe('a filter of events', () => {
	const event: EngineEvent = {
		...{ type: 'container', action: 'exec_start: ls', id: 'abc123', from: 'nginx:1' },
		...{ attributes: { name: 'web', image: 'nginx:1', tier: 'front' }, time: 0n }
	};
	it.each([
		[{ type: ['container'] }, true],
		[{ type: ['image', 'container'] }, true],
		[{ type: ['image'] }, false],
		[{ event: ['exec_start'] }, true],
		[{ event: ['exec_start: ls'] }, true],
		[{ event: { start: true } }, false],
		[{ container: ['we'] }, true],
		[{ container: ['abc'] }, true],
		[{ container: ['b'] }, false],
		[{ image: ['nginx'] }, true],
		[{ label: ['tier=front', 'name'] }, true],
		[{ label: ['tier=front', 'other'] }, false],
		[{ label: [] }, true],
		[{ scope: ['swarm'] }, false],
		[{ daemon: ['whoever'] }, true]
	])('%j', (given, wanted) => expect(eventFilter(JSON.stringify(given))(event)).toBe(wanted));
	it('takes any JSON for what it says, or refuses it', () => {
		fc.assert(
			fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
				try {
					expect(typeof eventFilter(text)(event)).toBe('boolean');
				} catch (error) {
					expect(String(error)).toContain('invalid filters');
				}
			})
		);
	});
	it('of more keys finds no more', () => {
		const given = fc.dictionary(
			fc.constantFrom('type', 'event', 'container', 'image', 'label', 'scope', 'other'),
			fc.array(fc.constantFrom('container', 'exec_start', 'web', 'nginx', 'tier', 'local', 'no'))
		);
		fc.assert(
			fc.property(given, given, (some, more) => {
				const both = eventFilter(JSON.stringify({ ...more, ...some }))(event);
				if (both) expect(eventFilter(JSON.stringify(some))(event)).toBe(true);
			})
		);
	});
});

describe('wait', () => {
	const wait = (id: string, condition = '') =>
		stream('POST', `/v1.41/containers/${id}/wait?condition=${condition}`);

	it('for one that does not run is no wait', async () => {
		const id = await engine.create('idle', { Image: 'busybox' });
		const waited = await wait(id);
		await waited.ended;
		expect(waited.text()).toBe('{"Error":null,"StatusCode":0}\n');
	});
	it('for the next end begins before the start', async () => {
		const id = await engine.create('next', { Image: 'busybox', Cmd: ['sh', '-c', 'exit 6'] });
		const waited = await wait(id, 'next-exit');
		await engine.api('POST', `/containers/${id}/start`);
		await waited.ended;
		expect(waited.text()).toBe('{"Error":null,"StatusCode":6}\n');
	});
	it('for the removal ends with that, also where it removes itself', async () => {
		const id = await engine.create('gone', {
			...{ Image: 'busybox', Cmd: ['sh', '-c', 'exit 7'], HostConfig: { AutoRemove: true } }
		});
		const waited = await wait(id, 'removed');
		await engine.api('POST', `/containers/${id}/start`);
		await waited.ended;
		expect(waited.text()).toBe('{"Error":null,"StatusCode":7}\n');
		expect((await engine.api('GET', `/containers/${id}/json`)).status).toBe(404);
	});
	it('for what is not there, or for what is no condition, is refused', async () => {
		expect((await engine.api('POST', '/containers/nope/wait')).status).toBe(404);
		const id = await engine.create('never', { Image: 'busybox' });
		expect(await engine.api('POST', `/containers/${id}/wait?condition=soon`)).toMatchObject({
			...{ status: 400, body: { message: 'invalid condition: "soon"' } }
		});
	});
});

describe('top', () => {
	it('shows the processes of one container, by their numbers on the host', async () => {
		const id = await engine.run('top', { Image: 'busybox', Cmd: ['sleep', '1234'] });
		const other = await engine.run('other', { Image: 'busybox', Cmd: ['sleep', '4321'] });
		const { body } = await engine.api('GET', `/containers/${id}/top?ps_args=-eo%20pid,args`);
		const { State } = (await engine.api('GET', `/containers/${id}/json`)).body as {
			State: { Pid: number };
		};
		expect(body).toEqual({
			Titles: ['PID', 'COMMAND'],
			Processes: [[String(State.Pid), 'sleep 1234']]
		});
		await engine.api('POST', `/containers/${other}/kill`);
		expect((await engine.api('GET', `/containers/${other}/top`)).status).toBe(409);
	});
	it.each(['-o pid=1', '-eo "pid"', '-ef;id', '$(id)'])('runs no ps with %s', async (args) => {
		const id = encodeURIComponent(args);
		expect((await engine.api('GET', `/containers/top/top?ps_args=${id}`)).status).toBe(400);
	});
});
