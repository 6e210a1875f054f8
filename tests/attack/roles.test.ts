import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createGuard, type Guard } from '../../src/lib/server/guard.ts';
import { eras } from '../../src/lib/trace/eras.ts';
import { startExecscope, type ExecscopeProcess } from '../support/execscope-process.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { serveLive, type LiveDoor } from './live-door.ts';
import { ask, fetchTicket, openPage, signIn, type LivePage, type Told } from './page-client.ts';

/** Whoever came through the door with a lesser role, or wants what another owns, and says what only the driver may. */
let lab: Lab;
let door: LiveDoor;
let driver: LivePage;
let past: string;

beforeAll(async () => {
	lab = await startLab();
	door = await serveLive(lab.cluster);
	driver = await door.open('driver');
	const { run } = await lab.kubectl('kubectl exec nginx -- date');
	past = run!;
	await lab.recording(past);
});
afterAll(async () => {
	await door.close();
	await lab.close();
});

const of = (page: LivePage, type: string) => page.told.filter((told) => told.type === type);

/** The page asks for a past run too, and what it asked has been answered, if at all: a later question has been. */
async function settled(page: LivePage): Promise<void> {
	page.send({ type: 'follow', run: past, from: 0 });
	await page.taken();
	for (const run of [past, lab.recordings()[0]!]) {
		const asking = await opened('driver');
		asking.send({ type: 'follow', run, from: 0 });
		await vi.waitFor(() => expect(of(asking, 'lines')).not.toEqual([]));
		asking.close();
	}
	await page.taken();
}

async function opened(role: string): Promise<LivePage> {
	const page = await door.open(role);
	await vi.waitFor(() => expect(of(page, 'welcome')).toHaveLength(1));
	return page;
}

/** Starts `cat` in the pod as the driver; resolves when it runs. */
async function begin(session: string, line = 'kubectl exec -it nginx -- cat'): Promise<string> {
	driver.send({ type: 'run', session, line, cols: 80, rows: 24 });
	const started = () => of(driver, 'started').find((told) => told['session'] === session);
	await vi.waitFor(() => expect(started()).toBeDefined(), 10_000);
	return String(started()!['run']);
}

describe.each(['none', 'follower', 'student', 'author', 'Driver', ''])('the role %j', (role) => {
	it('is shown no run, open or past, and no hold', async () => {
		lab.cluster.tracer.holds.add({ run: '*', s: 'cri-call', by: 'driver' });
		const page = await opened(role);
		const open = await begin(`open-${role}`);
		lab.cluster.tracer.holds.remove({ run: '*', s: 'cri-call' });
		page.send({ type: 'follow', run: open, from: 0 });
		await settled(page);
		expect(of(page, 'welcome')[0]).toMatchObject({ runs: [], held: [] });
		expect(page.told.map(({ type }) => type)).toEqual(['welcome']);
		driver.send({ type: 'stop', session: `open-${role}` });
	});

	it('runs nothing, types nothing, sizes nothing, stops nothing', async () => {
		const page = await opened(role);
		const session = `theirs-${role}`;
		const before = lab.cluster.tracer.runs.length;
		page.send({ type: 'run', session, line: 'kubectl get pods', cols: 80, rows: 24 });
		page.send({ type: 'run', session: 'x', line: 'nonsense', cols: 80, rows: 24 });
		page.send({ type: 'input', session, d: 'x' });
		page.send({ type: 'resize', session, cols: 10, rows: 10 });
		page.send({ type: 'stop', session });
		await settled(page);
		expect(page.told.map(({ type }) => type)).toEqual(['welcome']);
		expect(lab.cluster.tracer.runs.length).toBe(before);
	});

	it('chooses no era, and hears of none', async () => {
		const page = await opened(role);
		page.send({ type: 'era', era: '1.15-proxy' });
		await settled(page);
		expect(lab.cluster.era).toBe('1.15-redirect');
		await lab.cluster.setEra('1.15-proxy');
		await lab.cluster.setEra('1.15-redirect');
		await settled(page);
		expect(page.told.map(({ type }) => type)).toEqual(['welcome']);
	});

	it('sets, lifts and releases no hold', async () => {
		const page = await opened(role);
		const { holds } = lab.cluster.tracer;
		page.send({ type: 'hold', run: '*', s: 'post-exec', action: 'set' });
		await settled(page);
		expect(holds.set).toEqual([]);
		holds.add({ run: '*', s: 'kubelet-exec', by: 'driver' });
		const running = lab.kubectl('kubectl exec nginx -- true');
		await vi.waitFor(() => expect(holds.waiting).toHaveLength(1), 10_000);
		for (const action of ['clear', 'continue', 'step', 'drop'])
			page.send({ type: 'hold', run: '*', s: 'kubelet-exec', action });
		await settled(page);
		expect(holds.waiting).toHaveLength(1);
		expect(holds.set).toHaveLength(1);
		holds.remove({ run: '*', s: 'kubelet-exec' });
		for (const waiting of holds.waiting) waiting.resume('continued', 'driver');
		expect((await running).code).toBe(0);
	});
});

describe('the driver', () => {
	it('chooses no era that is not built, and none that is not there', async () => {
		const page = await opened('driver');
		const unbuilt = Object.entries(eras).flatMap(([id, { built }]) => (built ? [] : [id]));
		for (const era of [...unbuilt, '1.99', '', 'constructor', null, {}, 7])
			page.send({ type: 'era', era });
		await settled(page);
		expect(lab.cluster.era).toBe('1.15-redirect');
		expect(of(page, 'era')).toEqual([]);
	});
});

describe('one page of the driver', () => {
	it('types into no session of another', async () => {
		const run = await begin('mine');
		const other = await opened('driver');
		other.send({ type: 'input', session: 'mine', d: 'from elsewhere\r' });
		other.send({ type: 'stop', session: 'mine' });
		await settled(other);
		driver.send({ type: 'input', session: 'mine', d: 'from here\r' });
		driver.send({ type: 'input', session: 'mine', d: '\u0004' });
		const lines = JSON.stringify(await lab.recording(run));
		expect(lines).toContain('from here');
		expect(lines).not.toContain('from elsewhere');
	});
});

/** A recording that is somebody else's, and one that lies outside the folder of recordings. */
function plant(home: string, header: object): { foreign: string; outside: string } {
	const file = (owner: string) =>
		`${JSON.stringify({ ...header, owner })}\n{"k":"note","id":"title","rev":1,"at":{},"text":{"en":"x"},"by":"x"}\n`;
	writeFileSync(path.join(home, 'recordings', 'foreign.execscope'), file('student-7'));
	writeFileSync(path.join(home, 'outside.execscope'), file('driver'));
	mkdirSync(path.join(home, 'recordings', 'folder'), { recursive: true });
	writeFileSync(path.join(home, 'recordings', 'folder', 'x.execscope'), file('driver'));
	return { foreign: 'foreign', outside: '../outside' };
}

describe("what is somebody else's", () => {
	let header: object;
	beforeAll(() => {
		const text = readFileSync(path.join(lab.cluster.recordings, `${past}.execscope`), 'utf8');
		header = JSON.parse(text.split('\n', 1)[0]!) as object;
		plant(lab.home, header);
	});

	it('is neither listed nor told over the socket, nor is what lies outside', async () => {
		const page = await opened('driver');
		const listed = (of(page, 'welcome')[0]!['runs'] as { id: string }[]).map(({ id }) => id);
		expect(listed).toContain(past);
		expect(listed).not.toContain('foreign');
		for (const run of ['foreign', '../outside', 'folder/x', `../recordings/${past}`, '..', ''])
			page.send({ type: 'follow', run, from: 0 });
		await settled(page);
		await vi.waitFor(() => expect(of(page, 'lines')).not.toEqual([]));
		expect(of(page, 'lines').map((told: Told) => told['run'])).toEqual([past]);
	});

	it('is told to nobody else, open or just over', async () => {
		let run = '';
		const began = new Promise<void>((resolve) => {
			running = lab.cluster.kubectl(['kubectl', 'exec', '-i', 'nginx', '--', 'cat'], {
				owner: 'student-7',
				began(id) {
					run = id;
					resolve();
				}
			});
		});
		await began;
		const look = async () => {
			const page = await opened('driver');
			page.send({ type: 'follow', run, from: 0 });
			await settled(page);
			expect(JSON.stringify([...page.told, ...driver.told])).not.toContain(run);
		};
		await look();
		running!.stdin.end();
		expect(await running!.done).toBe(0);
		await lab.recording(run);
		await look();
	});
	let running: ReturnType<Lab['cluster']['kubectl']> | undefined;
});

describe('the real server', () => {
	let target: ExecscopeProcess;
	let headers: { Origin: string; Cookie: string };
	beforeAll(async () => {
		target = await startExecscope();
		headers = await signIn(target);
	});
	afterAll(() => target.close());

	it('hands out no recording of another owner, and none from outside the folder', async () => {
		const page = await openPage(target, headers);
		await vi.waitFor(() => expect(of(page, 'welcome')).toHaveLength(1));
		const [boot] = of(page, 'welcome')[0]!['runs'] as { id: string }[];
		page.close();
		const own = await ask(target, 'GET', `/recordings/${boot!.id}`, headers);
		expect(own.status).toBe(200);
		expect(own.headers).toMatchObject({
			'cache-control': 'no-store',
			'cross-origin-resource-policy': 'same-origin',
			'content-disposition': expect.stringMatching(/^attachment; /) as string
		});
		expect(own.headers['access-control-allow-origin']).toBeUndefined();
		plant(target.home, JSON.parse(own.body.split('\n', 1)[0]!) as object);
		const unowned = '{"k":"hdr"}\nthe secret\n';
		writeFileSync(path.join(target.home, 'recordings', 'unowned.execscope'), unowned);
		for (const id of [
			'foreign',
			'unowned',
			'..%2foutside',
			'..%2Foutside',
			'folder%2fx',
			'.%2fforeign'
		])
			expect((await ask(target, 'GET', `/recordings/${id}`, headers)).status, id).toBe(404);
		rmSync(path.join(target.home, 'outside.execscope'));
	});
	it('closes whoever speaks frames that it does not understand, or too large ones', async () => {
		const close = async (message: string | Buffer) => {
			const page = await openPage(target, headers);
			page.send(message);
			return page.closed;
		};
		expect(await close(Buffer.from('{}'))).toBe(1003);
		expect(await close('not json')).toBe(1007);
		expect(await close('"text"')).toBe(1007);
		expect(await close('null')).toBe(1007);
		expect(await close(`{"type":"${'x'.repeat(1024 * 1024)}"}`)).toBe(1009);
	});
	it('starts nothing for a session without a name, with an endless one, or that is no text', async () => {
		const page = await openPage(target, headers);
		const sessions = [undefined, 7, {}, 'x'.repeat(101)];
		for (const session of sessions)
			page.send({ type: 'run', session, line: 'nonsense', cols: 80, rows: 24 });
		for (const line of [undefined, 7, ['kubectl', 'version'], {}])
			page.send({ type: 'run', session: 's', line, cols: 80, rows: 24 });
		page.send({ type: 'run', session: 'last', line: 'nonsense', cols: 80, rows: 24 });
		await vi.waitFor(() => expect(of(page, 'ended')).not.toEqual([]));
		expect(of(page, 'ended').map((told) => told['session'])).toEqual(['last']);
		page.close();
	});
	it('keeps no more tickets than somebody may need', async () => {
		const first = await fetchTicket(target, headers);
		for (let i = 0; i < 256; i++) await fetchTicket(target, headers);
		await expect(openPageWith(first)).rejects.toThrow(/403/);
	});

	const openPageWith = (ticket: string) => openPage(target, headers, ticket);
});

describe('the guard alone', () => {
	const own = { host: '127.0.0.1:8080', origin: 'http://127.0.0.1:8080' };
	const signedIn = (guard: Guard) => {
		const signed = guard.signIn(guard.link().split('#t=')[1]);
		if (!('cookie' in signed)) throw new Error(signed.message);
		return { ...own, cookie: `${guard.cookieName}=${signed.cookie}` };
	};
	const ticketOf = (guard: Guard, headers: IncomingHttpHeaders) => {
		const made = guard.ticket({ ...headers, 'x-execscope': '1' });
		if (!('ticket' in made)) throw new Error(made.message);
		return { 'sec-websocket-protocol': `execscope, ${made.ticket}` };
	};
	it('refuses a route that nobody declared', () => {
		const guard = createGuard({ port: 8080 });
		expect(guard.request('GET', '/api/new', own)).toMatchObject({ status: 403, reason: 'no-rule' });
	});
	it('refuses a foreign Host of a request too, should the server file let it through', () => {
		const guard = createGuard({ port: 8080 });
		const answer = guard.request('GET', '/api/session', { host: 'evil.example:8080' });
		expect(answer).toMatchObject({ status: 421 });
	});
	it('opens no WebSocket at another path, should the server file let it through', () => {
		const guard = createGuard({ port: 8080 });
		for (const url of ['/', '/live/', '/lives', '/recordings/x', '//live', '/x?/live'])
			expect(guard.upgrade(url, own), url).toMatchObject({ status: 404, reason: 'no-socket' });
	});
	it('opens no WebSocket for whoever has neither cookie nor ticket', () => {
		const guard = createGuard({ port: 8080 });
		expect(guard.upgrade('/live', own)).toMatchObject({ status: 403, reason: 'signed-out' });
	});
	it('gives no ticket to whoever is not signed in, neither at the door nor behind it', () => {
		const guard = createGuard({ port: 8080 });
		const headers = { ...own, 'x-execscope': '1' };
		const signedOut = { status: 403, reason: 'signed-out' };
		expect(guard.request('POST', '/api/ticket', headers)).toMatchObject(signedOut);
		expect(guard.ticket(headers)).toMatchObject(signedOut);
	});
	it('takes no ticket half a minute later', () => {
		let now = 0;
		const guard = createGuard({ port: 8080, now: () => now });
		const headers = signedIn(guard);
		const upgrade = (life: number) => {
			const ticket = ticketOf(guard, headers);
			now += life;
			return guard.upgrade('/live', { ...headers, ...ticket });
		};
		expect(upgrade(29_999)).toEqual({ role: 'driver' });
		expect(upgrade(30_000)).toMatchObject({ status: 403, reason: 'ticket' });
	});
	it('takes no ticket of another session', () => {
		const guard = createGuard({ port: 8080 });
		const ticket = ticketOf(guard, signedIn(guard));
		const answer = guard.upgrade('/live', { ...signedIn(guard), ...ticket });
		expect(answer).toMatchObject({ status: 403, reason: 'ticket' });
	});
	it('keeps no more links and sessions than somebody may need', () => {
		const guard = createGuard({ port: 8080 });
		const [link, session] = [guard.link(), signedIn(guard)];
		expect(guard.role(session)).toBe('driver');
		for (let i = 0; i < 64; i++) signedIn(guard);
		expect(guard.role(session)).toBe('none');
		expect(guard.signIn(link.split('#t=')[1])).toMatchObject({ status: 403, reason: 'unknown' });
	});
});
