import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { explanationOf } from '../../src/lib/inspector/explanation.ts';
import { notesOf } from '../../src/lib/trace/seed-notes.ts';
import { readRecording } from '../../src/lib/recording/reader.ts';
import type { Item, Recording } from '../../src/lib/recording/recording.ts';

const recordingOf = (name: string, edit = (text: string) => text) =>
	readRecording(name, edit(readFileSync(`tests/fixtures/recordings/${name}.execscope`, 'utf8')));

function itemOf(recording: Recording, s: string, attempt?: number): Item {
	const found = recording.items.find((item) => item.s === s && (!attempt || item.try === attempt));
	if (!found) throw new Error(`no ${s}`);
	return found;
}

const say = (recording: Recording, s: string, language: 'en' | 'zh' = 'en', attempt?: number) =>
	explanationOf(s, language, { item: itemOf(recording, s, attempt), recording });

it('tells the answer to a question in words of its own', () => {
	const recording = recordingOf('date');
	expect(say(recording, 'docker-create-exec:reply').sentence).toContain('64 hexadecimal digits');
	expect(say(recording, 'stream-open:reply').surprise).toContain('odd');
	expect(notesOf('get-pod:reply')).toEqual([]);
});

it('says who refuses, with which status and message, and how far the bytes got', () => {
	const recording = recordingOf('refused');
	const message = itemOf(recording, 'post-exec:reply').facts['message'];
	expect(say(recording, 'post-exec:reply').sentence).toBe(
		`The API server refuses with 403 Forbidden: ${String(message)}. No byte reached the kubelet.`
	);
	expect(say(recording, 'post-exec:reply', 'zh').sentence).toBe(
		`API Server 拒绝了，403 Forbidden：${String(message)}。没有一个字节到达 kubelet。`
	);
	expect(say(recording, 'authorize').sentence).toBe(
		'The API server does not let dev create pods/exec (no role allows it).'
	);
});

it('says whose refusal is passed on', () => {
	const recording = recordingOf('kubectl-1.36');
	const refused = say(recording, 'cri-handler:reply', 'en', 1).sentence;
	expect(refused).toMatch(/^The streaming server refuses with 403 Forbidden: requested protocol/);
	expect(refused).toMatch(/No process was started\.$/);
	expect(say(recording, 'websocket-exec:reply', 'en', 1).sentence).toMatch(
		/^The API server passes on that the streaming server refuses, 403 Forbidden: requested/
	);
});

it('names the program between kubelet and Docker as the era does', () => {
	const failing = (era: string) => (text: string) =>
		text
			.replace('"era":"1.15-redirect"', `"era":"${era}"`)
			.replace(
				/^(.*"s":"list-containers:reply".*"facts":)\{.*\}(?=,"chap")/m,
				'$1{"code":"Unknown"}'
			);
	for (const [era, name] of [
		['1.15-proxy', 'dockershim'],
		['1.24-cri', 'cri-dockerd']
	] as const) {
		const recording = recordingOf('date', failing(era));
		for (const language of ['en', 'zh'] as const)
			expect(say(recording, 'list-containers:reply', language).sentence).toMatch(
				new RegExp(`^${name} `)
			);
	}
});

it('says that kubectl stops at a pod that has ended', () => {
	const upToPod = (phase: string) => (text: string) => {
		const lines = text.split('\n');
		const end = lines.findIndex((line) => line.includes('"authorize"'));
		const kept = lines.slice(0, end).filter((line) => !/"(choose-container|post-exec)"/.test(line));
		// As long as before: a line says how many bytes it holds.
		const said = `\\"phase\\":\\"${phase}\\"`.padEnd('\\"phase\\":\\"Running\\"'.length);
		return `${kept.join('\n').replaceAll('\\"phase\\":\\"Running\\"', said)}\n`;
	};
	const ended = recordingOf('refused', upToPod('Failed'));
	expect(say(ended, 'get-pod:reply').surprise).toContain('kubectl stops here');
	const going = recordingOf('refused', upToPod('Running'));
	expect(say(going, 'get-pod:reply').surprise).not.toContain('stops here');
});

it('lets an answer inherit what is simplified of its question, but never that nothing is', () => {
	expect(explanationOf('kubelet-exec:reply', 'en').simplified).toContain('traceparent');
	expect(explanationOf('stream-open:reply', 'en').simplified).toBeUndefined();
});

it('knows no more than the name of a step of a later version', () => {
	expect(explanationOf('some-later-step#2', 'en')).toMatchObject({
		title: 'Some later step',
		sentence: '',
		fn: []
	});
});

it('says which of the many requests to Docker one is, and none is left untold', () => {
	for (const name of ['boot', 'shell']) {
		const recording = recordingOf(name);
		for (const item of recording.items) {
			if (item.id !== 'docker-request') continue;
			const { sentence } = explanationOf(item.s, 'en', { item, recording });
			expect(sentence, item.n).not.toMatch(/^(A request to Docker beside|Docker answers\.$)/);
		}
	}
	const boot = recordingOf('boot');
	const created = boot.items.find((item) => item.n.includes('/containers/create'))!;
	const about = (item: typeof created) =>
		explanationOf(item.s, 'en', { item, recording: boot }).sentence;
	expect(about(created)).toContain('does not run yet');
	const answer = boot.items.find((item) => item.answers === created.index)!;
	expect(about(answer)).toContain('an id now');
});
