import { eras, type EraId } from '../../../src/lib/trace/eras.ts';
import type { KubectlVersion } from '../../support/real-kubectl.ts';
import { runsSince, startKubectl, until } from '../../support/type-kubectl.ts';
import { line, tableOf, wants, type Cells, type Seen, type Typist } from '../cell.ts';

const node = (_: KubectlVersion, era: EraId) => `v${eras[era].version}`;

export const get: Cells = {
	po: line('get po', {
		quick: true,
		out: tableOf(
			'NAME READY STATUS RESTARTS AGE',
			'finished 0/1 Completed 0 *',
			'nginx 1/1 Running 0 *',
			'prometheus-operator-6f6b75f46f-h4gl4 1/1 Running 0 20d',
			'unscheduled 0/1 Pending 0 *',
			'web 2/2 Running 0 *'
		)
	}),
	'po NAME NAME': line('get po nginx web', {
		out: tableOf('NAME READY STATUS RESTARTS AGE', 'nginx 1/1 Running 0 *', 'web 2/2 Running 0 *')
	}),
	'po -o wide': line('get po -o wide', {
		out: tableOf(
			'NAME READY STATUS RESTARTS AGE IP NODE NOMINATED NODE READINESS GATES',
			'finished 0/1 Completed 0 * * node-2 <none> <none>',
			'nginx 1/1 Running 0 * * node-1 <none> <none>',
			'prometheus-operator-6f6b75f46f-h4gl4 1/1 Running 0 20d * node-1 <none> <none>',
			'unscheduled 0/1 Pending 0 * <none> <none> <none> <none>',
			'web 2/2 Running 0 * * node-2 <none> <none>'
		)
	}),
	'po -o yaml': line('get po -o yaml', {
		out: /^apiVersion: v1\nitems:\n- apiVersion: v1\n {2}kind: Pod\n[^]*\nkind: List\nmetadata:\n {2}resourceVersion: ""\n( {2}selfLink: ""\n)?$/
	}),
	'po NAME -o yaml': line('get po nginx -o yaml', {
		out: /^apiVersion: v1\nkind: Pod\nmetadata:\n[^]*\n {2}name: nginx\n[^]*\n {2}phase: Running\n/
	}),
	'po -o json': line('get po -o json', {
		out: /^\{\n {4}"apiVersion": "v1",\n {4}"items": \[\n[^]*\n {4}"kind": "List",\n[^]*\}\n$/
	}),
	'po NAME -o json': line('get po nginx -o json', {
		out: /^\{\n {4}"apiVersion": "v1",\n {4}"kind": "Pod",\n[^]*"name": "nginx",\n[^]*\}\n$/
	}),
	'po NAME -o name': line('get po nginx -o name', { out: 'pod/nginx\n' }),
	'po, not there': line('get po nosuch', {
		code: 1,
		err: 'Error from server (NotFound): pods "nosuch" not found\n'
	}),
	'po -l, none of them': line('get po -l app=nosuch', {
		err: 'No resources found in default namespace.\n'
	}),
	'po -w': {
		run: watchPod,
		want: wants({ out: 'Pending, ContainerCreating, Running, Terminating' })
	},
	no: line('get no', {
		out: (version, era) =>
			tableOf(
				'NAME STATUS ROLES AGE VERSION',
				...['node-1', 'node-2'].map((name) => `${name} Ready <none> * ${node(version, era)}`)
			)
	}),
	'no -o wide': line('get no -o wide', {
		out: /^NAME +STATUS +ROLES +AGE +VERSION +INTERNAL-IP +EXTERNAL-IP +OS-IMAGE +KERNEL-VERSION +CONTAINER-RUNTIME\nnode-1 .*\nnode-2 .*\n$/
	}),
	'no NAME -o yaml': line('get no node-1 -o yaml', {
		out: (version, era) =>
			new RegExp(
				`^apiVersion: v1\nkind: Node\n[^]*\n {2}name: node-1\n[^]*\n {4}kubeletVersion: ${node(version, era).replaceAll('.', '\\.')}\n`
			)
	}),
	ns: line('get ns', {
		out: tableOf('NAME STATUS AGE', 'default Active *', 'seed-1 Active *', 'seed-2 Active *')
	}),
	'ns NAME -o yaml': line('get ns default -o yaml', {
		out: /^apiVersion: v1\nkind: Namespace\n[^]*\n {2}name: default\n[^]*\n {2}phase: Active\n$/
	}),
	// Which events there are is no matter of kubectl.
	ev: line('get ev', {
		out: /^(LAST SEEN +TYPE +REASON +OBJECT +MESSAGE\n[^]*)?$/,
		err: /^(No resources found in default namespace\.\n)?$/
	}),
	'a kind that is not served': line('get deploy', {
		code: 1,
		err: `error: the server doesn't have a resource type "deploy"\n`
	}),
	'a group that is not served': line('get deployments.apps', {
		code: 1,
		err: `error: the server doesn't have a resource type "deployments"\n`
	}),
	'--raw of a group that is not served': line('get --raw /apis/apps/v1', {
		code: 1,
		err: 'Error from server (NotFound): the server could not find the requested resource\n'
	})
};

/** Watches a namespace while a pod comes and goes; says in which states it was seen, one after the other. */
async function watchPod({ lab, version, pod, type }: Typist): Promise<Seen> {
	const before = new Set(lab.cluster.tracer.runs);
	const watch = await startKubectl(lab, version, ['-n', 'seed-1', 'get', 'po', '-w']);
	const states = () =>
		[...watch.printed().matchAll(new RegExp(`^${pod} +\\S+ +(\\S+) `, 'gm'))].map(([, is]) => is!);
	const seen = (state: string) =>
		until(
			() => states().includes(state),
			() => `${pod} is ${state}: ${watch.printed()}`
		);
	try {
		await until(() => runsSince(before, lab, version).length > 0, 'the watch has begun');
		const [run] = runsSince(before, lab, version);
		await type(['-n', 'seed-1', 'run', pod, '--image=busybox', '--restart=Never']);
		await seen('Running');
		await type(['-n', 'seed-1', 'delete', 'po', pod]);
		await seen('Terminating');
		watch.kill();
		const { err } = await watch.ended;
		await until(() => !run!.open, 'the run of the watch ends');
		const changes = states().filter((state, n, all) => state !== all[n - 1]);
		return { code: 0, out: changes.join(', '), err, runs: [run!.id] };
	} finally {
		watch.kill();
	}
}
