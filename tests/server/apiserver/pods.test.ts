import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Pod } from '../../../src/lib/server/apiserver/objects.ts';
import { nodeObject, testApiserver } from './support.ts';

let api: Awaited<ReturnType<typeof testApiserver>>;
beforeAll(async () => {
	api = await testApiserver();
});
afterAll(() => api.close());

const pods = '/api/v1/namespaces/default/pods';
const podBody = (name: string, more: object = {}) => ({
	kind: 'Pod',
	apiVersion: 'v1',
	metadata: { name, labels: { run: name } },
	spec: { containers: [{ name, image: 'nginx', resources: {} }], ...more },
	status: {}
});
const asTable = { Accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };

interface Table {
	kind: string;
	apiVersion: string;
	columnDefinitions: { name: string; type: string; priority: number }[];
	rows: { cells: unknown[]; object: { kind: string; metadata: { name: string } } }[];
}

async function table(target: string, headers: Record<string, string> = asTable): Promise<Table> {
	const { text } = await api.client.ask(api.admin, `GET ${target}`, { headers });
	return JSON.parse(text) as Table;
}

async function message(line: string, body?: unknown): Promise<[number, string]> {
	const { status, text } = await api.client.ask(api.admin, line, { body });
	return [status, (JSON.parse(text) as { message: string }).message];
}

test('shows one namespace by its name', async () => {
	const { status, text } = await api.client.ask(api.admin, 'GET /api/v1/namespaces/default');
	expect(status).toBe(200);
	expect(JSON.parse(text)).toMatchObject({ kind: 'Namespace', metadata: { name: 'default' } });
	expect(await message('GET /api/v1/namespaces/nosuch')).toEqual([
		404,
		'namespaces "nosuch" not found'
	]);
});

test('shows pods as a Table with the columns of 1.15', async () => {
	const { kind, apiVersion, columnDefinitions, rows } = await table(pods);
	expect([kind, apiVersion]).toEqual(['Table', 'meta.k8s.io/v1']);
	expect(
		columnDefinitions.map(({ name, type, priority }) => `${name} ${type} ${priority}`)
	).toEqual([
		'Name string 0',
		'Ready string 0',
		'Status string 0',
		'Restarts integer 0',
		'Age string 0',
		'IP string 1',
		'Node string 1',
		'Nominated Node string 1',
		'Readiness Gates string 1'
	]);
	const [nginx] = rows;
	expect(nginx?.cells.toSpliced(4, 1)).toEqual([
		'nginx',
		'1/1',
		'Running',
		0,
		'10.1.0.2',
		'node-1',
		'<none>',
		'<none>'
	]);
	expect(nginx?.object).toMatchObject({
		kind: 'PartialObjectMetadata',
		metadata: { name: 'nginx' }
	});
});

test('gives the v1beta1 Table to clients that know no other', async () => {
	const Accept = 'application/json;as=Table;v=v1beta1;g=meta.k8s.io, application/json';
	expect((await table(`${pods}/web`, { Accept })).apiVersion).toBe('meta.k8s.io/v1beta1');
});

test('passes over protobuf for JSON, and refuses what it cannot give', async () => {
	const ask = (Accept: string) =>
		api.client.ask(api.admin, `GET ${pods}/nginx`, { headers: { Accept } });
	const json = await ask('application/vnd.kubernetes.protobuf,application/json');
	expect(JSON.parse(json.text)).toMatchObject({ kind: 'Pod' });
	expect((await ask('application/vnd.kubernetes.protobuf')).status).toBe(406);
});

test('lists by field and by label', async () => {
	const names = async (query: string) => {
		const { text } = await api.client.ask(api.admin, `GET ${pods}?${query}`);
		const { items } = JSON.parse(text) as { items: Pod[] };
		return items.map(({ metadata }) => metadata.name);
	};
	expect(await names('limit=500')).toEqual(['nginx', 'unscheduled', 'web']);
	expect(await names('fieldSelector=spec.nodeName%3Dnode-2')).toEqual(['web']);
	expect(await names('fieldSelector=metadata.name%3Dnginx,status.phase%3DRunning')).toEqual([
		'nginx'
	]);
	expect(await names('fieldSelector=status.phase!%3DRunning')).toEqual(['unscheduled', 'web']);
	expect(await names('labelSelector=run%3Dnginx')).toEqual(['nginx']);
	expect(await names('labelSelector=!run')).toEqual(['unscheduled', 'web']);
	expect(await names('labelSelector=run+in+(nginx,other)')).toEqual(['nginx']);
	expect(await message(`GET ${pods}?fieldSelector=spec.color%3Dred`)).toEqual([
		400,
		'Unable to find "/v1, Resource=pods" that match label selector "", field selector "spec.color=red": field label not supported: spec.color'
	]);
});

test('answers 404 in exact words', async () => {
	const { text } = await api.client.ask(api.admin, `GET ${pods}/x`);
	expect(text).toBe(
		'{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"pods \\"x\\" not found","reason":"NotFound","details":{"name":"x","kind":"pods"},"code":404}\n'
	);
	const unknown = await api.client.ask(api.admin, 'GET /api/v1/namespaces/default/services');
	expect(unknown.text).toBe(
		'{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"the server could not find the requested resource","reason":"NotFound","details":{},"code":404}\n'
	);
	expect((await api.client.ask(api.admin, 'GET /openapi/v2')).text).toBe('404 page not found\n');
	expect((await api.client.ask(api.admin, `GET ${pods}/nginx/log`)).status).toBe(404);
});

test('creates a pod with what nobody said filled in', async () => {
	const reply = await api.client.ask(api.admin, `POST ${pods}?fieldManager=kubectl-run`, {
		body: podBody('fresh')
	});
	expect(reply.status).toBe(201);
	expect(JSON.parse(reply.text)).toMatchObject({
		kind: 'Pod',
		metadata: { name: 'fresh', namespace: 'default', selfLink: `${pods}/fresh` },
		spec: {
			restartPolicy: 'Always',
			dnsPolicy: 'ClusterFirst',
			containers: [{ imagePullPolicy: 'Always', terminationMessagePath: '/dev/termination-log' }]
		},
		status: { phase: 'Pending', qosClass: 'BestEffort' }
	});
	expect(api.trace.said.at(-1)).toMatchObject({
		id: 'api-request:reply',
		facts: { status: 201, scheduled: 'no node takes it yet' }
	});
	expect(await message(`POST ${pods}`, podBody('fresh'))).toEqual([
		409,
		'pods "fresh" already exists'
	]);
});

test('refuses what cannot be a pod', async () => {
	expect(await message('POST /api/v1/namespaces/nowhere/pods', podBody('a'))).toEqual([
		404,
		'namespaces "nowhere" not found'
	]);
	expect(
		await message(`POST ${pods}`, { kind: 'Service', apiVersion: 'v1', metadata: {} })
	).toEqual([400, 'Service in version "v1" cannot be handled as a Pod']);
	expect(
		await message(`POST ${pods}`, { ...podBody('a'), metadata: { name: 'a', namespace: 'seed-1' } })
	).toEqual([
		400,
		'the namespace of the provided object does not match the namespace sent on the request'
	]);
	expect(await message(`POST ${pods}`, podBody('a', { containers: [] }))).toEqual([
		422,
		'Pod "a" is invalid: spec.containers: Required value'
	]);
	expect(
		await message(
			`POST ${pods}`,
			podBody('a', { containers: [{ name: 'a' }, { name: 'a', image: 'x' }] })
		)
	).toEqual([
		422,
		'Pod "a" is invalid: [spec.containers[0].image: Required value, spec.containers[1].name: Duplicate value: "a"]'
	]);
	const broken = await api.client.ask(api.admin, `POST ${pods}`, {
		headers: { 'Content-Type': 'application/yaml' },
		body: podBody('a')
	});
	expect(broken.status).toBe(415);
});

test('binds pods to the ready node that has fewest, also those that had to wait', async () => {
	const own = await testApiserver({ pods: [] });
	const [one, two] = [await own.node('node-1'), await own.node('node-2')];
	const nodeOf = async (name: string) => {
		const { text } = await own.client.ask(own.admin, `GET ${pods}/${name}`);
		return (JSON.parse(text) as Pod).spec.nodeName;
	};
	const create = (name: string) =>
		own.client.ask(own.admin, `POST ${pods}`, { body: podBody(name) });
	await own.client.ask(one, 'POST /api/v1/nodes', { body: nodeObject('node-1', 1, false) });
	await create('waits');
	expect(await nodeOf('waits')).toBeUndefined();
	await own.client.ask(one, 'PUT /api/v1/nodes/node-1/status', { body: nodeObject('node-1', 1) });
	expect(await nodeOf('waits')).toBe('node-1');
	await own.client.ask(two, 'POST /api/v1/nodes', { body: nodeObject('node-2', 2) });
	await create('second');
	expect(await nodeOf('second')).toBe('node-2');
	await own.close();
});

test('lets a kubelet write its own node and pods, and nothing else', async () => {
	const own = await testApiserver();
	const one = await own.node('node-1');
	const ask = async (line: string, body: unknown) => {
		const { status, text } = await own.client.ask(one, line, { body });
		return status < 300 ? status : (JSON.parse(text) as { message: string }).message;
	};
	expect(await ask('POST /api/v1/nodes', nodeObject('node-1', 1))).toBe(201);
	expect(await ask('POST /api/v1/nodes', nodeObject('node-2', 1))).toBe(
		'nodes "node-2" is forbidden: node "node-1" is not allowed to modify node "node-2"'
	);
	const running = { metadata: { name: 'nginx' }, status: { phase: 'Running', podIP: '10.9.9.9' } };
	expect(await ask(`PUT ${pods}/nginx/status`, running)).toBe(200);
	expect(await ask(`PUT ${pods}/web/status`, { ...running, metadata: { name: 'web' } })).toBe(
		'pods "web" is forbidden: node "node-1" can only update pod status for pods with spec.nodeName set to itself'
	);
	expect(await ask(`DELETE ${pods}/web`, {})).toBe(
		'pods "web" is forbidden: node "node-1" can only delete pods with spec.nodeName set to itself'
	);
	expect(await ask(`POST ${pods}`, podBody('own'))).toContain('can only create mirror pods');
	await own.close();
});

test('keeps a bound pod until its kubelet says that it is gone', async () => {
	const own = await testApiserver();
	const one = await own.node('node-1');
	const first = await own.client.ask(own.admin, `DELETE ${pods}/nginx`, {
		body: { propagationPolicy: 'Background' }
	});
	const { metadata } = JSON.parse(first.text) as Pod;
	expect(metadata.deletionGracePeriodSeconds).toBe(30);
	expect(Date.parse(metadata.deletionTimestamp!)).toBeGreaterThan(
		Date.parse(metadata.creationTimestamp)
	);
	const again = await own.client.ask(own.admin, `POST ${pods}`, { body: podBody('nginx') });
	expect(JSON.parse(again.text)).toMatchObject({
		code: 409,
		message: 'object is being deleted: pods "nginx" already exists'
	});
	const stale = await own.client.ask(one, `DELETE ${pods}/nginx`, {
		body: { gracePeriodSeconds: 0, preconditions: { uid: 'another' } }
	});
	expect(stale.status).toBe(409);
	await own.client.ask(one, `DELETE ${pods}/nginx`, { body: { gracePeriodSeconds: 0 } });
	expect((await own.client.ask(own.admin, `GET ${pods}/nginx`)).status).toBe(404);
	await own.client.ask(own.admin, `DELETE ${pods}/unscheduled`);
	expect((await own.client.ask(own.admin, `GET ${pods}/unscheduled`)).status).toBe(404);
	await own.close();
});

test('deletes nothing in a dry run, wherever that is said', async () => {
	await api.client.ask(api.admin, `DELETE ${pods}/unscheduled?dryRun=All`);
	await api.client.ask(api.admin, `DELETE ${pods}/unscheduled`, { body: { dryRun: ['All'] } });
	expect((await api.client.ask(api.admin, `GET ${pods}/unscheduled`)).status).toBe(200);
});

test('says what the era is and what can be asked for', async () => {
	const { text } = await api.client.ask(api.admin, 'GET /version');
	expect(JSON.parse(text)).toMatchObject({ major: '1', minor: '15', gitVersion: 'v1.15.3' });
	const list = await api.client.ask(api.admin, 'GET /api/v1');
	const { resources } = JSON.parse(list.text) as { resources: { name: string; verbs: string[] }[] };
	expect(resources.map(({ name }) => name)).toEqual([
		'events',
		'namespaces',
		'nodes',
		'nodes/status',
		'pods',
		'pods/exec',
		'pods/log',
		'pods/portforward',
		'pods/status'
	]);
	expect(resources.find(({ name }) => name === 'pods/exec')?.verbs).toEqual(['create', 'get']);
});
