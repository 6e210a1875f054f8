import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
	kubectl,
	nginx,
	pod,
	startFakeApiserver,
	status,
	type FakeApiserver
} from './fake-apiserver.ts';

let fake: FakeApiserver;
const pods = '/api/v1/namespaces/default/pods';

beforeEach(async () => {
	fake = await startFakeApiserver();
});
afterEach(() => fake.close());

const columns = [
	{ name: 'Name', priority: 0 },
	{ name: 'Ready', priority: 0 },
	{ name: 'Status', priority: 0 },
	{ name: 'Restarts', priority: 0 },
	{ name: 'Age', priority: 0 },
	{ name: 'IP', priority: 1 },
	{ name: 'Node', priority: 1 }
];
function table(...rows: [name: string, age: string][]) {
	return {
		kind: 'Table',
		apiVersion: 'meta.k8s.io/v1beta1',
		metadata: {},
		columnDefinitions: columns,
		rows: rows.map(([name, age]) => ({
			cells: [name, '1/1', 'Running', 0, age, '127.0.0.1', 'node-1'],
			object: { kind: 'PartialObjectMetadata', metadata: { name, namespace: 'default' } }
		}))
	};
}
const failed = (stderr: string) => ({ code: 1, stdout: '', stderr });

describe('kubectl get', () => {
	it("prints the server's table in columns three spaces apart", async () => {
		fake.script[`GET ${pods}`] = { json: table(['nginx', '6s']) };
		const { stdout, code } = await kubectl(fake, 'kubectl get po');
		expect(stdout).toBe(
			'NAME    READY   STATUS    RESTARTS   AGE\nnginx   1/1     Running   0          6s\n'
		);
		expect(code).toBe(0);
		expect(fake.seen[0]!.url).toBe(`${pods}?limit=500`);
		expect(fake.seen[0]!.rawHeaders).toContain(
			'application/json;as=Table;v=v1beta1;g=meta.k8s.io, application/json'
		);
	});

	it('aligns long names as the second article shows them', async () => {
		fake.script[`GET ${pods}`] = { json: table(['prometheus-operator-6f6b75f46f-h4gl4', '20d']) };
		expect((await kubectl(fake, 'kubectl get pods')).stdout).toBe(
			'NAME                                   READY   STATUS    RESTARTS   AGE\nprometheus-operator-6f6b75f46f-h4gl4   1/1     Running   0          20d\n'
		);
	});

	it('shows columns of priority 1 with -o wide, and no headers when told so', async () => {
		fake.script[`GET ${pods}`] = { json: table(['nginx', '6s']) };
		expect((await kubectl(fake, 'kubectl get po -owide --no-headers')).stdout).toBe(
			'nginx   1/1   Running   0     6s    127.0.0.1   node-1\n'
		);
	});

	it('puts the namespace first with -A', async () => {
		fake.script['GET /api/v1/pods'] = { json: table(['nginx', '6s']) };
		expect((await kubectl(fake, 'kubectl get po -A')).stdout).toBe(
			'NAMESPACE   NAME    READY   STATUS    RESTARTS   AGE\ndefault     nginx   1/1     Running   0          6s\n'
		);
	});

	it('prints several names under one header and the missing ones last', async () => {
		fake.script[`GET ${pods}/a`] = { json: table(['a', '1s']) };
		fake.script[`GET ${pods}/b`] = status(404, 'NotFound', 'pods "b" not found');
		fake.script[`GET ${pods}/c`] = { json: table(['c', '20d']) };
		expect(await kubectl(fake, 'kubectl get po a b c')).toEqual({
			code: 1,
			stdout:
				'NAME   READY   STATUS    RESTARTS   AGE\na      1/1     Running   0          1s\nc      1/1     Running   0          20d\n',
			stderr: 'Error from server (NotFound): pods "b" not found\n'
		});
	});

	it('says when there are none', async () => {
		fake.script[`GET ${pods}`] = { json: table() };
		expect(await kubectl(fake, 'kubectl get po')).toEqual({
			code: 0,
			stdout: '',
			stderr: 'No resources found.\n'
		});
	});

	it('prints names and ages of a server that makes no tables', async () => {
		const created = new Date(2020, 0, 25, 10, 40, 54).toISOString();
		const items = [{ metadata: { name: 'nginx', creationTimestamp: created } }];
		fake.script[`GET ${pods}`] = { json: { kind: 'PodList', items } };
		expect((await kubectl(fake, 'kubectl get po')).stdout).toBe('NAME    AGE\nnginx   11m\n');
	});

	it('prints one object as JSON, a list as a List, keys sorted', async () => {
		fake.script[`GET ${pods}/nginx`] = { json: { kind: 'Pod', apiVersion: 'v1', a: '<&>' } };
		expect((await kubectl(fake, 'kubectl get po nginx -o json')).stdout).toBe(
			'{\n    "a": "\\u003c\\u0026\\u003e",\n    "apiVersion": "v1",\n    "kind": "Pod"\n}\n'
		);
		fake.script[`GET ${pods}`] = {
			json: { kind: 'PodList', items: [{ metadata: { name: 'x' } }] }
		};
		expect((await kubectl(fake, 'kubectl get po -o yaml')).stdout).toBe(
			'apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: x\nkind: List\nmetadata:\n  resourceVersion: ""\n  selfLink: ""\n'
		);
		expect((await kubectl(fake, 'kubectl get po -o name')).stdout).toBe('pod/x\n');
	});

	it.each([
		['kubectl get pizza', 'error: the server doesn\'t have a resource type "pizza"\n'],
		[
			'kubectl get po nginx -A',
			'error: a resource cannot be retrieved by name across all namespaces\n'
		],
		[
			'kubectl get po -o pizza',
			'error: unable to match a printer suitable for the output format "pizza", allowed formats are: custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-file,name,template,templatefile,wide,yaml\n'
		],
		[
			'kubectl get',
			'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\nerror: Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).\nSee \'kubectl get -h\' for help and examples\n'
		]
	])('%s: %j', async (line, stderr) => {
		expect(await kubectl(fake, line)).toEqual(failed(stderr));
	});

	it('tells the user of a context from its namespace and token', async () => {
		fake.script['GET /api/v1/namespaces/team/pods'] = status(
			403,
			'Forbidden',
			'pods is forbidden: User "dev" cannot list resource "pods" in API group "" in the namespace "team"'
		);
		expect(await kubectl(fake, 'kubectl --context=dev get po')).toEqual(
			failed(
				'Error from server (Forbidden): pods is forbidden: User "dev" cannot list resource "pods" in API group "" in the namespace "team"\n'
			)
		);
		expect(fake.seen[0]!.rawHeaders).toContain('Bearer secret-token');
		expect((await kubectl(fake, 'kubectl --context none get po')).stderr).toBe(
			'error: context "none" does not exist\n'
		);
	});
});

describe('kubectl run', () => {
	it('creates the pod of the article', async () => {
		fake.script[`POST ${pods}`] = { status: 201, json: nginx };
		const line = 'kubectl run nginx --image=nginx --port=80 --generator=run-pod/v1';
		expect(await kubectl(fake, line)).toEqual({
			code: 0,
			stdout: 'pod/nginx created\n',
			stderr: ''
		});
		expect(fake.seen[0]!.body).toBe(
			'{"kind":"Pod","apiVersion":"v1","metadata":{"name":"nginx","creationTimestamp":null,"labels":{"run":"nginx"}},"spec":{"containers":[{"name":"nginx","image":"nginx","ports":[{"containerPort":80}],"resources":{}}],"restartPolicy":"Always","dnsPolicy":"ClusterFirst"},"status":{}}\n'
		);
	});

	it('fails without a generator as 1.15 does where there are no deployments', async () => {
		expect(await kubectl(fake, 'kubectl run nginx --image=nginx')).toEqual(
			failed(
				'WARNING: New generator "deployment/apps.v1" specified, but it isn\'t available. Falling back to "run/v1".\nkubectl run --generator=deployment/apps.v1 is DEPRECATED and will be removed in a future version. Use kubectl run --generator=run-pod/v1 or kubectl create instead.\nerror: no matches for kind "Deployment" in version "apps/v1"\n'
			)
		);
	});

	it('makes a pod with --restart=Never, a command and an environment', async () => {
		fake.script[`POST ${pods}`] = { status: 201, json: pod('p', ['p']) };
		const line = 'kubectl run p --image=busybox:1 --restart=Never --env=A=b=c --command -- sleep 5';
		expect((await kubectl(fake, line)).code).toBe(0);
		const { spec } = JSON.parse(fake.seen[0]!.body) as { spec: object };
		expect(spec).toMatchObject({
			restartPolicy: 'Never',
			containers: [{ command: ['sleep', '5'], env: [{ name: 'A', value: 'b=c' }] }]
		});
	});

	it.each([
		[
			'kubectl run',
			"error: NAME is required for run\nSee 'kubectl run -h' for help and examples\n"
		],
		['kubectl run x', 'error: --image is required\n'],
		[
			'kubectl run x --image=A:b:c',
			'error: Invalid image name "A:b:c": invalid reference format\n'
		],
		[
			'kubectl run x --image=a --generator=zz',
			'kubectl run --generator=zz is DEPRECATED and will be removed in a future version. Use kubectl run --generator=run-pod/v1 or kubectl create instead.\nerror: generator "zz" not found\nSee \'kubectl run -h\' for help and examples\n'
		]
	])('%s: %j', async (line, stderr) => {
		expect(await kubectl(fake, line)).toEqual(failed(stderr));
	});

	it('passes on that the pod exists', async () => {
		fake.script[`POST ${pods}`] = status(409, 'AlreadyExists', 'pods "nginx" already exists');
		expect(
			(await kubectl(fake, 'kubectl run nginx --image=nginx --generator=run-pod/v1')).stderr
		).toBe('Error from server (AlreadyExists): pods "nginx" already exists\n');
	});
});

describe('kubectl delete', () => {
	it('deletes, says so, then lists and watches until the pod is gone', async () => {
		fake.script[`DELETE ${pods}/nginx`] = { json: nginx };
		fake.script[`GET ${pods}`] = (seen) =>
			seen.url.includes('watch=true')
				? {
						lines: [
							{ type: 'MODIFIED', object: nginx },
							{ type: 'DELETED', object: nginx }
						]
					}
				: { json: { kind: 'PodList', metadata: { resourceVersion: '9' }, items: [nginx] } };
		expect(await kubectl(fake, 'kubectl delete pod nginx')).toEqual({
			code: 0,
			stdout: 'pod "nginx" deleted\n',
			stderr: ''
		});
		expect(fake.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
			`DELETE ${pods}/nginx`,
			`GET ${pods}?fieldSelector=metadata.name%3Dnginx`,
			`GET ${pods}?fieldSelector=metadata.name%3Dnginx&resourceVersion=9&watch=true`
		]);
		expect(fake.seen[0]!.body).toBe('{"propagationPolicy":"Background"}\n');
	});

	it('begins again when the server ends the watch, and is content with another pod of the name', async () => {
		let lists = 0;
		const other = { ...nginx, metadata: { ...nginx.metadata, uid: 'new' } };
		fake.script[`DELETE ${pods}/nginx`] = { json: nginx };
		fake.script[`GET ${pods}`] = (seen) =>
			seen.url.includes('watch=true')
				? { lines: [] }
				: { json: { metadata: { resourceVersion: '9' }, items: [lists++ > 0 ? other : nginx] } };
		expect((await kubectl(fake, 'kubectl delete po/nginx')).code).toBe(0);
		expect(lists).toBe(2);
	});

	it('does not wait with --wait=false', async () => {
		fake.script[`DELETE ${pods}/nginx`] = { json: nginx };
		await kubectl(fake, 'kubectl delete pod nginx --wait=false --grace-period=0 --force');
		expect(fake.seen).toHaveLength(1);
		expect(fake.seen[0]!.body).toContain('"gracePeriodSeconds":0');
	});

	it.each([
		[
			'kubectl delete pod',
			'error: resource(s) were provided, but no name, label selector, or --all flag specified\n'
		],
		['kubectl delete pod x', 'Error from server (NotFound): pods "x" not found\n']
	])('%s: %j', async (line, stderr) => {
		fake.script[`DELETE ${pods}/x`] = status(404, 'NotFound', 'pods "x" not found');
		expect(await kubectl(fake, line)).toEqual(failed(stderr));
	});
});

describe('kubectl version', () => {
	const json = { major: '1', minor: '15', gitVersion: 'v1.15.3', platform: 'linux/amd64' };

	it('prints both versions short', async () => {
		fake.script['GET /version'] = { json };
		expect((await kubectl(fake, 'kubectl version --short')).stdout).toBe(
			'Client Version: v1.15.0\nServer Version: v1.15.3\n'
		);
		expect(fake.seen[0]!.url).toBe('/version?timeout=32s');
	});

	it('prints the long form, and the client alone without asking anybody', async () => {
		const { stdout } = await kubectl(fake, 'kubectl version --client');
		expect(stdout).toMatch(
			/^Client Version: version\.Info\{Major:"1", Minor:"15", GitVersion:"v1\.15\.0", GitCommit:"e8462b5[0-9a-f]+", /
		);
		expect(fake.seen).toHaveLength(0);
	});

	it('prints the client even when the server says no', async () => {
		fake.script['GET /version'] = status(401, 'Unauthorized', 'Unauthorized');
		expect(await kubectl(fake, 'kubectl version --short')).toEqual({
			code: 1,
			stdout: 'Client Version: v1.15.0\n',
			stderr: 'error: You must be logged in to the server (Unauthorized)\n'
		});
	});
});

describe('kubectl', () => {
	it.each([
		[
			'kubectl pizza',
			'Error: unknown command "pizza" for "kubectl"\nRun \'kubectl --help\' for usage.\n'
		],
		[
			'kubectl exce nginx',
			'Error: unknown command "exce" for "kubectl"\n\nDid you mean this?\n\texec\n\nRun \'kubectl --help\' for usage.\n'
		],
		[
			'kubectl logs nginx',
			'error: the kubectl embedded in Execscope does not serve "kubectl logs"\n'
		],
		[
			'kubectl --kubeconfig=/etc/passwd get po',
			'error: the kubectl embedded in Execscope does not serve the flag --kubeconfig\n'
		],
		[
			'kubectl -s https://elsewhere get po',
			'error: the kubectl embedded in Execscope does not serve the flag --server\n'
		]
	])('%s: %j', async (line, stderr) => {
		expect(await kubectl(fake, line)).toEqual(failed(stderr));
		expect(fake.seen).toHaveLength(0);
	});

	it.each([
		['kubectl exec --foo nginx', 'Error: unknown flag: --foo'],
		['kubectl exec nginx ls -x', "Error: unknown shorthand flag: 'x' in -x"],
		['kubectl exec -itq nginx', "Error: unknown shorthand flag: 'q' in -q"],
		['kubectl exec nginx -c', "Error: flag needs an argument: 'c' in -c"],
		['kubectl exec nginx --container', 'Error: flag needs an argument: --container'],
		[
			'kubectl exec -i=x nginx',
			'Error: invalid argument "x" for "-i, --stdin" flag: strconv.ParseBool: parsing "x": invalid syntax'
		],
		[
			'kubectl -v=x get po',
			'Error: invalid argument "x" for "-v, --v" flag: strconv.ParseInt: parsing "x": invalid syntax'
		]
	])('%s: %s', async (line, first) => {
		const { code, stderr } = await kubectl(fake, line);
		expect(stderr.split('\n')[0]).toBe(first);
		expect(code).toBe(1);
	});

	it.each(['kubectl', 'kubectl help', 'kubectl --help', 'kubectl help exec', 'kubectl exec -h'])(
		'helps: %s',
		async (line) => {
			const { code, stdout, stderr } = await kubectl(fake, line);
			expect([code, stderr]).toEqual([0, '']);
			expect(stdout).toContain('exec');
		}
	);
});
