import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRecording } from '../../src/lib/recording/reader.ts';
import { explanations } from '../../src/lib/trace/explanations/index.ts';
import { headerLine } from '../../src/lib/trace/event.ts';
import { parseStepName } from '../../src/lib/trace/steps.ts';
import { checkRecording, linesOf } from '../support/check-recording.ts';
import { namedByTheArticles } from '../trace/census.ts';

const folder = path.resolve('tests/fixtures/recordings');
const read = (name: string) => readFileSync(path.join(folder, `${name}.execscope`), 'utf8');
const names = readdirSync(folder).map((name) => name.replace(/\.execscope$/, ''));
const stepsOf = (name: string) =>
	linesOf(read(name))
		.filter((line) => typeof line['s'] === 'string' && line.k !== 'hold')
		.map((line) => (line['try'] ? `try${Number(line['try'])}/` : '') + String(line['s']));

describe('the recordings of real runs', () => {
	it('are of a date, a shell, a refusal, a new kubectl, and two boots', () => {
		expect(names.sort()).toEqual([
			'boot',
			'boot-debugging-off',
			'date',
			'kubectl-1.36',
			'refused',
			'shell'
		]);
	});

	it.each(names)('%s is complete to the byte', (name) => {
		expect(checkRecording(read(name))).toEqual([]);
	});

	it.each(names)('%s begins with a good header and names only steps of the table', (name) => {
		const lines = linesOf(read(name));
		expect(headerLine.safeParse(lines[0]).success).toBe(true);
		for (const line of lines)
			if (line.k === 'step' || (line.k === 'call' && line['s']))
				expect(parseStepName(String(line['s'])), String(line['s'])).toBeDefined();
	});

	it('holds no secret', () => {
		for (const name of names) expect(read(name)).not.toMatch(/Bearer [^*]/);
	});

	it('crosses every hop of the articles in their order, as the first try', () => {
		const order = [
			'get-pod',
			'authorize-get',
			'get-pod:reply',
			'try1/choose-container',
			'try1/post-exec',
			'try1/authorize',
			'try1/connect',
			'try1/exec-location',
			'try1/kubelet-exec',
			'try1/kubelet-authorize',
			'try1/get-exec',
			'try1/list-containers',
			'try1/list-containers#2',
			'try1/cri-exec',
			'try1/check-container',
			'try1/cache-insert',
			'try1/token-url',
			'try1/redirect',
			'try1/follow-redirect',
			'try1/kubelet-authorize-redirect',
			'try1/cri-handler',
			'try1/token-consume',
			'try1/serve-exec',
			'try1/switching-protocols',
			'try1/stream-open',
			'try1/stream-open#3',
			'try1/check-container#2',
			'try1/docker-create-exec',
			'try1/docker-start-exec',
			'try1/hijack',
			'try1/process-start',
			'try1/io',
			'try1/process-exit',
			'try1/docker-inspect-exec',
			'try1/exit-status',
			'try1/close'
		];
		expect(stepsOf('date').filter((step) => order.includes(step))).toEqual(order);
	});

	it('counts all bytes of a step that crossed in several pieces, once', () => {
		const { items } = readRecording('shell', read('shell'));
		const close = items.find(({ s }) => s === 'close')!;
		// RST_STREAM for each of four streams, and GOAWAY; on three sockets.
		expect(close.size).toBe(5 * 16);
		expect(close.sent.length).toBe(3 * 5);
	});

	it('holds both tries of a new kubectl in one run: WebSocket refused by the streaming server, then SPDY', () => {
		const steps = stepsOf('kubectl-1.36');
		expect(steps).toContain('try1/websocket-exec');
		expect(steps).toContain('try1/token-consume');
		expect(steps).toContain('try2/post-exec');
		expect(steps).toContain('try2/exit-status');
	});

	it('shows every function that the articles name', () => {
		const shown = new Set<string>();
		for (const name of names)
			for (const line of linesOf(read(name))) {
				if (line.k === 'call' && line['fn']) shown.add(String(line['fn']));
				const step = parseStepName(String(line['s'] ?? ''));
				if (step) for (const fn of explanations[step.id].fn) shown.add(fn);
			}
		expect(namedByTheArticles.filter((fn) => !shown.has(fn))).toEqual([]);
	});
});
