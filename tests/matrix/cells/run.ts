import { until } from '../../support/type-kubectl.ts';
import { line, since, wants, type Cells, type Seen, type Typist } from '../cell.ts';

const seed1 = ['-n', 'seed-1'];
const create = [...seed1, 'run', '%pod', '--image=busybox'];
const created = /^pod\/\S+ created\n$/;

export const run: Cells = {
	'--image': line(create, { out: created }),
	'--restart=Never -- COMMAND': line([...create, '--restart=Never', '--', 'sleep', '1000'], {
		out: created
	}),
	'and exec into it': {
		quick: true,
		run: runAndExec,
		want: wants({ streams: true, out: /^m-\S+\n$/ })
	},
	'an image that is not there': {
		run: runUnknownImage,
		want: wants({ out: /^ErrImagePull|ImagePullBackOff$/ })
	},
	'--dry-run=client -o name': line([...create, '--dry-run=client', '-o', 'name'], {
		runs: 0,
		out: /^pod\/\S+\n$/
	}),
	// Long after the articles' kubectl, for which it chose what to make.
	'--generator': line([...create, '--generator=run-pod/v1'], {
		code: { '1.20': 0, '1.23': 1 },
		runs: { '1.20': 1, '1.23': 0 },
		out: { '1.20': created, '1.23': '' },
		err: (version) =>
			since('1.23', version)
				? /^[eE]rror: unknown flag: --generator\nSee 'kubectl run --help' for usage\.\n$/
				: 'Flag --generator has been deprecated, has no effect and will be removed in the future.\n'
	}),
	'a name that is taken': line('run nginx --image=busybox', {
		code: 1,
		err: 'Error from server (AlreadyExists): pods "nginx" already exists\n'
	}),
	'a namespace that is not there': line('-n nosuch run %pod --image=busybox', {
		code: 1,
		err: 'Error from server (NotFound): namespaces "nosuch" not found\n'
	}),
	'not allowed': line('--context dev run %pod --image=busybox', {
		code: 1,
		err: 'Error from server (Forbidden): pods is forbidden: User "dev" cannot create resource "pods" in API group "" in the namespace "default"\n'
	})
};

async function runAndExec({ type, pod }: Typist): Promise<Seen> {
	await type([...seed1, 'run', pod, '--image=busybox']);
	await eventually({ type, pod }, 'jsonpath={.status.phase}', /^Running$/);
	const seen = await type([...seed1, 'exec', pod, '--', 'hostname']);
	await type([...seed1, 'delete', 'po', pod, '--wait=false']);
	return seen;
}

async function runUnknownImage({ type, pod }: Typist): Promise<Seen> {
	await type([...seed1, 'run', pod, '--image=nosuch']);
	const reason = 'jsonpath={.status.containerStatuses[0].state.waiting.reason}';
	const seen = await eventually({ type, pod }, reason, /ImagePull/);
	await type([...seed1, 'delete', 'po', pod, '--wait=false']);
	return seen;
}

/** Asks for the pod until it is as wanted; returns the last answer. */
async function eventually(
	{ type, pod }: Pick<Typist, 'type' | 'pod'>,
	output: string,
	wanted: RegExp
): Promise<Seen> {
	let seen: Seen;
	await until(
		async () => wanted.test((seen = await type([...seed1, 'get', 'po', pod, '-o', output])).out),
		() => `${pod} is ${wanted}: ${JSON.stringify(seen)}`
	);
	return seen!;
}
