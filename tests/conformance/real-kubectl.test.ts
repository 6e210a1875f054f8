import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { byVersion as of, type ByVersion } from '../support/by-version.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { kubectlVersions, realKubectl, type KubectlVersion } from '../support/real-kubectl.ts';
import { goodRecording, stepNames, typeKubectl, type Typed } from '../support/type-kubectl.ts';

let lab: Lab;
beforeAll(async () => {
	await Promise.all(kubectlVersions.map((version) => realKubectl(version)));
	lab = await startLab();
	// Their discovery caches are warm, as those of people who type the next command.
	for (const version of kubectlVersions) await typeKubectl(lab, version, ['get', 'po']);
}, 180_000);
afterAll(() => lab?.close());

const found = ['get-pod', 'authorize-get', 'get-pod:reply'];
const asked = ['choose-container', 'post-exec', 'authorize', 'connect', 'exec-location'];
const refusedAtOnce = ['choose-container', 'post-exec', 'authorize', 'post-exec:reply'];
const passed = [
	'kubelet-exec',
	...['kubelet-authorize', 'get-exec'],
	...['list-containers', 'list-containers:reply', 'list-containers#2', 'list-containers:reply#2'],
	...['cri-exec', 'check-container', 'check-container:reply', 'cache-insert', 'token-url'],
	...['redirect', 'follow-redirect', 'kubelet-authorize-redirect', 'cri-handler', 'token-consume']
];
const opened = (streams: number) => [
	...['serve-exec', 'switching-protocols'],
	...Array.from({ length: streams }, (_, n) => {
		const number = n === 0 ? '' : `#${n + 1}`;
		return [`stream-open${number}`, `stream-open:reply${number}`];
	}).flat()
];
const ran = [
	...['check-container#2', 'check-container:reply#2'],
	...['docker-create-exec', 'docker-create-exec:reply', 'docker-start-exec', 'hijack'],
	...['process-start', 'process-exit', 'docker-inspect-exec', 'docker-inspect-exec:reply'],
	...['exit-status', 'close']
];
const whole = (streams = 3) => [...asked, ...passed, ...opened(streams), ...ran];

/** The WebSocket try of a new kubectl: it crosses every hop, and the streaming server knows no v5. */
const firstTry = (steps: string[]) =>
	steps.map((step) => `try1/${step.replace('post-exec', 'websocket-exec')}`);
const refusedByStreaming = firstTry([
	...asked,
	...passed,
	...['serve-exec', 'cri-handler:reply', 'follow-redirect:reply', 'post-exec:reply']
]);

/** What stands in a run beside its path: it depends on caches, on the size of chunks and on time. */
const beside = /^(try\d\/)?(discovery|docker-request|io|ping|stdin-close|resize)\b/;
const path = (run: string) =>
	stepNames(goodRecording(lab, run)).filter((name) => !beside.test(name));

interface Line {
	it: string;
	args: string[];
	stdin?: string;
	code: ByVersion<number>;
	out?: RegExp | string;
	err: ByVersion<RegExp | string>;
	/** How the pod was found, if not as ever. */
	found?: string[];
	/** The path of the run after that. */
	steps: ByVersion<string[] | 'no run'>;
	/** A new kubectl shows its WebSocket try first. */
	tries?: string[];
}

const exits = (name: string, code: number, args: string[], more: Partial<Line> = {}): Line => ({
	it: name,
	args: ['exec', 'nginx', '--', ...args],
	code: { '1.20': code },
	out: '',
	err: { '1.20': code === 0 ? '' : `command terminated with exit code ${code}\n` },
	steps: { '1.20': whole() },
	tries: refusedByStreaming,
	...more
});

const upgradeRefused = (reason: string, message: string): ByVersion<string> => ({
	'1.20': `Error from server (${reason}): ${message}\n`,
	'1.36': `error: unable to upgrade connection: ${message}\n`
});
const forbidden = (user: string, verb: string, resource: string) =>
	`pods "nginx" is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "" in the namespace "default"`;

const lines: Line[] = [
	exits('runs date', 0, ['date'], { out: /^\w{3} .*20\d\d.*\n$/ }),
	exits('hands on what was piped in', 0, [], {
		args: ['exec', '-i', 'nginx', '--', 'cat'],
		stdin: 'one\ntwo\n',
		out: 'one\ntwo\n',
		steps: { '1.20': whole(4) }
	}),
	exits('keeps stdout and stderr apart', 0, ['sh', '-c', 'echo out; echo err >&2'], {
		out: 'out\n',
		err: { '1.20': 'err\n' }
	}),
	exits('ends as the command ends', 3, ['sh', '-c', 'exit 3']),
	exits('ends with 126 for a command that is not there', 126, ['nosuch'], {
		out: 'OCI runtime exec failed: exec failed: unable to start container process: exec: "nosuch": executable file not found in $PATH: unknown\r\n',
		steps: { '1.20': whole().filter((step) => !step.startsWith('process-')) }
	}),
	exits('ends with 127 when a shell finds nothing', 127, ['sh', '-c', 'nosuch'], {
		err: { '1.20': /^sh: (1: )?nosuch: not found\ncommand terminated with exit code 127\n$/ }
	}),
	exits('ends with 137 for a killed process', 137, ['sh', '-c', 'kill -9 $$']),
	exits('names the container that it chose', 0, [], {
		args: ['exec', 'web', '--', 'hostname'],
		out: 'web\n',
		err: {
			'1.20':
				"Defaulting container name to app.\nUse 'kubectl describe pod/web -n default' to see all of the containers in this pod.\n",
			'1.28': 'Defaulted container "app" out of: app, sidecar\n'
		}
	}),
	exits('reaches the container that it is told', 0, [], {
		args: ['exec', 'web', '-c', 'sidecar', '--', 'hostname'],
		out: 'web\n'
	}),
	exits('runs without the two dashes, as long as kubectl allows it', 0, [], {
		args: ['exec', 'nginx', 'hostname'],
		code: { '1.20': 0, '1.36': 1 },
		out: /^(nginx\n)?$/,
		err: {
			'1.20':
				'kubectl exec [POD] [COMMAND] is DEPRECATED and will be removed in a future version. Use kubectl exec [POD] -- [COMMAND] instead.\n',
			'1.36':
				/^error: exec \[POD\] \[COMMAND\] is not supported anymore\. Use exec \[POD\] -- \[COMMAND\] instead\nSee 'kubectl-?\S* exec -h' for help and examples\n?$/
		},
		steps: { '1.20': whole(), '1.36': 'no run' },
		tries: []
	}),
	{
		it: 'wants a command',
		args: ['exec', 'nginx'],
		code: { '1.20': 1 },
		err: {
			'1.20': /^error: you must specify at least one command for the container\n/
		},
		steps: { '1.20': 'no run' }
	},
	{
		it: 'finds no such container',
		args: ['exec', 'nginx', '-c', 'nope', '--', 'date'],
		code: { '1.20': 1 },
		err: {
			'1.20': 'Error from server (BadRequest): container nope is not valid for pod nginx\n',
			'1.36': 'error: container nope is not valid for pod nginx out of: nginx\n'
		},
		steps: { '1.20': [...asked, 'post-exec:reply'], '1.36': [] }
	},
	{
		it: 'finds no such pod',
		args: ['exec', 'nosuch', '--', 'date'],
		code: { '1.20': 1 },
		err: { '1.20': 'Error from server (NotFound): pods "nosuch" not found\n' },
		steps: { '1.20': [] }
	},
	{
		it: 'asks nothing of a pod that is finished',
		args: ['exec', 'finished', '--', 'date'],
		code: { '1.20': 1 },
		err: {
			'1.20': 'error: cannot exec into a container in a completed pod; current phase is Succeeded\n'
		},
		steps: { '1.20': [] }
	},
	{
		it: 'is refused a pod without a node',
		args: ['exec', 'unscheduled', '--', 'date'],
		code: { '1.20': 1 },
		err: upgradeRefused('BadRequest', 'pod unscheduled does not have a host assigned'),
		steps: { '1.20': [...asked, 'post-exec:reply'] },
		tries: firstTry([...asked, 'post-exec:reply'])
	},
	{
		it: 'is refused by RBAC to exec',
		args: ['--context', 'dev', 'exec', 'nginx', '--', 'date'],
		code: { '1.20': 1 },
		err: upgradeRefused('Forbidden', forbidden('dev', 'create', 'pods/exec')),
		steps: { '1.20': refusedAtOnce },
		tries: firstTry(refusedAtOnce)
	},
	{
		it: 'is refused by RBAC to look',
		args: ['--context', 'nobody', 'exec', 'nginx', '--', 'date'],
		code: { '1.20': 1 },
		err: { '1.20': `Error from server (Forbidden): ${forbidden('nobody', 'get', 'pods')}\n` },
		steps: { '1.20': [] }
	},
	{
		it: 'is not known by a wrong token',
		args: ['--context', 'dev', '--token', 'wrong', 'exec', 'nginx', '--', 'date'],
		code: { '1.20': 1 },
		err: { '1.20': 'error: You must be logged in to the server (Unauthorized)\n' },
		found: ['get-pod', 'get-pod:reply'],
		steps: { '1.20': [] }
	}
];

describe.each(lines.map((line) => [line.it, line] as const))('%s', (_, line) => {
	const all = new Map<KubectlVersion, Typed>();
	beforeAll(async () => {
		const stdin = line.stdin === undefined ? undefined : Buffer.from(line.stdin);
		await Promise.all(
			kubectlVersions.map(async (version) =>
				all.set(version, await typeKubectl(lab, version, line.args, stdin))
			)
		);
	});

	it.each(kubectlVersions)('kubectl %s', (version) => {
		const { code, out, err, runs } = all.get(version)!;
		expect(err).toEqual(wanted(of(line.err, version)));
		expect(out.toString()).toEqual(wanted(line.out ?? ''));
		expect(code).toBe(of(line.code, version));
		const expected = of(line.steps, version);
		expect(runs).toHaveLength(expected === 'no run' ? 0 : 1);
		if (expected === 'no run') return;
		expect(path(runs[0]!)).toEqual([
			...(line.found ?? found),
			...(version === '1.36' ? (line.tries ?? []) : []),
			...expected
		]);
	});
});

describe.each(kubectlVersions)('kubectl %s', (version) => {
	it('carries 10 MB there and back', async () => {
		const sent = randomBytes(10 * 1024 * 1024);
		const typed = await typeKubectl(lab, version, ['exec', '-i', 'nginx', '--', 'cat'], sent);
		const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
		expect(typed.err).toBe('');
		expect(typed.code).toBe(0);
		expect(sha256(typed.out)).toBe(sha256(sent));
		expect(typed.runs).toHaveLength(1);
		goodRecording(lab, typed.runs[0]!);
	});

	it('prints both versions', async () => {
		const { code, out, err, runs } = await typeKubectl(lab, version, ['version']);
		expect(code).toBe(0);
		expect(out.toString()).toMatch(of(clientVersion, version));
		expect(out.toString()).toMatch(of(serverVersion, version));
		expect(err).toMatch(of(skewWarning, version));
		expect(runs).toHaveLength(1);
		expect(path(runs[0]!)).toEqual(['api-request', 'api-request:reply']);
	});

	it('prints pods', async () => {
		const { code, out, err, runs } = await typeKubectl(lab, version, ['get', 'po']);
		expect({ code, err }).toEqual({ code: 0, err: '' });
		expect(
			columns(out).map(([name, ready, status, restarts]) => [name, ready, status, restarts])
		).toEqual([
			['NAME', 'READY', 'STATUS', 'RESTARTS'],
			['finished', '0/1', 'Completed', '0'],
			['nginx', '1/1', 'Running', '0'],
			['prometheus-operator-6f6b75f46f-h4gl4', '1/1', 'Running', '0'],
			['unscheduled', '0/1', 'Pending', '0'],
			['web', '2/2', 'Running', '0']
		]);
		expect(path(runs[0]!)).toEqual(['api-request', 'api-request:reply']);
	});

	it('prints pods wide', async () => {
		const { code, out, err } = await typeKubectl(lab, version, ['get', 'po', '-o', 'wide']);
		expect({ code, err }).toEqual({ code: 0, err: '' });
		const [head, ...rows] = columns(out);
		expect(head).toEqual([
			...['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE'],
			...['IP', 'NODE', 'NOMINATED NODE', 'READINESS GATES']
		]);
		expect(rows.map((row) => row[6])).toEqual(['node-2', 'node-1', 'node-1', '<none>', 'node-2']);
	});

	it.each(['yaml', 'json'])('prints a pod as %s', async (format) => {
		const all = await typeKubectl(lab, version, ['get', 'po', '-o', format]);
		expect({ code: all.code, err: all.err }).toEqual({ code: 0, err: '' });
		const one = await typeKubectl(lab, version, ['get', 'po', 'nginx', '-o', format]);
		expect({ code: one.code, err: one.err }).toEqual({ code: 0, err: '' });
		const text = one.out.toString();
		if (format === 'yaml') {
			expect(text).toMatch(/^apiVersion: v1\nkind: Pod\nmetadata:\n/);
			expect(text).toMatch(/^ {2}name: nginx\n/m);
			expect(text).toMatch(/^ {2}phase: Running\n/m);
			expect(all.out.toString()).toMatch(/^apiVersion: v1\nitems:\n[^]*\nkind: List\n/);
			return;
		}
		const pod = JSON.parse(text) as { kind: string; metadata: { name: string } };
		expect(pod).toMatchObject({ kind: 'Pod', metadata: { name: 'nginx' } });
		const list = JSON.parse(all.out.toString()) as { kind: string; items: object[] };
		expect(list.kind).toBe('List');
		expect(list.items).toContainEqual(pod);
	});

	it('prints nodes', async () => {
		const { code, out, err } = await typeKubectl(lab, version, ['get', 'nodes']);
		expect({ code, err }).toEqual({ code: 0, err: '' });
		expect(
			columns(out).map(([name, status, roles, , version]) => [name, status, roles, version])
		).toEqual([
			['NAME', 'STATUS', 'ROLES', 'VERSION'],
			['node-1', 'Ready', '<none>', 'v1.15.3'],
			['node-2', 'Ready', '<none>', 'v1.15.3']
		]);
	});
});

const clientVersion: ByVersion<RegExp> = {
	'1.20': /^Client Version: version\.Info\{Major:"1", Minor:"20",/m,
	'1.28': /^Client Version: v1\.28\./m,
	'1.36': /^Client Version: v1\.36\./m
};
const serverVersion: ByVersion<RegExp> = {
	'1.20': /^Server Version: version\.Info\{Major:"1", Minor:"15", GitVersion:"v1\.15\.3"/m,
	'1.28': /^Server Version: v1\.15\.3$/m
};
const skewWarning: ByVersion<RegExp> = {
	'1.20': /^$/,
	'1.28': /^WARNING: version difference between client \(1\.\d+\) and server \(1\.15\) exceeds/i
};

const wanted = (text: RegExp | string): string =>
	typeof text === 'string' ? text : (expect.stringMatching(text) as string);
/** A printed table; two spaces at least stand between columns. */
const columns = (out: Buffer): string[][] =>
	out
		.toString()
		.trimEnd()
		.split('\n')
		.map((line) => line.trimEnd().split(/ {2,}/));
