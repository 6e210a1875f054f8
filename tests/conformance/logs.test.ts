/** `kubectl logs` as people type it: what is printed, and that each byte of it is found on every socket. */
import net, { type AddressInfo } from 'node:net';
import { readdirSync, readlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startKubelet } from '../../src/lib/server/kubelet/server.ts';
import { logPath } from '../../src/lib/trace/paths.ts';
import { cells } from '../matrix/cells.ts';
import { tryCell } from '../matrix/try-cell.ts';
import type { CheckedLine } from '../support/check-recording.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { kubectlVersions } from '../support/real-kubectl.ts';
import {
	goodRecording,
	linesSoFar,
	runKubectl,
	startKubectl,
	stepNames,
	typeKubectl,
	until
} from '../support/type-kubectl.ts';

const ready = 'nginx (a stand-in): ready on port 80\n';
let lab: Lab;
beforeAll(async () => {
	lab = await startLab();
	for (const version of kubectlVersions) await runKubectl(lab, version, ['get', 'po']);
}, 180_000);
afterAll(() => lab?.close());

/** Log files that this process has open. */
function openLogs(): string[] {
	return readdirSync('/proc/self/fd').flatMap((fd) => {
		try {
			const path = readlinkSync(`/proc/self/fd/${fd}`);
			return path.endsWith('-json.log') ? [path] : [];
		} catch {
			return []; // the descriptor of this very listing
		}
	});
}

/** The bytes at each place of a step, by the lane to which its connection leads. */
function placesOf(lines: CheckedLine[], step: CheckedLine): Record<string, string> {
	const bytes = new Map<string, Buffer>();
	for (const line of lines) {
		if (line.k !== 'b' || line['dir'] !== '<') continue;
		const { c, d, d64 } = line as unknown as Record<'c' | 'd' | 'd64', string>;
		const chunk = d64 === undefined ? Buffer.from(d ?? '') : Buffer.from(d64, 'base64');
		bytes.set(c, Buffer.concat([bytes.get(c) ?? Buffer.alloc(0), chunk]));
	}
	const offset = (c: string) => {
		const { offset } = lines.find((line) => line.k === 'conn' && line['c'] === c)!;
		return (offset as [number, number])[1];
	};
	const lane = (c: string) =>
		String(lines.find((line) => line.k === 'conn' && line['c'] === c)!['to']);
	const places: Record<string, string> = {};
	for (const line of lines) {
		if (line.k !== 'sent' || line['of'] !== step.i) continue;
		const [c, o, len] = [String(line['c']), Number(line['o']), Number(line['len'])];
		const at = o - offset(c);
		places[lane(c)] =
			(places[lane(c)] ?? '') +
			bytes
				.get(c)!
				.subarray(at, at + len)
				.toString();
	}
	return places;
}

const ioOf = (lines: CheckedLine[]) =>
	lines.filter(({ k, s }) => k === 'step' && /^io\b/.test(String(s)));

describe.each(kubectlVersions)('kubectl %s logs', (version) => {
	const its = cells.filter(({ verb }) => verb === 'logs').map((cell) => [cell.id, cell] as const);
	it.each(its)('%s', async (_, cell) => {
		expect(await tryCell(cell, lab, version, '1.15-redirect')).toEqual([]);
	});

	it('takes the path of logs, and its bytes are on both sockets', async () => {
		const { runs, out } = await typeKubectl(lab, version, ['logs', 'nginx']);
		expect(out.toString()).toBe(ready);
		const lines = goodRecording(lab, runs[0]!);
		const unsettled = (name: string) => name !== 'get-log:reply' && !/^discovery/.test(name);
		expect(stepNames(lines).filter(unsettled)).toEqual(logPath.filter(unsettled));
		const [io] = ioOf(lines);
		expect([io!['from'], io!['to']]).toEqual(['kubelet', 'kubectl']);
		expect(placesOf(lines, io!)).toEqual({ kubelet: ready, apiserver: ready });
		const shown = lines.filter(({ k, on }) => k === 'tty' && on === 'o');
		expect(shown.map(({ len }) => len)).toEqual([ready.length]);
		const asked = lines.filter(({ k }) => k === 'cmd').at(-1)!['query'];
		expect(asked).toMatchObject({ verb: 'logs', pod: 'nginx' });
	});

	it('follows what is printed, and lets go of everything when it is killed', async () => {
		const name = `follow-${version.replace('.', '-')}`;
		await runKubectl(lab, version, ['run', name, '--image=nginx', '--restart=Never']);
		const hasBegun = async () => (await runKubectl(lab, version, ['logs', name])).out.length > 0;
		await until(hasBegun, 'it has begun');
		const before = openLogs().length;
		const known = new Set(lab.cluster.tracer.runs);
		const typing = await startKubectl(lab, version, ['logs', '-f', name, '--tail=0']);
		await until(() => openLogs().length === before + 1, 'the log is open');
		const request = `exec 3<>/dev/tcp/127.0.0.1/80; printf 'GET /${version} HTTP/1.0\\r\\nUser-Agent: bash\\r\\n\\r\\n' >&3; cat <&3`;
		await runKubectl(lab, version, ['exec', name, '--', 'bash', '-c', request]);
		const line = new RegExp(
			`^127\\.0\\.0\\.1 - - \\[.*\\] "GET /${version} HTTP/1\\.0" 404 19 "-" "bash"\\n$`
		);
		await until(() => line.test(typing.printed()), 'the request is in the log');
		typing.kill();
		await typing.ended;
		await until(() => openLogs().length === before, 'the log is closed');
		const run = lab.cluster.tracer.runs.find(
			(one) => !known.has(one) && one.query?.['verb'] === 'logs'
		)!;
		await until(() => !run.open, 'the run has ended');
		const [io] = ioOf(linesSoFar(lab, run.id));
		expect(placesOf(linesSoFar(lab, run.id), io!)['apiserver']).toBe(typing.printed());
		await runKubectl(lab, version, ['delete', 'pod', name, '--now']);
	});
});

describe('a log', () => {
	const version = '1.36';
	const pod = (...args: string[]) => runKubectl(lab, version, args);

	it('ends with its container when it is followed', async () => {
		await pod(
			'run',
			'brief',
			'--image=busybox',
			'--',
			'sh',
			'-c',
			'echo on; echo off >&2; sleep 3; echo end'
		);
		await until(async () => (await pod('logs', 'brief')).out.includes('off'), 'it has begun');
		const { out, code, runs } = await typeKubectl(lab, version, ['logs', '-f', 'brief']);
		expect([code, out.toString()]).toEqual([0, 'on\noff\nend\n']);
		expect(stepNames(goodRecording(lab, runs[0]!))).toContain('cri-call#2');
		expect((await pod('logs', 'brief')).out.toString()).toBe('on\noff\nend\n');
		await pod('delete', 'pod', 'brief', '--now');
	});

	it('is none where a container waits for its image', async () => {
		await pod('run', 'pictureless', '--image=nosuch');
		await until(
			async () => (await pod('get', 'po', 'pictureless')).out.includes('ErrImagePull'),
			'there is no image'
		);
		const { err, code } = await pod('logs', 'pictureless');
		expect([code, err]).toEqual([
			1,
			`Error from server (BadRequest): container "pictureless" in pod "pictureless" is waiting to start: image can't be pulled\n`
		]);
		await pod('delete', 'pod', 'pictureless', '--now');
	});

	it('comes whole when it is long, and never faster than it is read', async () => {
		const many =
			'i=0; while [ $i -lt 20000 ]; do echo "$i ----------------------------------------"; i=$((i+1)); done; sleep 60';
		await pod('run', 'talker', '--image=busybox', '--', 'sh', '-c', many);
		await until(
			async () => (await pod('logs', 'talker', '--tail=1')).out.includes('19999 '),
			'it has said all'
		);
		const { out, runs } = await typeKubectl(lab, version, ['logs', 'talker']);
		expect(out.toString().split('\n')).toHaveLength(20_001);
		goodRecording(lab, runs[0]!);
		const last = await pod('logs', 'talker', '--tail=2');
		expect(last.out.toString()).toMatch(/^19998 -+\n19999 -+\n$/);
		await pod('delete', 'pod', 'talker', '--now');
	});
});

it('says so when the kubelet is gone', async () => {
	const taken = net.createServer().listen(0, '127.0.0.1');
	await new Promise((resolve) => taken.once('listening', resolve));
	const { port } = taken.address() as AddressInfo;
	await new Promise((resolve) => taken.close(resolve));
	const gone = await startLab({
		programs: {
			startKubelet: (options) =>
				startKubelet({ ...options, advertise: { kind: 'tcp', host: '127.0.0.1', port } })
		}
	});
	try {
		const { code, err } = await runKubectl(gone, '1.36', ['logs', 'nginx']);
		expect([code, err]).toEqual([
			1,
			`Error from server: Get "https://127.0.0.1:${port}/containerLogs/default/nginx/nginx": dial tcp 127.0.0.1:${port}: connect: connection refused\n`
		]);
	} finally {
		await gone.close();
	}
}, 60_000);
