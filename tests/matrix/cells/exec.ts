import { createHash } from 'node:crypto';
import { realKubectl } from '../../support/real-kubectl.ts';
import { openTerminal, type Terminal } from '../../support/terminal.ts';
import { kubectlEnv, runsSince, until } from '../../support/type-kubectl.ts';
import {
	line,
	since,
	upgradeRefused,
	wants,
	type Cell,
	type Cells,
	type Seen,
	type Typist
} from '../cell.ts';

const streams = true;
const ended = (code: number) => `command terminated with exit code ${code}\n`;
const prompt = /root@nginx:\/# $/;
/** No pattern of its own: the same bytes come again only in the same place. */
const megabyte = Buffer.concat(
	Array.from({ length: 32_768 }, (_, n) => createHash('sha256').update(String(n)).digest())
);

export const exec: Cells = {
	date: line('exec nginx -- date', { streams, quick: true, out: /^\w{3} .*20\d\d.*\n$/ }),
	'stdout and stderr': line(['exec', 'nginx', '--', 'sh', '-c', 'echo out; echo err >&2'], {
		streams,
		out: 'out\n',
		err: 'err\n'
	}),
	'-i, 1 MB there': line('exec -i nginx -- sha256sum', {
		streams,
		stdin: megabyte,
		out: `${createHash('sha256').update(megabyte).digest('hex')}  -\n`
	}),
	'-i, 1 MB there and back': {
		async run({ type }) {
			const seen = await type(['exec', '-i', 'nginx', '--', 'base64', '-w0'], megabyte);
			const same = Buffer.from(seen.out, 'base64').equals(megabyte);
			return { ...seen, out: same ? 'the same' : `${seen.out.length} characters` };
		},
		want: wants({ streams, out: 'the same' })
	},
	'exit code': line(['exec', 'nginx', '--', 'sh', '-c', 'exit 7'], {
		streams,
		code: 7,
		err: ended(7)
	}),
	'killed by a signal': line(['exec', 'nginx', '--', 'sh', '-c', 'kill -9 $$'], {
		streams,
		code: 137,
		err: ended(137)
	}),
	'command not found': line('exec nginx -- nosuch', {
		streams,
		code: 126,
		out: 'OCI runtime exec failed: exec failed: unable to start container process: exec: "nosuch": executable file not found in $PATH: unknown\r\n',
		err: ended(126)
	}),
	'command is a folder': line('exec nginx -- /etc', {
		streams,
		code: 126,
		out: 'OCI runtime exec failed: exec failed: unable to start container process: exec: "/etc": permission denied: unknown\r\n',
		err: ended(126)
	}),
	'shell finds nothing': line(['exec', 'nginx', '--', 'sh', '-c', 'nosuch'], {
		streams,
		code: 127,
		err: new RegExp(`^sh: (1: )?nosuch: not found\n${ended(127)}$`)
	}),
	'-it, size, resize, ^C, ^D': {
		run: (typist) =>
			inTerminal(typist, ['/bin/bash'], async (terminal) => {
				await terminal.see(prompt);
				terminal.type('stty size\r');
				await terminal.see(/[\r\n]31 101\r\n/);
				await terminal.see(prompt);
				terminal.resize(120, 40);
				terminal.type('until [ "$(stty size)" = "40 120" ]; do sleep 0.1; done; echo wider\r');
				await terminal.see(/[\r\n]wider\r\n/);
				await terminal.see(prompt);
				// One process says it and sleeps: between two, Ctrl-C would meet the shell alone.
				terminal.type('sh -c "echo asleep; exec sleep 100"\r');
				await terminal.see(/[\r\n]asleep\r\n/);
				terminal.type('\x03');
				await terminal.see(prompt);
				terminal.type('(exit 3)\r');
				await terminal.see(prompt);
				terminal.type('\x04');
			}),
		want: wants({ streams, code: 3, out: /exit\r\ncommand terminated with exit code 3\r\n$/ })
	},
	// Not `tty`: it knows no name for a terminal that was made outside of the container, as the engine makes it.
	'-it, a command': {
		run: (typist) =>
			inTerminal(
				typist,
				['sh', '-c', 'test -t 0 && test -t 1 && test -t 2 && echo all three'],
				async () => {}
			),
		want: wants({ streams, out: 'all three\r\n' })
	},
	'-it without a terminal': line('exec -it nginx -- tty', {
		streams,
		code: 1,
		out: 'not a tty\n',
		err: `Unable to use a TTY - input is not a terminal or the right kind of file\n${ended(1)}`
	}),
	'-t without -i': line('exec -t nginx -- tty', {
		streams,
		code: 1,
		out: 'not a tty\n',
		err: ended(1)
	}),
	'the first of two containers': line('exec web -- hostname', {
		streams,
		out: 'web\n',
		err: {
			'1.20':
				"Defaulting container name to app.\nUse 'kubectl describe pod/web -n default' to see all of the containers in this pod.\n",
			'1.23': 'Defaulted container "app" out of: app, sidecar\n'
		}
	}),
	'-c': line('exec web -c sidecar -- hostname', { streams, out: 'web\n' }),
	'-c, not there': line('exec nginx -c nope -- date', {
		// The newest kubectl looks for itself.
		streams: (version) => !since('1.36', version),
		code: 1,
		err: {
			'1.20': 'Error from server (BadRequest): container nope is not valid for pod nginx\n',
			'1.36': 'error: container nope is not valid for pod nginx out of: nginx\n'
		}
	}),
	'pod/NAME': line('exec pod/nginx -- hostname', { streams, out: 'nginx\n' }),
	// No workloads are served, and kubectl says so as it does of any cluster without them.
	'deploy/NAME': line('exec deploy/nginx -- date', {
		code: 1,
		err: `error: the server doesn't have a resource type "deploy"\n`
	}),
	'without --': line('exec nginx hostname', {
		streams: (version) => !since('1.31', version),
		code: { '1.20': 0, '1.31': 1 },
		runs: { '1.20': 1, '1.31': 0 },
		out: { '1.20': 'nginx\n', '1.31': '' },
		err: {
			'1.20':
				'kubectl exec [POD] [COMMAND] is DEPRECATED and will be removed in a future version. Use kubectl exec [POD] -- [COMMAND] instead.\n',
			'1.31':
				"error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\nSee 'kubectl exec -h' for help and examples\n"
		}
	}),
	'without a command': line('exec nginx', {
		runs: 0,
		code: 1,
		err: 'error: you must specify at least one command for the container\n'
	}),
	'pod not found': line('exec nosuch -- date', {
		code: 1,
		err: 'Error from server (NotFound): pods "nosuch" not found\n'
	}),
	'pod is finished': line('exec finished -- date', {
		code: 1,
		err: 'error: cannot exec into a container in a completed pod; current phase is Succeeded\n'
	}),
	'pod without a node': line('exec unscheduled -- date', {
		streams,
		code: 1,
		err: upgradeRefused('BadRequest', 'pod unscheduled does not have a host assigned')
	}),
	'not allowed': notAllowed()
};

function notAllowed(): Cell {
	const message =
		'pods "nginx" is forbidden: User "dev" cannot create resource "pods/exec" in API group "" in the namespace "default"';
	return line('--context dev exec nginx -- date', {
		streams,
		code: 1,
		err: upgradeRefused('Forbidden', message)
	});
}

/** `exec -it nginx` in a terminal of 101 by 31 that somebody uses. */
async function inTerminal(
	{ lab, version }: Typist,
	command: string[],
	use: (terminal: Terminal) => Promise<void>
): Promise<Seen> {
	const before = new Set(lab.cluster.tracer.runs);
	const binary = await realKubectl(version);
	const terminal = openTerminal(binary, ['exec', '-it', 'nginx', '--', ...command], {
		cols: 101,
		rows: 31,
		env: kubectlEnv(lab)
	});
	await use(terminal);
	const code = await terminal.ended;
	const runs = runsSince(before, lab, version);
	await until(() => runs.every((run) => !run.open), 'the run ends');
	return { code, out: terminal.text, err: '', runs: runs.map(({ id }) => id) };
}
