import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pathOf } from '../../src/lib/trace/paths.ts';
import { parseStepName, steps, type StepShape } from '../../src/lib/trace/steps.ts';
import type { CheckedLine } from '../support/check-recording.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { kubectlVersions, type KubectlVersion } from '../support/real-kubectl.ts';
import { bytesOfStep } from '../support/recorded-bytes.ts';
import {
	goodRecording,
	linesSoFar,
	runKubectl,
	runsSince,
	startKubectl,
	stepNames,
	until
} from '../support/type-kubectl.ts';

let lab: Lab;
beforeAll(async () => {
	lab = await startLab();
	for (const version of kubectlVersions) await runKubectl(lab, version, ['get', 'po']);
}, 180_000);
afterAll(() => lab?.close());

/** The recording of a port-forward with one connection, which fetches a page. */
async function recorded(version: KubectlVersion): Promise<CheckedLine[]> {
	const before = new Set(lab.cluster.tracer.runs);
	const kubectl = await startKubectl(lab, version, ['port-forward', 'nginx', ':80']);
	const port = () => Number(/^Forwarding from 127\.0\.0\.1:(\d+)/.exec(kubectl.printed())?.[1]);
	await until(() => port() > 0, 'kubectl listens');
	await new Promise<void>((resolve, reject) => {
		http
			.get({ host: '127.0.0.1', port: port(), agent: false }, (response) =>
				response.resume().on('end', resolve)
			)
			.on('error', reject);
	});
	const runs = runsSince(before, lab, version);
	// Who fetched the page has it before the streaming server has said the last of it.
	await until(() => runs.some(({ id }) => said(id).includes('close')), 'the connection is closed');
	kubectl.interrupt();
	expect((await kubectl.ended).code).toBe(0);
	await until(() => runs.every(({ open }) => !open), 'the run ends');
	expect(runs).toHaveLength(1);
	return goodRecording(lab, runs[0]!.id);
}

const said = (run: string) => stepNames(linesSoFar(lab, run));
/** Depends on caches, on the size of chunks and on time, or comes as often as it comes. */
const beside = /^(try\d\/)?((discovery|docker-request|ping|stdin-close)\b|io|stream-open|close#2)/;

describe.each(kubectlVersions)('kubectl %s', (version) => {
	let lines: CheckedLine[];
	beforeAll(async () => {
		lines = await recorded(version);
	}, 60_000);
	const named = (id: string) =>
		lines.filter((line) => line.k === 'step' && String(line['s']).replace(/#\d+$/, '') === id);

	it('takes the path of its era', () => {
		const first = version === '1.36' ? 'websocket' : 'spdy';
		const without = (names: readonly string[]) => names.filter((name) => !beside.test(name));
		expect(without(stepNames(lines))).toEqual(
			without(pathOf('1.15-redirect', 'port-forward', first))
		);
	});

	it('goes from lane to lane as the table says', () => {
		for (const line of lines.filter(({ k }) => k === 'step')) {
			const { id, reply } = parseStepName(String(line['s']))!;
			if (id === 'io') continue;
			const { from, to }: StepShape = steps[id];
			expect([line['from'], line['to']], id).toEqual(reply ? [to, from] : [from, to]);
		}
	});

	it('carries every chunk alike on all three sockets, and shows none on the screen', () => {
		const texts = named('io').map((step) => {
			const copies = bytesOfStep(lines, step).map((bytes) => bytes.toString());
			expect(copies).toHaveLength(3);
			expect(new Set(copies).size).toBe(1);
			return copies[0]!;
		});
		expect(texts[0]).toMatch(/^GET \/ HTTP\/1\.1\r\n/);
		expect(texts.slice(1).join('')).toContain('<h1>This is not nginx</h1>');
		expect(lines.filter(({ k }) => k === 'tty')).toEqual([]);
	});

	it('names the port in the streams and in what opens it', () => {
		const facts = (id: string) => named(id).map((step) => step['facts']);
		expect(facts('stream-open')).toMatchObject([
			{ streamtype: 'error', port: '80', requestid: '0' },
			{ streamtype: 'data', port: '80', requestid: '0' }
		]);
		expect(facts('forward-port')).toMatchObject([{ port: 80, requestid: '0' }]);
		expect(facts('close')[0]).toMatchObject({ port: 80, requestid: '0' });
	});
});
