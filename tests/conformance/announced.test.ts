import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eras, isBuiltEra, type EraId } from '../../src/lib/trace/eras.ts';
import { decodeMessage } from '../../src/lib/wire/cri/decode-message.ts';
import { Http1Decoder, type Http1Event } from '../../src/lib/wire/http1/http1-decoder.ts';
import { SpdyDecoder, type PlacedFrame } from '../../src/lib/wire/spdy/frames.ts';
import type { CheckedLine } from '../support/check-recording.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { bytesOfStep, recordedBytes, type Direction } from '../support/recorded-bytes.ts';
import { goodRecording, until } from '../support/type-kubectl.ts';

const script = 'read line; echo "out $line"; echo err >&2; exit 3';
let lines: CheckedLine[];
let steps: CheckedLine[];
const idOf = (step: CheckedLine) => String(step['s']).replace(/#\d+$/, '');
const named = (id: string) => {
	const found = steps.filter((step) => idOf(step) === id);
	expect(found, id).not.toHaveLength(0);
	return found;
};
const factsOf = (step: CheckedLine) => step['facts'] as Record<string, unknown>;
/** A step's bytes where it crossed one socket only. */
const onlyBytes = (step: CheckedLine) => {
	const all = bytesOfStep(lines, step);
	expect(all, String(step['s'])).toHaveLength(1);
	return all[0]!;
};
const headOf = (bytes: Buffer, kind: 'request' | 'response') => {
	const events = new Http1Decoder(kind).push(bytes);
	return events.find((event) => event.type === 'head') as Http1Event & { type: 'head' };
};
const bodyOf = (bytes: Buffer): unknown => {
	const events = new Http1Decoder('response').push(bytes);
	const parts = events.flatMap((event) => (event.type === 'body' ? [event.data] : []));
	return JSON.parse(Buffer.concat(parts).toString());
};

const redirects = (era: EraId) => eras[era].stream === 'redirect';
/** Which hops lead from the kubelet's answer of the runtime to the streaming server. */
const handed = (era: EraId) =>
	redirects(era) ? ['follow-redirect', 'cri-handler'] : ['kubelet-proxy'];
const requests = (era: EraId) => [
	...['discovery', 'get-pod', 'post-exec', 'kubelet-exec', ...handed(era)],
	...['check-container', 'docker-request', 'docker-create-exec', 'docker-start-exec'],
	'docker-inspect-exec'
];
const answers = (era: EraId) => [
	...['discovery:reply', 'get-pod:reply', 'hijack', 'docker-request:reply'],
	...(redirects(era) ? ['redirect'] : []),
	...['docker-create-exec:reply', 'docker-inspect-exec:reply']
];

const builtEras = Object.keys(eras).filter(isBuiltEra);

describe.each(builtEras)('in era %s, what was announced is what the taps read', (era) => {
	let lab: Lab;
	beforeAll(async () => {
		lab = await startLab({ era });
		const argv = ['kubectl', 'exec', '-i', 'nginx', '--', 'sh', '-c', script];
		const { code, run } = await lab.kubectl(argv, { stdin: 'typed\n' });
		expect(code).toBe(3);
		await until(() => lab.cluster.tracer.runs.every(({ open }) => !open), 'the run ends');
		lines = goodRecording(lab, run!);
		steps = lines.filter(({ k }) => k === 'step');
	}, 60_000);
	afterAll(() => lab?.close());

	it.each(requests(era))('method and path of %s', (id) => {
		for (const step of named(id)) {
			const { method, target } = headOf(onlyBytes(step), 'request');
			const url = new URL(String(factsOf(step)['url']), 'http://x');
			expect([method, target]).toEqual([factsOf(step)['method'], `${url.pathname}${url.search}`]);
		}
	});

	it.each(answers(era))('status of %s', (id) => {
		for (const step of named(id))
			expect(headOf(onlyBytes(step), 'response').status).toBe(factsOf(step)['status']);
	});

	it('the 101 on every socket that it crossed', () => {
		const [step] = named('switching-protocols');
		const heads = bytesOfStep(lines, step!).map((bytes) => headOf(bytes, 'response'));
		expect(heads).toHaveLength(3);
		for (const { status, headers } of heads) {
			expect(status).toBe(factsOf(step!)['status']);
			const protocol = headers.find(([name]) => /^x-stream-protocol-version$/i.test(name));
			expect(protocol?.[1]).toBe(factsOf(step!)['protocol']);
		}
	});

	it('container and command of cri-exec, URL and token of its answer', () => {
		const asked = criMessage('ExecRequest', onlyBytes(named('cri-exec')[0]!));
		const { containerId, cmd } = factsOf(named('cri-exec')[0]!);
		expect([asked['container_id'], asked['cmd']]).toEqual([containerId, cmd]);
		expect(cmd).toEqual(['sh', '-c', script]);
		const answer = named('token-url')[0]!;
		const { url, token } = factsOf(answer);
		expect(criMessage('ExecResponse', onlyBytes(answer))['url']).toBe(url);
		expect(String(url).endsWith(`/${String(token)}`)).toBe(true);
		const path = new URL(String(url), 'http://x').pathname;
		for (const id of handed(era))
			expect(headOf(onlyBytes(named(id)[0]!), 'request').target).toBe(path);
		if (!redirects(era)) return;
		const { headers } = headOf(onlyBytes(named('redirect')[0]!), 'response');
		expect(headers).toContainEqual(['Location', url]);
	});

	it('exec id and exit code of Docker', () => {
		const created = named('docker-create-exec:reply')[0]!;
		const { execId } = factsOf(created);
		expect(bodyOf(onlyBytes(created))).toEqual({ Id: execId });
		for (const id of ['docker-start-exec', 'docker-inspect-exec'])
			expect(headOf(onlyBytes(named(id)[0]!), 'request').target).toContain(
				`/exec/${String(execId)}/`
			);
		const inspected = named('docker-inspect-exec:reply').at(-1)!;
		expect(bodyOf(onlyBytes(inspected))).toMatchObject({
			ID: execId,
			Running: false,
			ExitCode: factsOf(inspected)['exitCode']
		});
		expect(factsOf(inspected)['exitCode']).toBe(3);
	});

	it('number and type of each stream', () => {
		for (const step of named('stream-open')) {
			const { frame } = frameOf(step, '>');
			if (frame.type !== 'syn-stream') throw new Error(`a ${frame.type}`);
			const { id, streamtype } = factsOf(step);
			expect([frame.id, frame.headers['streamtype']]).toEqual([id, streamtype]);
		}
		for (const step of named('stream-open:reply'))
			expect(frameOf(step, '<').frame).toMatchObject({
				type: 'syn-reply',
				id: factsOf(step)['id']
			});
		expect(named('stream-open').map((step) => factsOf(step)['streamtype'])).toEqual([
			...['error', 'stdin', 'stdout', 'stderr']
		]);
	});

	it('every chunk, alike on every socket that it crossed', () => {
		const said = new Map<string, string>();
		for (const step of named('io')) {
			const { stream, len } = factsOf(step) as { stream: string; len: number };
			const copies = bytesOfStep(lines, step).map((bytes) => bytes.toString());
			// Four: kubectl to API server, to kubelet, to the streaming server, to the engine.
			expect(copies).toHaveLength(4);
			expect(new Set(copies).size).toBe(1);
			expect(Buffer.byteLength(copies[0]!)).toBe(len);
			said.set(stream, (said.get(stream) ?? '') + copies[0]!);
		}
		expect(Object.fromEntries(said)).toEqual({
			stdin: 'typed\n',
			stdout: 'out typed\n',
			stderr: 'err\n'
		});
	});

	it('the exit code that crossed', () => {
		const [step] = named('exit-status');
		const { frame } = frameOf(step!, '<');
		if (frame.type !== 'data') throw new Error(`a ${frame.type}`);
		const text = Buffer.from(frame.data).toString();
		expect(text.trim()).toBe(String(factsOf(step!)['text']).trim());
		expect(JSON.parse(text)).toMatchObject({
			reason: 'NonZeroExitCode',
			details: { causes: [{ reason: 'ExitCode', message: String(factsOf(step!)['exitCode']) }] }
		});
		expect(lines.find(({ k }) => k === 'exit')).toMatchObject({ code: 3 });
	});
});

/** The one gRPC message among the frames of a call or an answer, repeated fields as lists. */
function criMessage(type: 'ExecRequest' | 'ExecResponse', bytes: Buffer): Record<string, unknown> {
	for (let at = 0; at + 9 <= bytes.length;) {
		const len = bytes.readUIntBE(at, 3);
		// A DATA frame that is not empty: a flag and a length stand before the message.
		if (bytes[at + 3] === 0 && len > 5) {
			const { fields } = decodeMessage(type, bytes.subarray(at + 14, at + 9 + len));
			const values = (name: string) =>
				fields.filter((field) => field.name === name).map(({ value }) => value);
			const names = [...new Set(fields.map(({ name }) => name))];
			return Object.fromEntries(
				names.map((name) => [name, name === 'cmd' ? values(name) : values(name)[0]])
			);
		}
		at += 9 + len;
	}
	throw new Error(`no ${type}`);
}

/** The frame that a step's first `sent` line on the streaming server's own connection points to. */
function frameOf(step: CheckedLine, dir: Direction): PlacedFrame {
	const connection = lines.find((line) => line.k === 'conn' && line['to'] === 'streaming')!;
	const c = String(connection['c']);
	const sent = lines.find((line) => line.k === 'sent' && line['of'] === step.i && line['c'] === c)!;
	const bytes = recordedBytes(lines, c, dir);
	const upgraded = bytes.indexOf('\r\n\r\n') + 4;
	const frames = new SpdyDecoder().push(bytes.subarray(upgraded));
	const frame = frames.find(({ o, len }) => {
		const from = Number(sent['o']) - upgraded;
		return o <= from && from < o + len;
	});
	if (!frame) throw new Error(`no frame of ${String(step['s'])}`);
	return frame;
}
