import type { KubectlVersion } from '../../support/real-kubectl.ts';
import { goodRecording } from '../../support/type-kubectl.ts';
import { line, since, wants, type Cell, type Cells } from '../cell.ts';

const seed1 = ['-n', 'seed-1'];
const message = (how: string) => ({
	'1.20': new RegExp(`^pod "\\S+" ${how}\n$`),
	'1.34': new RegExp(`^pod "\\S+" ${how} from seed-1 namespace\n$`)
});
const immediate =
	'Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n';

export const deletion: Cells = {
	'po NAME': { ...deleted(['po', '%pod'], { out: message('deleted') }), quick: true },
	'pod/NAME': deleted(['pod/%pod'], { out: message('deleted') }),
	'how it waits': {
		async run(typist) {
			const { lab, type, pod } = typist;
			await type([...seed1, 'run', pod, '--image=busybox']);
			const seen = await type([...seed1, 'delete', 'po', pod]);
			const said = seen.runs.flatMap((run) => goodRecording(lab, run));
			const requests = said.flatMap(({ k, s, n, from }) =>
				k === 'step' && from === 'kubectl' && /^(get-pod|api-request)(#\d+)?$/.test(String(s))
					? [shape(String(n))]
					: []
			);
			return { ...seen, out: requests.join('\n') };
		},
		want: wants({ out: howItWaits })
	},
	'two at once': {
		async run({ type, pod }) {
			const pods = [pod, `${pod}-b`];
			for (const name of pods) await type([...seed1, 'run', name, '--image=busybox']);
			return type([...seed1, 'delete', 'po', ...pods]);
		},
		want: wants({
			out: {
				'1.20': /^pod "\S+" deleted\npod "\S+-b" deleted\n$/,
				'1.34':
					/^pod "\S+" deleted from seed-1 namespace\npod "\S+-b" deleted from seed-1 namespace\n$/
			}
		})
	},
	'and it is gone': {
		async run({ type, pod }) {
			await type([...seed1, 'run', pod, '--image=busybox']);
			await type([...seed1, 'delete', 'po', pod]);
			return type([...seed1, 'get', 'po', pod]);
		},
		want: wants({ code: 1, err: /^Error from server \(NotFound\): pods "\S+" not found\n$/ })
	},
	'--now': deleted(['po', '%pod', '--now'], { out: message('deleted') }),
	'--wait=false': deleted(['po', '%pod', '--wait=false'], { out: message('deleted') }),
	'--grace-period=0 --force': deleted(['po', '%pod', '--grace-period=0', '--force'], {
		out: message('force deleted'),
		err: { '1.20': `warning: ${immediate}`, '1.27': `Warning: ${immediate}` }
	}),
	'not there': line([...seed1, 'delete', 'po', 'nosuch'], {
		code: 1,
		err: 'Error from server (NotFound): pods "nosuch" not found\n'
	}),
	'--ignore-not-found': line([...seed1, 'delete', 'po', 'nosuch', '--ignore-not-found'], {}),
	'not allowed': line('--context dev delete po nginx', {
		code: 1,
		err: 'Error from server (Forbidden): pods "nginx" is forbidden: User "dev" cannot delete resource "pods" in API group "" in the namespace "default"\n'
	})
};

/** List and watch; from 1.27 on a get first, and a watch with bookmarks; from 1.35 on all of it in one watch. */
function howItWaits(version: KubectlVersion): string {
	if (since('1.35', version))
		return 'DELETE NAME\nGET NAME\nGET watch allowWatchBookmarks resourceVersionMatch sendInitialEvents timeoutSeconds';
	if (since('1.27', version))
		return 'DELETE NAME\nGET NAME\nGET limit resourceVersion\nGET watch allowWatchBookmarks resourceVersion timeoutSeconds';
	return 'DELETE NAME\nGET\nGET watch resourceVersion';
}

/** `GET watch resourceVersion`: of a request what it wants to know, without what it is about. */
function shape(request: string): string {
	const [method, target = ''] = request.split(' ');
	const { pathname, searchParams } = new URL(target, 'https://apiserver');
	const named = pathname.endsWith('/pods') ? [] : ['NAME'];
	const asked = [...searchParams.keys()].filter((key) => !/^(fieldSelector|timeout)$/.test(key));
	const rank = (key: string) => (key === 'watch' ? '' : key);
	asked.sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
	return [method, ...named, ...asked].join(' ');
}

/** Deletes a pod that was made for it. */
function deleted(args: string[], wanted: Parameters<typeof wants>[0]): Cell {
	return {
		async run({ type, pod }) {
			await type([...seed1, 'run', pod, '--image=busybox']);
			return type([...seed1, 'delete', ...args.map((word) => word.replace('%pod', pod))]);
		},
		want: wants(wanted)
	};
}
