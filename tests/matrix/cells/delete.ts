import { line, wants, type Cell, type Cells } from '../cell.ts';

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
