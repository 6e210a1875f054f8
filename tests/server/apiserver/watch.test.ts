import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaultLimits, type Clock } from '../../../src/lib/server/limits.ts';
import { testApiserver } from './support.ts';

const pods = '/api/v1/namespaces/default/pods';
const body = (name: string) => ({
	kind: 'Pod',
	apiVersion: 'v1',
	metadata: { name },
	spec: { containers: [{ name, image: 'nginx:1.17' }] }
});

/** A clock that moves when the test says so. */
function handClock(): Clock & { pass(ms: number): void } {
	let time = 0;
	let timers: { at: number; run: () => void }[] = [];
	return {
		now: () => time,
		after(ms, run) {
			const timer = { at: time + ms, run };
			timers.push(timer);
			return () => (timers = timers.filter((one) => one !== timer));
		},
		pass(ms) {
			time += ms;
			for (const { at, run } of timers) if (at <= time) run();
			timers = timers.filter(({ at }) => at > time);
		}
	};
}

let clock: ReturnType<typeof handClock>;
let api: Awaited<ReturnType<typeof testApiserver>>;
beforeEach(async () => {
	clock = handClock();
	api = await testApiserver({ clock, limits: defaultLimits });
});
afterEach(() => api.close());

const name = (event: { type: string; object: { metadata: Record<string, unknown> } } | undefined) =>
	event && `${event.type} ${String(event.object.metadata['name'])}`;

test('tells everything from a version on', async () => {
	const list = await api.client.ask(api.admin, `GET ${pods}`);
	const { metadata } = JSON.parse(list.text) as { metadata: { resourceVersion: string } };
	await api.client.ask(api.admin, `POST ${pods}`, { body: body('early') });
	const watch = api.client.watch(
		api.admin,
		`${pods}?watch=true&resourceVersion=${metadata.resourceVersion}`
	);
	expect(name(await watch.next())).toBe('ADDED early');
	// No node is ready: the scheduler writes that into the pod.
	expect(name(await watch.next())).toBe('MODIFIED early');
	await api.client.ask(api.admin, `DELETE ${pods}/early`);
	expect(name(await watch.next())).toBe('DELETED early');
	watch.stop();
});

test('begins with what is there when no version is named', async () => {
	const watch = api.client.watch(
		api.admin,
		`/api/v1/pods?watch=1&fieldSelector=spec.nodeName%3Dnode-1`
	);
	expect(name(await watch.next())).toBe('ADDED nginx');
	await api.client.ask(api.admin, `DELETE ${pods}/nginx`);
	const leaving = await watch.next();
	expect(name(leaving)).toBe('MODIFIED nginx');
	expect(leaving?.object.metadata['deletionTimestamp']).toBeTruthy();
	await api.client.ask(api.admin, `DELETE ${pods}/nginx?gracePeriodSeconds=0`);
	expect(name(await watch.next())).toBe('DELETED nginx');
	watch.stop();
});

test('marks the end of what was there for clients that ask for it', async () => {
	const watch = api.client.watch(
		api.admin,
		`${pods}?watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&fieldSelector=metadata.name%3Dnginx`
	);
	expect(name(await watch.next())).toBe('ADDED nginx');
	const bookmark = await watch.next();
	expect(bookmark).toMatchObject({
		type: 'BOOKMARK',
		object: { kind: 'Pod', metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } }
	});
	expect(Number(bookmark?.object.metadata['resourceVersion'])).toBeGreaterThan(0);
	watch.stop();
});

test('gives each event as a Table of one row to those who want Tables', async () => {
	const watch = api.client.watch(
		api.admin,
		`${pods}?watch=true&fieldSelector=metadata.name%3Dnginx`,
		{
			Accept: 'application/json;as=Table;v=v1;g=meta.k8s.io'
		}
	);
	const event = await watch.next();
	expect(event?.object).toMatchObject({
		kind: 'Table',
		rows: [{ object: { metadata: { name: 'nginx' } } }]
	});
	watch.stop();
});

test('ends after the seconds that the client gave it', async () => {
	const watch = api.client.watch(api.admin, `${pods}?watch=true&timeoutSeconds=30`);
	for (let seen = 0; seen < 3; seen++) await watch.next();
	clock.pass(30_000);
	expect(await watch.next()).toBeUndefined();
});

test('answers 400 to a version that is none', async () => {
	const odd = await api.client.ask(api.admin, `GET ${pods}?watch=true&resourceVersion=x`);
	expect(odd.status).toBe(400);
});

test('names the causing run to kubelets and to nobody else', async () => {
	const node = api.client.watch(await api.node('node-1'), '/api/v1/pods?watch=true');
	const admin = api.client.watch(api.admin, '/api/v1/pods?watch=true');
	for (let seen = 0; seen < 3; seen++) await Promise.all([node.next(), admin.next()]);
	await api.client.ask(api.admin, `DELETE ${pods}/unscheduled`);
	const [toNode, toAdmin] = await Promise.all([node.next(), admin.next()]);
	expect(name(toNode)).toBe('DELETED unscheduled');
	expect(toNode?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
	expect(name(toAdmin)).toBe('DELETED unscheduled');
	expect(toAdmin).not.toHaveProperty('traceparent');
	node.stop();
	admin.stop();
});

test('announces the watch and its first answer only', async () => {
	const watch = api.client.watch(api.admin, `${pods}?watch=true`);
	for (let seen = 0; seen < 3; seen++) await watch.next();
	const said = api.trace.said.filter(({ id }) => id.startsWith('api-request'));
	expect(said.map(({ id, n }) => `${id} ${n}`)).toEqual([
		`api-request GET ${pods}?watch=true`,
		'api-request:reply 200 OK'
	]);
	watch.stop();
});

/** Changes the status of a pod so many times, on one connection; returns the version of the last change. */
async function change(times: number): Promise<number> {
	const socket = await api.client.raw(await api.node('node-1'));
	for (let sent = 1; sent <= times; sent++) {
		const status = { phase: 'Running', message: `change ${sent}` };
		const text = JSON.stringify({ ...body('nginx'), status });
		const connection = sent === times ? 'close' : 'keep-alive';
		socket.write(
			`PUT ${pods}/nginx/status HTTP/1.1\r\nHost: x\r\nConnection: ${connection}\r\nContent-Length: ${text.length}\r\n\r\n${text}`
		);
	}
	let answers = '';
	for await (const chunk of socket) answers = (answers + String(chunk)).slice(-20_000);
	return Number(/.*"resourceVersion":"(\d+)"/s.exec(answers)?.[1]);
}

const versionOf = (event: { object: { metadata: Record<string, unknown> } } | undefined) =>
	Number(event?.object.metadata['resourceVersion']);

test('goes on where another watch has ended, and misses nothing', async () => {
	const nginx = `${pods}?watch=true&fieldSelector=metadata.name%3Dnginx`;
	const first = api.client.watch(api.admin, nginx);
	await first.next();
	await change(1);
	const last = versionOf(await first.next());
	first.stop();
	const newest = await change(2);
	const second = api.client.watch(api.admin, `${nginx}&resourceVersion=${last}`);
	expect(versionOf(await second.next())).toBe(newest - 1);
	expect(versionOf(await second.next())).toBe(newest);
	second.stop();
});

test('says 410 in an event to who comes back too late, and ends', async () => {
	const first = await change(1);
	await change(1001);
	for (const accept of ['application/json', 'application/json;as=Table;v=v1;g=meta.k8s.io']) {
		const late = api.client.watch(api.admin, `${pods}?watch=true&resourceVersion=${first}`, {
			Accept: accept
		});
		expect(await late.next()).toEqual({
			type: 'ERROR',
			object: {
				kind: 'Status',
				apiVersion: 'v1',
				metadata: {},
				status: 'Failure',
				message: `too old resource version: ${first} (${first + 1})`,
				reason: 'Expired',
				code: 410
			}
		});
		expect(await late.next()).toBeUndefined();
	}
	const onTime = api.client.watch(api.admin, `${pods}?watch=true&resourceVersion=${first + 1}`);
	expect(versionOf(await onTime.next())).toBe(first + 2);
	onTime.stop();
	const list = await api.client.ask(
		api.admin,
		`GET ${pods}?resourceVersion=${first}&resourceVersionMatch=Exact`
	);
	expect(list.status).toBe(410);
	expect(list.headers).not.toHaveProperty('retry-after');
}, 30_000);

test('keeps a version that is still to come silent until it has come', async () => {
	const newest = await change(1);
	const watch = api.client.watch(api.admin, `${pods}?watch=true&resourceVersion=${newest + 1}`);
	// Once its answer is announced it listens.
	await expect
		.poll(() => api.trace.said.filter(({ n }) => n === '200 OK').length)
		.toBeGreaterThan(0);
	await change(2);
	expect(versionOf(await watch.next())).toBe(newest + 2);
	watch.stop();
});

test('shows what leaves the view as it was last in it, with the version of the change', async () => {
	const watch = api.client.watch(
		api.admin,
		`${pods}?watch=true&fieldSelector=metadata.name%3Dnginx,status.phase%3DRunning`
	);
	const before = await watch.next();
	const { text } = await api.client.ask(await api.node('node-1'), `PUT ${pods}/nginx/status`, {
		body: { ...body('nginx'), status: { phase: 'Failed' } }
	});
	const after = await watch.next();
	expect(after).toMatchObject({ type: 'DELETED', object: { status: { phase: 'Running' } } });
	expect(versionOf(after)).toBe(
		versionOf({ object: JSON.parse(text) as { metadata: Record<string, unknown> } })
	);
	expect(versionOf(after)).toBeGreaterThan(versionOf(before));
	watch.stop();
});

const nginxMarked = `${pods}?watch=true&allowWatchBookmarks=true&fieldSelector=metadata.name%3Dnginx`;

test('marks the version each minute, and just before its end, for who asks', async () => {
	const watch = api.client.watch(api.admin, `${nginxMarked}&timeoutSeconds=90`);
	const silent = api.client.watch(api.admin, `${pods}?watch=true&timeoutSeconds=90`);
	await watch.next();
	for (let seen = 0; seen < 3; seen++) await silent.next();
	await api.client.ask(api.admin, `POST ${pods}`, { body: body('another') });
	clock.pass(60_000);
	const bookmark = await watch.next();
	expect(bookmark).toEqual({
		type: 'BOOKMARK',
		object: {
			kind: 'Pod',
			apiVersion: 'v1',
			metadata: { resourceVersion: expect.any(String) as string, creationTimestamp: null }
		}
	});
	clock.pass(27_999);
	clock.pass(1);
	expect(await watch.next()).toEqual(bookmark);
	clock.pass(2000);
	expect(await watch.next()).toBeUndefined();
	expect(name(await silent.next())).toBe('ADDED another');
	expect(name(await silent.next())).toBe('MODIFIED another');
	expect(await silent.next()).toBeUndefined();
	// From a bookmark on nothing is told twice.
	const next = api.client.watch(
		api.admin,
		`${pods}?watch=true&resourceVersion=${versionOf(bookmark)}`
	);
	await change(1);
	expect(name(await next.next())).toBe('MODIFIED nginx');
	next.stop();
});

test('gives a bookmark as a Table, too, as upstream does: a row that has only a version', async () => {
	const watch = api.client.watch(api.admin, nginxMarked, {
		Accept: 'application/json;as=Table;v=v1;g=meta.k8s.io'
	});
	await watch.next();
	clock.pass(60_000);
	const bookmark = await watch.next();
	expect(bookmark).toMatchObject({
		type: 'BOOKMARK',
		object: { kind: 'Table', rows: [{ object: { kind: 'PartialObjectMetadata' } }] }
	});
	expect(versionOf(bookmark)).toBeGreaterThan(0);
	watch.stop();
	for (const kind of ['nodes', 'namespaces', 'events']) {
		const other = api.client.watch(api.admin, `/api/v1/${kind}?watch=true&allowWatchBookmarks=1`, {
			Accept: 'application/json;as=Table;v=v1beta1;g=meta.k8s.io'
		});
		await expect.poll(() => api.trace.said.some(({ n }) => n.includes(`/${kind}?`))).toBe(true);
		let event;
		do {
			clock.pass(60_000);
			event = await Promise.race([
				other.next(),
				new Promise<undefined>((resolve) => setTimeout(resolve, 200))
			]);
		} while (event?.type !== 'BOOKMARK');
		expect(event.object.kind).toBe('Table');
		other.stop();
	}
});

test('begins at once without what was there when the client does not want that', async () => {
	const watch = api.client.watch(
		api.admin,
		`${pods}?watch=true&sendInitialEvents=false&resourceVersionMatch=NotOlderThan`
	);
	await expect.poll(() => api.trace.said.some(({ n }) => n === '200 OK')).toBe(true);
	await change(1);
	expect(name(await watch.next())).toBe('MODIFIED nginx');
	watch.stop();
});

test('ends a watch without a time by itself, between half an hour and an hour', async () => {
	const watch = api.client.watch(api.admin, `${pods}?watch=true`);
	for (let seen = 0; seen < 3; seen++) await watch.next();
	clock.pass(30 * 60_000 - 1);
	await change(1);
	expect(name(await watch.next())).toBe('MODIFIED nginx');
	clock.pass(30 * 60_000);
	expect(await watch.next()).toBeUndefined();
});

test.each([
	[`${pods}?watch=true&resourceVersionMatch=Exact&resourceVersion=1`, 422],
	[`${pods}?watch=true&sendInitialEvents=true`, 422],
	[`${pods}?watch=true&sendInitialEvents=true&resourceVersionMatch=Exact`, 422],
	[
		`${pods}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=99999`,
		504
	],
	[`${pods}?resourceVersionMatch=Exact`, 422],
	[`${pods}?resourceVersionMatch=Exact&resourceVersion=0`, 422],
	[`${pods}?resourceVersionMatch=Newest&resourceVersion=1`, 422],
	[`${pods}?sendInitialEvents=true`, 422],
	[`${pods}?continue=x`, 400],
	[`${pods}?resourceVersion=x`, 400],
	[`${pods}?resourceVersion=99999`, 504],
	[`${pods}?resourceVersion=1`, 200],
	[`${pods}?resourceVersion=0&limit=500`, 200]
])('answers %s with %i', async (target, status) => {
	const reply = await api.client.ask(api.admin, `GET ${target}`);
	expect(reply.status).toBe(status);
	expect(reply.headers).not.toHaveProperty('retry-after');
});

test('lists what was there at a version, where exactly that is asked for', async () => {
	const list = async (query: string) =>
		JSON.parse((await api.client.ask(api.admin, `GET ${pods}${query}`)).text) as {
			metadata: { resourceVersion: string; continue?: string };
			items: { metadata: { name: string } }[];
		};
	const before = await list('?limit=1');
	expect(before.items).toHaveLength(3);
	expect(before.metadata).not.toHaveProperty('continue');
	await api.client.ask(api.admin, `POST ${pods}`, { body: body('late') });
	await api.client.ask(api.admin, `DELETE ${pods}/unscheduled`);
	const version = before.metadata.resourceVersion;
	for (const exact of ['resourceVersionMatch=Exact', 'limit=1'])
		expect(await list(`?resourceVersion=${version}&${exact}`)).toEqual(before);
	const now = await list(`?resourceVersion=${version}&resourceVersionMatch=NotOlderThan`);
	expect(now.items.map(({ metadata }) => metadata.name)).toEqual(['late', 'nginx', 'web']);
});

test('cuts off who does not read, and keeps nothing for him', async () => {
	const small = await testApiserver({ limits: { watchBehindBytes: 200_000 } });
	const socket = await small.client.raw(small.admin);
	const closed = new Promise((resolve) => socket.on('close', resolve));
	socket.write(`GET ${pods}?watch=true HTTP/1.1\r\nHost: x\r\n\r\n`);
	await new Promise((resolve) => socket.once('data', resolve));
	socket.pause();
	const message = 'x'.repeat(1_000_000);
	const node = await small.node('node-1');
	for (let sent = 0; sent < 20; sent++)
		await small.client.ask(node, `PUT ${pods}/nginx/status`, {
			body: { ...body('nginx'), status: { phase: 'Running', message } }
		});
	socket.resume();
	await closed;
	await small.close();
}, 20_000);
