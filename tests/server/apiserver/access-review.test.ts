import { afterAll, beforeAll, expect, test } from 'vitest';
import { testApiserver } from './support.ts';

let api: Awaited<ReturnType<typeof testApiserver>>;
beforeAll(async () => {
	api = await testApiserver();
});
afterAll(() => api.close());

const nobody = { token: 'nobody-token' };
const dev = { token: 'dev-token' };
const group = '/apis/authorization.k8s.io/v1';
const apiVersion = 'authorization.k8s.io/v1';

async function post(
	who: Parameters<typeof api.client.ask>[0],
	resource: string,
	body: object,
	headers: Record<string, string> = {}
) {
	const reply = await api.client.ask(who, `POST ${group}/${resource}`, { body, headers });
	return { ...(JSON.parse(reply.text) as { message?: string }), code: reply.status };
}

const self = (spec: object) => ({ kind: 'SelfSubjectAccessReview', apiVersion, spec });
const readPods = { resourceAttributes: { namespace: 'default', verb: 'get', resource: 'pods' } };
const execPods = {
	resourceAttributes: {
		namespace: 'default',
		verb: 'create',
		resource: 'pods',
		subresource: 'exec'
	}
};

test('says who may do what, and why, as RBAC of upstream words it', async () => {
	expect(await post(api.admin, 'selfsubjectaccessreviews', self(execPods))).toEqual({
		code: 201,
		kind: 'SelfSubjectAccessReview',
		apiVersion,
		metadata: { creationTimestamp: null },
		spec: execPods,
		status: {
			allowed: true,
			reason:
				'RBAC: allowed by ClusterRoleBinding "cluster-admin" of ClusterRole "cluster-admin" to Group "system:masters"'
		}
	});
	const ofDev = await post(dev, 'selfsubjectaccessreviews', self(readPods));
	expect(ofDev).toMatchObject({
		status: { allowed: true, reason: expect.stringMatching(/to User "dev"$/) as string }
	});
	for (const [who, spec] of [
		[dev, execPods],
		[nobody, readPods]
	] as const)
		expect(await post(who, 'selfsubjectaccessreviews', self(spec))).toMatchObject({
			status: { allowed: false }
		});
});

test('decides for the user that is acted for', async () => {
	const reply = await post(api.admin, 'selfsubjectaccessreviews', self(execPods), {
		'Impersonate-User': 'dev'
	});
	expect(reply).toMatchObject({ status: { allowed: false } });
});

test('knows paths that are no resource, and groups that nobody serves', async () => {
	const path = { nonResourceAttributes: { path: '/healthz', verb: 'get' } };
	expect(await post(nobody, 'selfsubjectaccessreviews', self(path))).toMatchObject({
		status: { allowed: true }
	});
	const inApps = { ...readPods.resourceAttributes, group: 'apps' };
	const apps = self({ resourceAttributes: inApps });
	expect(await post(dev, 'selfsubjectaccessreviews', apps)).toMatchObject({
		status: { allowed: false }
	});
	expect(await post(api.admin, 'selfsubjectaccessreviews', apps)).toMatchObject({
		status: { allowed: true }
	});
});

test('lists the rules of a user', async () => {
	const review = { kind: 'SelfSubjectRulesReview', apiVersion, spec: { namespace: 'default' } };
	expect(await post(dev, 'selfsubjectrulesreviews', review)).toMatchObject({
		code: 201,
		status: {
			resourceRules: [
				{
					verbs: ['create'],
					apiGroups: ['authorization.k8s.io'],
					resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews']
				},
				{ verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] }
			],
			nonResourceRules: [{ verbs: ['get', 'head'] }],
			incomplete: false
		}
	});
	const nowhere = { ...review, spec: {} };
	expect(await post(dev, 'selfsubjectrulesreviews', nowhere)).toMatchObject({
		code: 400,
		message: 'no namespace on request'
	});
});

test('lets only an administrator ask about others', async () => {
	const spec = { ...execPods, user: 'dev' };
	const review = { kind: 'SubjectAccessReview', apiVersion, spec };
	expect(await post(api.admin, 'subjectaccessreviews', review)).toMatchObject({
		code: 201,
		spec,
		status: { allowed: false }
	});
	const masters = { ...review, spec: { ...execPods, groups: ['system:masters'] } };
	expect(await post(api.admin, 'subjectaccessreviews', masters)).toMatchObject({
		status: { allowed: true }
	});
	expect(await post(dev, 'subjectaccessreviews', review)).toMatchObject({
		code: 403,
		message:
			'subjectaccessreviews.authorization.k8s.io is forbidden: User "dev" cannot create resource "subjectaccessreviews" in API group "authorization.k8s.io" at the cluster scope'
	});
});

test.each([
	[{}, 'SelfSubjectAccessReview.authorization.k8s.io "" is invalid: spec.resourceAttributes: '],
	[
		{ ...readPods, nonResourceAttributes: { path: '/' } },
		'SelfSubjectAccessReview.authorization.k8s.io "" is invalid: spec.nonResourceAttributes: '
	],
	[{ resourceAttributes: 1 }, 'the review must have an object and not 1'],
	[{ resourceAttributes: { verb: 1 } }, 'the review must have text and not 1']
])('refuses %j', async (spec, message) => {
	const reply = await post(dev, 'selfsubjectaccessreviews', self(spec));
	expect([400, 422]).toContain(reply.code);
	expect(reply.message).toContain(message);
});

test('serves no other verb, no other group and no review of a namespace', async () => {
	const status = async (line: string) => (await api.client.ask(api.admin, line)).status;
	expect(await status(`GET ${group}/selfsubjectaccessreviews`)).toBe(405);
	expect(await status(`POST ${group}/selfsubjectaccessreviews/mine`)).toBe(405);
	expect(await status(`POST ${group}/namespaces/default/localsubjectaccessreviews`)).toBe(404);
	expect(await status(`POST ${group}/selfsubjectaccessreviews/a/b/c`)).toBe(404);
	expect(await status(`POST ${group}beta1/selfsubjectaccessreviews`)).toBe(404);
	expect(await status('GET /apis/apps/v1')).toBe(404);
	expect(await status('GET /apis/apps/v1/namespaces/default/deployments')).toBe(404);
});

test('lists the group in discovery, as clients of all ages read it', async () => {
	const get = async (path: string) =>
		JSON.parse((await api.client.ask(nobody, `GET ${path}`)).text) as Record<string, unknown>;
	const version = { groupVersion: apiVersion, version: 'v1' };
	const named = {
		name: 'authorization.k8s.io',
		versions: [version],
		preferredVersion: version
	};
	expect(await get('/apis')).toEqual({ kind: 'APIGroupList', apiVersion: 'v1', groups: [named] });
	expect(await get('/apis/authorization.k8s.io')).toEqual({
		kind: 'APIGroup',
		apiVersion: 'v1',
		...named
	});
	const list = await get(group);
	expect(list).toMatchObject({ kind: 'APIResourceList', groupVersion: apiVersion });
	expect((list['resources'] as { name: string }[]).map(({ name }) => name)).toEqual([
		'selfsubjectaccessreviews',
		'selfsubjectrulesreviews',
		'subjectaccessreviews'
	]);
});

test('passes over protobuf in Accept for the JSON after it, and has no other form', async () => {
	const ask = (accept: string) =>
		api.client.ask(api.admin, 'GET /api/v1/namespaces/default/pods/nginx', {
			headers: { Accept: accept }
		});
	const reply = await ask('application/vnd.kubernetes.protobuf,application/json');
	expect([reply.status, reply.headers['content-type']]).toEqual([200, 'application/json']);
	expect((await ask('application/vnd.kubernetes.protobuf')).status).toBe(406);
});

test('takes no body that it cannot read', async () => {
	const as = (type: string) =>
		post(dev, 'selfsubjectaccessreviews', self(readPods), { 'Content-Type': type });
	expect(await as('application/yaml')).toMatchObject({ code: 415 });
	expect(await as('application/vnd.kubernetes.protobuf')).toMatchObject({
		code: 400,
		message: expect.stringMatching(/does not appear to be a protobuf message/) as string
	});
});
