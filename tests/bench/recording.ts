import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { encodeLine, packBytes } from '../../src/lib/recording/format.ts';
import type { Body, HeaderLine } from '../../src/lib/trace/event.ts';
import { messageAt, participants } from './messages.ts';

/** A line before it has its number. */
export type Timed = Body & { t: number };

/** Between two messages, in microseconds: a thousand of them are a second. */
const apart = 1000;
const bodyBytes = 96;

/** `count` messages, each a step of its own; `bytes` adds what crossed and where, as in a file of a real run. */
export function* exchange(count: number, bytes: boolean): Generator<Timed> {
	yield { k: 'cmd', t: 1, argv: ['kubectl', 'get', 'pods'] };
	const at = { '>': 0, '<': 0 };
	if (bytes)
		yield {
			k: 'conn',
			t: 2,
			c: 'c1',
			from: 'kubectl',
			to: 'apiserver',
			over: 'tls',
			offset: [0, 0]
		};
	// `of` needs the number of its step: the header and the lines above come before.
	let line = bytes ? 3 : 2;
	for (let k = 0; k < count; k++) {
		const { s, from, to, text, reply } = messageAt(k);
		const t = (k + 1) * apart;
		const facts = reply ? { status: 200 } : { method: 'GET', url: text };
		const chap = 'find';
		yield { k: 'step', t, s, from, to, n: text, facts, chap };
		if (bytes) {
			const dir = reply ? '<' : '>';
			const span = { c: 'c1', dir, o: at[dir], len: bodyBytes } as const;
			yield { k: 'b', t, ...span, d: text.padEnd(bodyBytes) };
			yield { k: 'sent', t, of: line, ...span };
			at[dir] += bodyBytes;
			line += 2;
		}
		line++;
	}
}

/**
 * A shell that prints until about `size` bytes of file are full: chunks of output over four sockets, their places on
 * the terminal, a key now and then, and keyframes, in the proportions of a recorded shell.
 */
export function* talk(size: number): Generator<Timed> {
	const sockets = ['c4', 'c3', 'c2', 'c1'];
	yield { k: 'cmd', t: 1, argv: ['kubectl', 'exec', '-it', 'nginx', '--', '/bin/bash'] };
	for (const [k, c] of sockets.entries())
		yield {
			k: 'conn',
			t: 2,
			c,
			from: (['engine', 'streaming', 'kubelet', 'apiserver'] as const)[k]!,
			to: 'kubectl',
			over: 'tls',
			offset: [0, 0]
		};
	// A row that no other recording of the bench's pages has, to be waited for.
	const { s, from, to, text: first } = messageAt(0);
	yield { k: 'conn', t: 2, c: 'c0', from, to, over: 'tls', offset: [0, 0] };
	const asked = { c: 'c0', dir: '>', o: 0, len: bodyBytes } as const;
	yield { k: 'step', t: 3, s, from, to, n: first, facts: { method: 'GET' }, chap: 'find' };
	yield { k: 'b', t: 3, ...asked, d: first.padEnd(bodyBytes) };
	yield { k: 'sent', t: 3, of: 7, ...asked };
	let line = 10;
	let written = 0;
	let said = 0;
	let heard = 0;
	let t = apart;
	for (let k = 1; written < size; k++, t += apart) {
		const typed = k % 20 === 0;
		const text = typed ? 'x' : outputOf(k);
		const dir = typed ? '>' : '<';
		const o = typed ? heard : said;
		const data = new TextEncoder().encode(text);
		const len = data.length;
		const own: Timed[] = [
			{
				k: 'step',
				t,
				s: k === 1 ? 'io' : `io#${k}`,
				from: typed ? 'kubectl' : 'container',
				to: typed ? 'container' : 'kubectl',
				try: 1,
				n: `${typed ? 'stdin' : 'stdout'} ${len} bytes`,
				facts: { stream: typed ? 'stdin' : 'stdout', len },
				chap: 'talk'
			},
			{ k: 'b', t, c: 'c4', dir, o, len, ...packBytes(data) }
		];
		for (const [place, c] of sockets.entries()) {
			if (place > 0) own.push({ k: 'b', t, c, dir, o, len, ref: [sockets[place - 1]!, dir, o] });
			own.push({ k: 'sent', t, of: line, c, dir, o, len });
		}
		own.push({ k: 'tty', t, on: typed ? 'i' : 'o', c: 'c1', dir, o, len });
		if (k % 90 === 0) own.push(keyframe(t, k, said));
		for (const one of own) {
			written += JSON.stringify(one).length + 12;
			yield one;
		}
		line += own.length;
		if (typed) heard += len;
		else said += len;
	}
	yield { k: 'exit', t, code: 0, reason: 'Success' };
}

function outputOf(k: number): string {
	return `\x1b[32m${k}\x1b[0m -rw-r--r-- 1 root root ${(k * 7919) % 100_000} Nov 25 file-${k}\r\n`;
}

function keyframe(t: number, k: number, said: number): Timed {
	const rows = Array.from({ length: 23 }, (_, row) =>
		outputOf(Math.max(1, k - 22 + row)).trimEnd()
	);
	return {
		k: 'key',
		t,
		step: `io#${k}`,
		conns: ['c1', 'c2', 'c3', 'c4'],
		streams: [],
		from: { c1: [0, said] },
		screen: { cols: 80, rows: 24, ansi: `${rows.join('\r\n')}\x1b[24;1H` }
	};
}

/** The lines of a whole file, each with its line feed; without `end` for a run that still goes on. */
export function* linesOf(body: Iterable<Timed>, ended = true): Generator<string> {
	const hash = createHash('sha256');
	let i = 0;
	let last = 0;
	const take = (line: object): string => {
		const text = encodeLine(line);
		if (ended) hash.update(text);
		i++;
		return text;
	};
	yield take(header);
	for (const { k, t, ...rest } of body) {
		last = t;
		yield take({ k, i, t, ...rest });
	}
	if (!ended) return;
	const sha256 = hash.copy().digest('hex');
	yield encodeLine({ k: 'end', i, t: last, lines: i, sha256, clean: true });
}

const header: HeaderLine = {
	k: 'hdr',
	i: 0,
	t: 0,
	execscope: 1,
	minor: 0,
	run: 'bench',
	owner: 'driver',
	by: 'execscope bench',
	t0: '2026-01-01T00:00:00.000Z',
	era: '1.15-redirect',
	engine: 'embedded',
	lanes: [...participants],
	client: 'kubectl/v1.15.0 (linux/amd64) kubernetes/e8462b5',
	limits: {},
	decoders: {},
	redacted: []
};

/** Streams lines into a file: the largest would not fit into one string. Returns its size in bytes. */
export async function writeRecording(file: string, body: Iterable<Timed>): Promise<number> {
	const stream = createWriteStream(file);
	let part: string[] = [];
	let size = 0;
	const flush = async () => {
		const text = part.join('');
		part = [];
		size += Buffer.byteLength(text);
		if (!stream.write(text)) await once(stream, 'drain');
	};
	for (const line of linesOf(body)) {
		part.push(line);
		if (part.length >= 2000) await flush();
	}
	await flush();
	stream.end();
	await once(stream, 'finish');
	return size;
}
