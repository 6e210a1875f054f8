import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createHash } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseLine } from '../../src/lib/recording/format.ts';
import { defaultLimits } from '../../src/lib/server/limits.ts';
import { Tracer, type RunLog } from '../../src/lib/server/tracer.ts';
import { MessageDecoder } from '../../src/lib/server/transport/message-decoder.ts';
import { Dropped, type Message } from '../../src/lib/trace/trace.ts';
import { checkRecording } from '../support/check-recording.ts';
import { fakeClock } from '../support/fake-clock.ts';

let folder: string;
let tracer: Tracer;
let clock: ReturnType<typeof fakeClock>;
const written: { run: string; line: string }[] = [];

beforeEach(() => {
	folder = mkdtempSync(path.join(os.tmpdir(), 'tracer-'));
	clock = fakeClock();
	written.length = 0;
	tracer = new Tracer({
		recordings: folder,
		engine: 'embedded',
		by: 'execscope test',
		era: () => '1.15-redirect',
		limits: defaultLimits,
		clock,
		decoder: () => new MessageDecoder(),
		written: (run, line) => written.push({ run: run.id, line }),
		changed: () => {}
	});
});
afterEach(() => {
	tracer.close();
	rmSync(folder, { recursive: true, force: true });
});

const bytes = (text: string) => new TextEncoder().encode(text);
const open = (
	from: 'kubectl' | 'apiserver' | 'kubelet',
	to: 'apiserver' | 'kubelet' | 'streaming'
) => tracer.connection({ from, to, over: 'tls' });
const linesOf = (run: { id: string }) =>
	readFileSync(path.join(folder, `${run.id}.execscope`), 'utf8')
		.split('\n')
		.map(parseLine)
		.filter((line) => line !== undefined) as unknown as Record<string, unknown>[];
const ofKind = (run: { id: string }, k: string) => linesOf(run).filter((line) => line['k'] === k);

const getPod =
	'GET /api/v1/namespaces/default/pods/nginx HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer secret\r\n\r\n';
const pod = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}';

async function getPodRun(session = 's1') {
	const tap = open('kubectl', 'apiserver');
	tap.bytes('>', bytes(getPod));
	const { run } = await tracer.receive({
		arrival: { tap, k: 0 },
		session,
		client: 'kubectl/v1.28',
		from: 'kubectl'
	});
	const asked = await run.step('get-pod', { n: 'GET pod', arrival: { tap, k: 0 } });
	return { tap, run, asked };
}

describe('one exchange', () => {
	it('writes the step, its bytes with the secret starred, and where they are', async () => {
		const { tap, run, asked } = await getPodRun();
		await run.reply(asked, { n: '200 OK' });
		tap.bytes('<', bytes(pod));
		tap.closed('client');
		clock.advance(3000);

		const steps = ofKind(run, 'step');
		expect(steps.map(({ s, from, to }) => [s, from, to])).toEqual([
			['get-pod', 'kubectl', 'apiserver'],
			['get-pod:reply', 'apiserver', 'kubectl']
		]);
		const text = ofKind(run, 'b')
			.map(({ d }) => d)
			.join('');
		expect(text).toBe(getPod.replace('Bearer secret', '*************') + pod);
		expect(ofKind(run, 'sent').map(({ of, dir, o, len }) => [of, dir, o, len])).toEqual([
			[steps[0]!['i'], '>', 0, getPod.length],
			[steps[1]!['i'], '<', 0, pod.length]
		]);
		expect(ofKind(run, 'end')[0]).toMatchObject({ clean: true });
	});

	it('waits for a request that is to open its connection first', async () => {
		const { tap, run, asked } = await getPodRun();
		await run.reply(asked, { n: '200 OK' });
		tap.bytes('<', bytes(pod));
		const next: Message = { n: 'GET', from: 'apiserver', to: 'kubelet' };
		await run.step('kubelet-request', next);
		const traceparent = run.traceparent(next);
		tap.closed('client');
		clock.advance(1000);
		const late = open('apiserver', 'kubelet');
		const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
		late.bytes('>', bytes(`GET / HTTP/1.1\r\nHost: x\r\ntraceparent: ${traceparent}\r\n\r\n`));
		late.bytes('<', bytes(answer));
		late.closed('client');
		clock.advance(150);
		const sent = ofKind(run, 'sent').map(({ of }) => of);
		expect(sent).toContain(ofKind(run, 'step').find(({ s }) => s === 'kubelet-request')!['i']);
		expect(ofKind(run, 'end')).toHaveLength(1);
	});

	it('numbers lines densely, never goes back in time, and closes with the hash of what stands before', async () => {
		const { tap, run } = await getPodRun();
		tap.closed('client');
		clock.advance(3000);
		const lines = linesOf(run);
		expect(lines.map(({ i }) => i)).toEqual(lines.map((_, i) => i));
		const times = lines.map(({ t }) => Number(t));
		expect([...times].sort((a, b) => a - b)).toEqual(times);
		const file = readFileSync(path.join(folder, `${run.id}.execscope`), 'utf8');
		const before = file.slice(0, file.lastIndexOf('{"k":"end"'));
		expect(lines.at(-1)).toMatchObject({
			k: 'end',
			lines: lines.length - 1,
			sha256: createHash('sha256').update(before).digest('hex')
		});
	});

	it('joins requests of one session on two connections into one run', async () => {
		const first = await getPodRun('same');
		const second = await getPodRun('same');
		expect(second.run).toBe(first.run);
		expect(ofKind(first.run, 'step').map(({ s }) => s)).toEqual(['get-pod', 'get-pod#2']);
	});

	it('gives another session a run of its own', async () => {
		expect((await getPodRun('a')).run).not.toBe((await getPodRun('b')).run);
	});
});

describe('the next hop', () => {
	it('finds run and step by the traceparent that crossed, and nobody else is believed', async () => {
		const { run } = await getPodRun();
		const out = await run.step('kubelet-exec', { n: 'POST /exec' });
		const tap = open('apiserver', 'kubelet');
		const head = `POST /exec HTTP/1.1\r\nHost: k\r\ntraceparent: ${run.traceparent(out)}\r\nContent-Length: 0\r\n\r\n`;
		tap.bytes('>', bytes(head));
		const found = await tracer.receive({
			arrival: { tap, k: 0 },
			traceparent: run.traceparent(out),
			from: 'client'
		});
		expect(found.run).toBe(run);
		expect(found.request).toBe(out);
		expect(ofKind(run, 'sent').filter(({ c }) => c === tap.c)).toMatchObject([
			{ dir: '>', o: 0, len: head.length }
		]);
		expect(
			tracer.find({ traceparent: `00-${'1'.repeat(32)}-${'0'.repeat(16)}-01` })
		).toBeUndefined();
	});
});

/** kubectl - apiserver - kubelet - streaming, upgraded: what each socket carried, told once. */
async function upgradedChain() {
	const client = await getPodRun();
	const { run } = client;
	const upgrade = 'Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\n';
	const switching = `HTTP/1.1 101 Switching Protocols\r\n${upgrade}\r\n`;
	const outer = open('kubectl', 'apiserver');
	outer.bytes('>', bytes(`POST /exec HTTP/1.1\r\n${upgrade}\r\n`));
	await tracer.receive({ arrival: { tap: outer, k: 0 }, session: 's1', from: 'kubectl' });
	run.attempt('q');
	const post = await run.step('post-exec', { n: 'POST', arrival: { tap: outer, k: 0 } });
	const hop = await run.step('cri-handler', { n: 'GET' });
	const inner = open('kubelet', 'streaming');
	inner.bytes(
		'>',
		bytes(`GET /x HTTP/1.1\r\n${upgrade}traceparent: ${run.traceparent(hop)}\r\n\r\n`)
	);
	const answer = await run.step('switching-protocols', { n: '101', re: hop });
	inner.bytes('<', bytes(switching));
	run.splice(post, hop);
	outer.bytes('<', bytes(switching));
	return { run, tap: client.tap, outer, inner, post, hop, answer, switching };
}

describe('an upgraded connection', () => {
	it('says on which sockets the 101 crossed, innermost first', async () => {
		const { run, outer, inner } = await upgradedChain();
		const index = ofKind(run, 'step').find(({ s }) => s === 'switching-protocols')!['i'];
		const sent = ofKind(run, 'sent').filter(({ of }) => of === index);
		expect(sent.map(({ c }) => c)).toEqual([inner.c, outer.c]);
	});

	it('stores copied bytes once and points to them from the other socket', async () => {
		const { run, outer, inner, switching } = await upgradedChain();
		const frame = new Uint8Array([0, 0, 0, 3, 0, 0, 0, 2, 0x68, 0x69]);
		inner.bytes('<', frame);
		outer.bytes('<', frame);
		const refs = ofKind(run, 'b').filter(({ ref }) => ref);
		expect(refs).toEqual([
			expect.objectContaining({
				c: outer.c,
				dir: '<',
				o: switching.length,
				len: 10,
				ref: [inner.c, '<', switching.length]
			})
		]);
	});

	it('ties an io chunk to every frame that carries a part of it', async () => {
		const { run, inner, outer, hop, switching } = await upgradedChain();
		outer.bytes('<', new Uint8Array(26));
		const io: Message = { n: '10 bytes' };
		await run.step('io', io);
		run.covers(io, { exec: 'e', stream: 'stdout', at: 0, len: 10 });
		run.carried(
			{ exec: 'e', stream: 'stdout', at: 0, len: 4 },
			{ on: hop, dir: '<', o: 8, len: 4 }
		);
		run.carried(
			{ exec: 'e', stream: 'stdout', at: 4, len: 6 },
			{ on: hop, dir: '<', o: 20, len: 6 }
		);
		const index = ofKind(run, 'step').find(({ s }) => s === 'io')!['i'];
		const sent = ofKind(run, 'sent').filter(({ of }) => of === index);
		const base = switching.length;
		expect(sent.map(({ c, o, len }) => [c, o, len])).toEqual([
			[inner.c, base + 8, 4],
			[outer.c, base + 8, 4],
			[inner.c, base + 20, 6],
			[outer.c, base + 20, 6]
		]);
		expect(ofKind(run, 'tty')).toHaveLength(2);
	});

	it('says on which sockets bytes crossed once they have, and not where the client has gone before', async () => {
		const { run, outer, inner, hop } = await upgradedChain();
		const socketsOf = (n: string) => {
			const index = ofKind(run, 'step').find((line) => line['n'] === n)!['i'];
			return ofKind(run, 'sent')
				.filter(({ of }) => of === index)
				.map(({ c }) => c);
		};
		const say = async (n: string, o: number) => {
			const message = await run.step('close', { n });
			run.sent(message, { on: hop, dir: '<', o, len: 8 });
			inner.bytes('<', new Uint8Array(8));
		};
		await say('FIN', 0);
		expect(socketsOf('FIN')).toEqual([inner.c]);
		outer.bytes('<', new Uint8Array(8));
		expect(socketsOf('FIN')).toEqual([inner.c, outer.c]);
		await say('on its way', 8);
		outer.closed('client');
		await say('too late', 16);
		expect(socketsOf('on its way')).toEqual([inner.c]);
		expect(socketsOf('too late')).toEqual([inner.c]);
	});

	it('keeps bytes off the screen that are for none', async () => {
		const { run, hop, outer } = await upgradedChain();
		outer.bytes('<', new Uint8Array(12));
		const io = await run.step('io', { n: '4 bytes' });
		const payload = { exec: 'e', stream: 'stdout' as const, at: 0, len: 4, screen: false };
		run.covers(io, payload);
		run.carried(payload, { on: hop, dir: '<', o: 8, len: 4 });
		const index = ofKind(run, 'step').find(({ s }) => s === 'io')!['i'];
		expect(ofKind(run, 'sent').filter(({ of }) => of === index)).toHaveLength(2);
		expect(ofKind(run, 'tty')).toEqual([]);
	});
});

describe('tries', () => {
	it('counts the same query after a refusal as the next try and numbers anew', async () => {
		const { run } = await getPodRun();
		run.attempt('q');
		await run.step('websocket-exec', { n: 'GET' });
		run.refused();
		run.attempt('q');
		await run.step('post-exec', { n: 'POST' });
		expect(ofKind(run, 'step').map(({ s, try: n }) => [s, n])).toEqual([
			['get-pod', undefined],
			['websocket-exec', 1],
			['post-exec', 2]
		]);
	});
});

describe('a second exec of one kubectl', () => {
	/** A kubectl that asks by WebSocket first and is refused each time, as `cp` does in an era without translator. */
	async function twice() {
		const { run } = await getPodRun();
		for (const query of ['first', 'second']) {
			run.attempt(query);
			await run.step('websocket-exec', { n: 'GET' });
			run.refused();
			run.attempt(query);
			await run.step('post-exec', { n: 'POST' });
		}
		return run;
	}
	const named = (run: { id: string }, from: number) =>
		ofKind(run, 'step')
			.slice(from)
			.map(({ s, try: n }) => [s, n]);

	it('is a repeat in both of its tries', async () => {
		const run = await twice();
		expect(named(run, 1)).toEqual([
			['websocket-exec', 1],
			['post-exec', 2],
			['websocket-exec#2', 1],
			['post-exec#2', 2]
		]);
		tracer.close();
		const text = readFileSync(path.join(folder, `${run.id}.execscope`), 'utf8');
		expect(checkRecording(text).filter((wrong) => /twice|index|hash/.test(wrong))).toEqual([]);
	});

	it('goes on with the numbers of what came before any try', async () => {
		const { run } = await getPodRun();
		run.attempt('q');
		await getPodRun();
		run.refused();
		run.attempt('q');
		await getPodRun();
		expect(named(run, 0)).toEqual([
			['get-pod', undefined],
			['get-pod#2', 1],
			['get-pod', 2]
		]);
	});

	it('leaves a late answer to the try of what it answers', async () => {
		const { run } = await getPodRun();
		run.attempt('q');
		const asked = await run.step('websocket-exec', { n: 'GET' });
		run.refused();
		run.attempt('q');
		await run.reply(asked, { n: '403' });
		expect(named(run, 1)).toEqual([
			['websocket-exec', 1],
			['websocket-exec:reply', 1]
		]);
	});
});

describe('a hold', () => {
	const waitingStep = (run: RunLog) => {
		let over: unknown;
		const step = run.step('cri-exec', { n: 'Exec' }).then(
			() => (over = 'went on'),
			(error: unknown) => (over = error)
		);
		return { step, over: () => over };
	};

	it('stops the program before its bytes leave until the driver lets go, and says so', async () => {
		const { run } = await getPodRun();
		tracer.holds.drivers(1);
		tracer.holds.add({ run: '*', s: 'cri-exec', by: 'driver' });
		const { step, over } = waitingStep(run as RunLog);
		await Promise.resolve();
		expect(over()).toBeUndefined();
		expect(ofKind(run, 'hold')).toMatchObject([{ state: 'waiting', until: 120_000_000 }]);
		tracer.holds.waiting[0]!.resume('continued', 'driver');
		await step;
		expect(over()).toBe('went on');
		expect(ofKind(run, 'hold').at(-1)).toMatchObject({ state: 'continued' });
	});

	it('throws Dropped when the driver drops it', async () => {
		const { run } = await getPodRun();
		tracer.holds.drivers(1);
		tracer.holds.add({ run: run.id, s: 'cri-exec', by: 'driver' });
		const { step, over } = waitingStep(run as RunLog);
		await Promise.resolve();
		tracer.holds.waiting[0]!.resume('dropped', 'driver');
		await step;
		expect(over()).toBeInstanceOf(Dropped);
	});

	it('lets go after a minute when no driver is connected', async () => {
		const { run } = await getPodRun();
		tracer.holds.add({ run: '*', s: 'cri-exec', by: 'driver' });
		const { step, over } = waitingStep(run as RunLog);
		clock.advance(59_000);
		await Promise.resolve();
		expect(over()).toBeUndefined();
		clock.advance(1000);
		await step;
		expect(ofKind(run, 'hold').at(-1)).toMatchObject({ state: 'lapsed' });
	});

	it('stops at the very next step after one step, whatever it is', async () => {
		const { run } = await getPodRun();
		tracer.holds.drivers(1);
		tracer.holds.add({ run: '*', s: 'cri-exec', by: 'driver' });
		const { step } = waitingStep(run as RunLog);
		await Promise.resolve();
		tracer.holds.waiting[0]!.resume('stepped', 'driver');
		await step;
		const next = run.call('cache-insert', { n: 'insert' });
		await Promise.resolve();
		expect(tracer.holds.waiting).toMatchObject([{ s: 'cache-insert' }]);
		tracer.holds.waiting[0]!.resume('continued', 'driver');
		await next;
	});

	it('counts down the limit from the step that began it, not from the hold', async () => {
		const { run } = await getPodRun();
		tracer.holds.drivers(1);
		await run.step('cri-exec', { n: 'Exec' });
		clock.advance(50_000);
		tracer.holds.add({ run: '*', s: 'token-url', by: 'driver' });
		const held = run.step('token-url', { n: 'url' });
		await Promise.resolve();
		expect(ofKind(run, 'hold')).toMatchObject([{ until: 120_000_000 }]);
		tracer.holds.waiting[0]!.resume('continued', 'driver');
		await held;
	});

	it('leaves other runs alone', async () => {
		const { run } = await getPodRun('a');
		tracer.holds.add({ run: 'another', s: 'cri-exec', by: 'driver' });
		const { step, over } = waitingStep(run as RunLog);
		await step;
		expect(over()).toBe('went on');
	});
});

describe('a run', () => {
	it('ends when our program has left a connection that the other end still holds open', async () => {
		const { run, tap, outer, hop } = await upgradedChain();
		tap.closed('client');
		outer.closed('client');
		clock.advance(10_000);
		expect(run.open).toBe(true);
		run.leave(hop);
		clock.advance(10_000);
		expect(run.open).toBe(false);
	});
});

describe('a connection that lives long', () => {
	it('keeps no exchange and no run that is over, but the last few', async () => {
		const tap = open('kubectl', 'apiserver');
		for (let k = 0; k < 500; k++) {
			tap.bytes('>', bytes(getPod));
			const { run } = await tracer.receive({
				arrival: { tap, k },
				session: `s${k}`,
				client: 'kubectl/v1.28',
				from: 'kubectl'
			});
			const asked: Message = { n: 'GET', arrival: { tap, k } };
			await run.step('get-pod', asked);
			await run.reply(asked, { n: '200 OK' });
			tap.bytes('<', bytes(pod));
			clock.advance(3000);
			expect(ofKind(run, 'sent')).toHaveLength(2);
			expect(ofKind(run, 'end')).toHaveLength(1);
		}
		expect(tap.exchanges.size).toBeLessThan(100);
		expect(tap.runs.size).toBeLessThan(3);
	});

	it('does not wait for an exchange that is forgotten', async () => {
		const tap = open('kubectl', 'apiserver');
		for (let k = 0; k < 200; k++) {
			tap.bytes('>', bytes(getPod));
			tap.bytes('<', bytes(pod));
		}
		expect(tap.exchanges.size).toBeLessThan(100);
		const { run } = await tracer.receive({
			arrival: { tap, k: 0 },
			session: 'late',
			client: 'kubectl/v1.28',
			from: 'kubectl'
		});
		expect(tap.busyFor(run as RunLog)).toBe(false);
	});
});

describe('a run that has ended', () => {
	it('is mute, and a request of ours that still names it is not announced again', async () => {
		const { tap, run, asked } = await getPodRun();
		tap.closed('client');
		clock.advance(3000);
		const before = linesOf(run).length;
		await run.step('cri-exec', { n: 'late' });
		expect(linesOf(run)).toHaveLength(before);
		const late = await tracer.receive({ traceparent: run.traceparent(asked), from: 'client' });
		expect(late.request).toBeDefined();
	});
});

describe('a run that ended long ago', () => {
	/** What a program of ours may still hold of a run that ended so long ago. */
	async function ended(ms: number) {
		const { tap, run, asked } = await getPodRun('session');
		run.name('token');
		const traceparent = run.traceparent(asked);
		tap.closed('client');
		clock.advance(3000);
		expect(run.open).toBe(false);
		clock.advance(ms);
		return { run: run as RunLog, traceparent, next: await getPodRun('next') };
	}
	/** The run that a foreign request with that token begins, and what it says it comes after. */
	async function afterToken() {
		const { run } = await tracer.receive({ names: ['token'], client: 'curl', from: 'client' });
		return ofKind(run, 'cmd')[0]?.['after'];
	}

	it('is found for a while by what names it', async () => {
		const { run } = await ended(defaultLimits.endedRunMs - 4000);
		expect(tracer.runs).toContain(run);
		expect(await afterToken()).toBe(run.id);
	});

	it('is forgotten then, with all that led to it', async () => {
		const { run, next } = await ended(defaultLimits.endedRunMs);
		expect(tracer.runs).toEqual([tracer.boot, next.run]);
		run.name('another token');
		expect(await afterToken()).toBeUndefined();
		const again = await getPodRun('session');
		expect(again.run).not.toBe(run);
	});

	it('is mute still for a program of ours that speaks for it, and begins nothing', async () => {
		const { run, traceparent } = await ended(defaultLimits.endedRunMs);
		const before = [linesOf(run).length, tracer.runs.length];
		const found = tracer.find({ traceparent })!;
		expect(found.run.open).toBe(false);
		const tap = open('apiserver', 'kubelet');
		tap.bytes('>', bytes(`POST /exec HTTP/1.1\r\ntraceparent: ${traceparent}\r\n\r\n`));
		const late = await tracer.receive({ arrival: { tap, k: 0 }, traceparent, from: 'client' });
		expect(late.request).toBeDefined();
		const onward = late.run.traceparent(await late.run.reply(late.request!, { n: '200 OK' }));
		expect(tracer.find({ traceparent: onward })?.run.open).toBe(false);
		tap.bytes('<', bytes(pod));
		tap.closed('client');
		expect([linesOf(run).length, tracer.runs.length]).toEqual(before);
	});

	it('is not what somebody else made up', async () => {
		const { traceparent } = await ended(defaultLimits.endedRunMs);
		const forged = traceparent.replace(/^00-(.)/, (_, digit) => `00-${digit === '0' ? '1' : '0'}`);
		expect(tracer.find({ traceparent: forged })).toBeUndefined();
	});
});

describe('a burst of payload', () => {
	it('is kept up to 256 KiB a direction; then only sizes and checksums of payload, and all framing', async () => {
		const { run, inner } = await upgradedChain();
		const frame = new Uint8Array(8 + 65_536);
		frame.set([0, 0, 0, 3, 0, 1, 0, 0]);
		for (let n = 0; n < 10; n++) inner.bytes('<', frame);
		const status = new Uint8Array([0, 0, 0, 1, 0, 0, 0, 2, 0x7b, 0x7d]);
		inner.bytes('<', status);
		const kept = ofKind(run, 'b')
			.filter(({ c, dir }) => c === inner.c && dir === '<')
			.reduce((sum, { len }) => sum + Number(len), 0);
		expect(kept).toBeLessThan(300 * 1024);
		expect(ofKind(run, 'gap').length).toBeGreaterThan(0);
		expect(ofKind(run, 'b').at(-1)).toMatchObject({
			c: inner.c,
			len: expect.any(Number) as number
		});
		const spans = [...ofKind(run, 'b'), ...ofKind(run, 'gap')]
			.filter(({ c, dir }) => c === inner.c && dir === '<')
			.map(({ o, len }) => [Number(o), Number(len)] as const)
			.sort((a, b) => a[0] - b[0]);
		for (let n = 1; n < spans.length; n++)
			expect(spans[n]![0]).toBe(spans[n - 1]![0] + spans[n - 1]![1]);
	});

	it('finds a chunk in the body of an answer that was no upgrade', async () => {
		const tap = open('kubectl', 'apiserver');
		tap.bytes('>', bytes(getPod));
		const { run } = await tracer.receive({ arrival: { tap, k: 0 }, from: 'client' });
		const on = await run.step('get-pod', { n: 'GET', arrival: { tap, k: 0 } });
		const head = 'HTTP/1.1 200 OK\r\n\r\n';
		tap.bytes('<', bytes(head));
		const io = await run.step('io', { n: 'stdout 2 bytes' });
		const payload = { exec: 'e', stream: 'stdout' as const, at: 0, len: 2 };
		run.covers(io, payload);
		run.carried(payload, { on, dir: '<', o: 0, len: 2 });
		expect(ofKind(run, 'sent').at(-1)).toMatchObject({ dir: '<', o: head.length, len: 2 });
	});
});
