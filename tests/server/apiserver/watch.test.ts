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
