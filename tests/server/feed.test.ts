import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
	Feed,
	type FeedOptions,
	type FeedSocket,
	type LiveRun
} from '../../src/lib/server/feed.ts';
import { defaultLimits } from '../../src/lib/server/limits.ts';
import { fakeClock } from '../support/fake-clock.ts';

type Told = Record<string, unknown> & { type: string };

class FakeSocket extends EventEmitter implements FeedSocket {
	told: Told[] = [];
	bufferedAmount = 0;
	closed: number | undefined;
	send(text: string) {
		this.told.push(JSON.parse(text) as Told);
	}
	close(code?: number) {
		this.closed = code;
		this.emit('close', code);
	}
	/** The other end has closed it, or it broke (1006). */
	gone(code: number) {
		this.emit('close', code);
	}
	say(message: object | string) {
		this.emit('message', typeof message === 'string' ? message : JSON.stringify(message), false);
	}
	lines(run: string): string[] {
		return this.told
			.filter((message) => message.type === 'lines' && message['run'] === run)
			.flatMap((message) => message['lines'] as string[]);
	}
}

let folder: string;
let feed: Feed;
let prompted: string[];
let stopped: number;
let held: object[];
let eras: string[];
let drivers: number;
let clock: ReturnType<typeof fakeClock>;

beforeEach(() => {
	folder = mkdtempSync(path.join(os.tmpdir(), 'feed-'));
	prompted = [];
	held = [];
	eras = [];
	stopped = 0;
	clock = fakeClock();
	const options: FeedOptions = {
		recordings: folder,
		running: () => [run('earlier')],
		mayRead: (role, owner) => role === owner,
		welcome: () => ({ era: '1.15-redirect' }),
		prompt(line) {
			prompted.push(line.text);
			line.began('run-1');
			return { input: (text) => prompted.push(`< ${text}`), resize() {}, stop: () => stopped++ };
		},
		hold: (request) => held.push(request),
		era: (name) => eras.push(name),
		held: () => [],
		drivers: (count) => (drivers = count),
		limits: defaultLimits,
		clock
	};
	feed = new Feed(options);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (id: string, owner = 'driver'): LiveRun => ({
	id,
	open: true,
	client: 'kubectl',
	owner,
	argv: ['kubectl', 'exec', 'nginx', '--', 'sh', '-c', 'exit 3'],
	query: undefined,
	code: undefined
});
async function page(role = 'driver'): Promise<FakeSocket> {
	const socket = new FakeSocket();
	await feed.connect(socket, role, 'a browser');
	return socket;
}

describe('the feed', () => {
	it('welcomes a page with the runs that it may read', async () => {
		feed.changed(run('mine'));
		feed.changed(run('theirs', 'student'));
		const socket = await page();
		expect(socket.told[0]).toMatchObject({
			type: 'welcome',
			era: '1.15-redirect',
			runs: [
				{ id: 'earlier' },
				{ id: 'mine', cmd: "kubectl exec nginx -- sh -c 'exit 3'", open: true }
			]
		});
	});

	it('knows of runs that change while it welcomes a page, and of those before it', async () => {
		feed.changed(run('ends'));
		writeFileSync(
			path.join(folder, 'ends.execscope'),
			'{"k":"hdr","owner":"driver","client":"kubectl"}\n'
		);
		const socket = new FakeSocket();
		const welcomed = feed.connect(socket, 'driver', 'somebody');
		feed.changed({ ...run('ends'), open: false, code: 3 });
		feed.changed(run('begins'));
		feed.changed(run('both'));
		feed.changed({ ...run('both'), open: false, code: 0 });
		await welcomed;
		expect(socket.told).toHaveLength(1);
		const runs = socket.told[0]!['runs'] as { id: string; open: boolean; exit?: number }[];
		expect(runs.map(({ id, open, exit }) => [id, open, exit])).toEqual(
			expect.arrayContaining([
				['earlier', true, undefined],
				['begins', true, undefined],
				['ends', false, 3],
				['both', false, 0]
			])
		);
	});

	it('tells a follower the lines from where it stands, then each as it is written', async () => {
		const live = run('r');
		feed.changed(live);
		feed.written(live, '{"k":"hdr"}\n');
		feed.written(live, '{"k":"a"}\n');
		const socket = await page();
		socket.say({ type: 'follow', run: 'r', from: 1 });
		await sleep(20);
		feed.written(live, '{"k":"b"}\n');
		await sleep(20);
		expect(socket.lines('r')).toEqual(['{"k":"a"}', '{"k":"b"}']);
	});

	it('tells the end of a run to who follows it', async () => {
		const live = run('r');
		feed.changed(live);
		const socket = await page();
		socket.say({ type: 'follow', run: 'r', from: 0 });
		feed.written(live, '{"k":"end"}\n');
		feed.changed({ ...live, open: false, code: 3 });
		await sleep(20);
		expect(socket.lines('r')).toEqual(['{"k":"end"}']);
		expect(socket.told.filter(({ type }) => type === 'run').at(-1)).toMatchObject({
			run: { open: false, exit: 3 }
		});
	});

	it('reads runs of earlier days from their files, and only for their owner', async () => {
		const header = (owner: string) => JSON.stringify({ k: 'hdr', owner, client: 'kubectl' });
		writeFileSync(path.join(folder, 'old.execscope'), `${header('driver')}\n{"k":"x"}\n`);
		writeFileSync(path.join(folder, 'other.execscope'), `${header('student')}\n{"k":"x"}\n`);
		const socket = await page();
		for (const id of ['old', 'other', '../old', 'none'])
			socket.say({ type: 'follow', run: id, from: 1 });
		await sleep(50);
		expect(socket.lines('old')).toEqual(['{"k":"x"}']);
		expect(socket.lines('other')).toEqual([]);
		expect(socket.lines('../old')).toEqual([]);
	});

	it('keeps a slow page waiting instead of filling its socket, and loses nothing', async () => {
		const live = run('r');
		feed.changed(live);
		const socket = await page();
		socket.bufferedAmount = 100 * 1024 * 1024;
		socket.say({ type: 'follow', run: 'r', from: 0 });
		for (let n = 0; n < 10; n++) feed.written(live, `{"k":"${n}"}\n`);
		await sleep(20);
		expect(socket.lines('r')).toEqual([]);
		socket.bufferedAmount = 0;
		await sleep(120);
		expect(socket.lines('r')).toHaveLength(10);
	});

	it('runs the line of a driver and passes on what is typed', async () => {
		const socket = await page();
		socket.say({ type: 'run', session: 's', line: 'kubectl get po', cols: 80, rows: 24 });
		expect(socket.told.at(-1)).toEqual({ type: 'started', session: 's', run: 'run-1' });
		socket.say({ type: 'input', session: 's', d: 'x' });
		expect(prompted).toEqual(['kubectl get po', '< x']);
	});

	it.each([
		['closed, reloaded or left', 1001],
		['closed by itself', 1000],
		['closed without a word why', 1005]
	])('stops what runs at once when the page was %s', async (_how, code) => {
		const socket = await page();
		socket.say({ type: 'run', session: 's', line: 'kubectl get po', cols: 80, rows: 24 });
		socket.gone(code);
		expect(stopped).toBe(1);
	});

	it('waits a minute for a page whose connection broke, and counts it out meanwhile', async () => {
		const first = await page();
		first.say({ type: 'run', session: 's', line: 'kubectl get po', cols: 80, rows: 24 });
		first.gone(1006);
		expect(drivers).toBe(0);
		clock.advance(59_000);
		const second = await page();
		second.say({ type: 'resume', session: 's', cols: 80, rows: 24 });
		expect(drivers).toBe(1);
		expect(second.told.at(-1)).toMatchObject({ type: 'resumed', session: 's', run: 'run-1' });
		clock.advance(120_000);
		expect(stopped).toBe(0);
		second.gone(1006);
		clock.advance(60_000);
		expect(stopped).toBe(1);
	});

	it('ends with the server what a lost page left, and waits for no more', async () => {
		const lost = await page();
		lost.say({ type: 'run', session: 's', line: 'kubectl get po', cols: 80, rows: 24 });
		lost.gone(1006);
		feed.close();
		expect(stopped).toBe(1);
	});

	it('takes neither commands nor holds from anybody but a driver', async () => {
		const socket = await page('none');
		socket.say({ type: 'run', session: 's', line: 'kubectl get po' });
		socket.say({ type: 'hold', run: '*', s: 'cri-exec', action: 'set' });
		socket.say({ type: 'era', era: '1.36' });
		expect(prompted).toEqual([]);
		expect(held).toEqual([]);
		expect(eras).toEqual([]);
		expect(drivers).toBe(0);
	});

	it('passes a hold on and counts the drivers', async () => {
		const socket = await page();
		expect(drivers).toBe(1);
		socket.say({ type: 'hold', run: '*', s: 'cri-exec', action: 'set', try: 2 });
		expect(held).toEqual([{ run: '*', s: 'cri-exec', action: 'set', try: 2 }]);
		socket.say({ type: 'hold', run: '*', s: 'cri-exec', action: 'explode' });
		expect(held).toHaveLength(1);
		socket.gone(1001);
		expect(drivers).toBe(0);
	});

	it('passes on what era a driver wants, and tells drivers which it is', async () => {
		const [driver, none] = [await page(), await page('none')];
		driver.say({ type: 'era', era: '1.36' });
		expect(eras).toEqual(['1.36']);
		feed.eraChanged('1.36');
		expect(driver.told.at(-1)).toEqual({ type: 'era', era: '1.36' });
		expect(none.told.filter(({ type }) => type === 'era')).toEqual([]);
	});

	it('closes on what it does not understand', async () => {
		const socket = await page();
		socket.say('not json');
		expect(socket.closed).toBe(1007);
	});
});
