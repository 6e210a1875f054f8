/**
 * Streams that a program reads in one framing and writes in another, as the API server does between kubectl's WebSocket
 * and the kubelet's SPDY: each byte is found on every socket all the same.
 */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Payload, Run, Tap, Where } from '../../../src/lib/trace/trace.ts';
import { checkRecording } from '../../support/check-recording.ts';
import { chunked } from '../../support/chunked.ts';
import { startTraced } from '../../support/traced.ts';
import { frame, opcodes } from '../../support/websocket-frame.ts';

let traced: ReturnType<typeof startTraced>;
beforeEach(() => void (traced = startTraced()));
afterEach(() => traced.close());

const bytes = (text: string) => new TextEncoder().encode(text);
const mask = new Uint8Array([0x11, 0x22, 0x33, 0x44]);
const upgradeTo = (protocol: string) => `Connection: Upgrade\r\nUpgrade: ${protocol}\r\n`;
const webSocket = `${upgradeTo('websocket')}Sec-WebSocket-Protocol: v5.channel.k8s.io\r\n`;
const spdy = upgradeTo('SPDY/3.1');
const switching = (upgrade: string) => `HTTP/1.1 101 Switching Protocols\r\n${upgrade}\r\n`;
const spdyData = (stream: number, data: Uint8Array) =>
	new Uint8Array([0, 0, 0, stream, 0, 0, data.length >> 8, data.length & 0xff, ...data]);

async function askedByKubectl(head: string) {
	const outer = traced.tracer.connection({ from: 'kubectl', to: 'apiserver', over: 'tls' });
	outer.bytes('>', bytes(head));
	const arrival = { tap: outer, k: 0 };
	const { run } = await traced.tracer.receive({ arrival, session: 's', from: 'kubectl' });
	return { run, outer, arrival };
}

/** kubectl =WebSocket= apiserver =SPDY= kubelet =SPDY= streaming; the API server translates. */
async function translated() {
	const { run, outer, arrival } = await askedByKubectl(`GET /exec HTTP/1.1\r\n${webSocket}\r\n`);
	run.attempt('q');
	const asked = await run.step('websocket-exec', { n: 'GET', arrival });
	await run.reply(asked, { n: '101' });
	outer.bytes('<', bytes(switching(webSocket)));
	const hop = await run.step('kubelet-exec', { n: 'POST', translated: true });
	const middle = traced.tracer.connection({ from: 'apiserver', to: 'kubelet', over: 'tls' });
	middle.bytes(
		'>',
		bytes(`POST /e HTTP/1.1\r\n${spdy}traceparent: ${run.traceparent(hop)}\r\n\r\n`)
	);
	const last = await run.step('cri-handler', { n: 'GET' });
	const inner = traced.tracer.connection({ from: 'kubelet', to: 'streaming', over: 'tcp' });
	inner.bytes(
		'>',
		bytes(`GET /x HTTP/1.1\r\n${spdy}traceparent: ${run.traceparent(last)}\r\n\r\n`)
	);
	await run.step('switching-protocols', { n: '101', re: last });
	inner.bytes('<', bytes(switching(spdy)));
	run.splice(hop, last);
	middle.bytes('<', bytes(switching(spdy)));
	return { run, outer, middle, inner, asked, hop, last };
}
type Translated = Awaited<ReturnType<typeof translated>>;

/** `c` and offset behind the head of each connection, of every place of one step. */
function placesOf(run: Run, { outer, middle, inner }: Translated, name: string) {
	const { i, from, to } = traced.ofKind(run, 'step').find((line) => line['s'] === name)!;
	const names: Record<string, string> = {
		[outer.c]: 'outer',
		[middle.c]: 'middle',
		[inner.c]: 'inner'
	};
	const begins: Record<string, [number, number]> = {
		[outer.c]: [`GET /exec HTTP/1.1\r\n${webSocket}\r\n`.length, switching(webSocket).length]
	};
	const spans = traced.ofKind(run, 'sent').filter(({ of }) => of === i);
	return {
		lanes: [from, to],
		spans: spans.map((span) => {
			const c = String(span['c']);
			const begin =
				begins[c]?.[span['dir'] === '>' ? 0 : 1] ?? upgraded(run, c, String(span['dir']));
			return [names[c], Number(span['o']) - begin, span['len']];
		})
	};
}

/** Where the head ends in a direction of a connection. */
function upgraded(run: Run, c: string, dir: string): number {
	const [head] = traced.ofKind(run, 'b').filter((line) => line['c'] === c && line['dir'] === dir);
	return String(head?.['d']).indexOf('\r\n\r\n') + 4;
}

const both = (taps: Tap[], dir: '>' | '<', chunk: Uint8Array) =>
	taps.forEach((tap) => tap.bytes(dir, chunk));

describe('what the streaming server says of a translated stream', () => {
	it('is said to the one who translates it, and what opens it comes from there', async () => {
		const { run, middle, inner, last } = await translated();
		both([middle, inner], '>', new Uint8Array(18));
		const where: Where = { on: last, dir: '>', o: 0, len: 18 };
		const opened = await run.step('stream-open', { n: 'SYN_STREAM', where });
		await run.reply(opened, { n: 'SYN_REPLY' });
		await run.step('exit-status', { n: 'Success' });
		await run.step('close', { n: 'GOAWAY' });
		await run.step('close', { n: '1000', from: 'apiserver' });
		const lanes = traced
			.ofKind(run, 'step')
			.slice(4)
			.map(({ s, from, to }) => [s, from, to]);
		expect(lanes).toEqual([
			['switching-protocols', 'streaming', 'apiserver'],
			['stream-open', 'apiserver', 'streaming'],
			['stream-open:reply', 'streaming', 'apiserver'],
			['exit-status', 'streaming', 'kubectl'],
			['close', 'streaming', 'apiserver'],
			['close#2', 'apiserver', 'kubectl']
		]);
	});

	it('is said to kubectl again in a try that is not translated', async () => {
		const { run } = await translated();
		run.refused();
		run.attempt('q');
		await run.step('close', { n: 'GOAWAY' });
		expect(traced.ofKind(run, 'step').at(-1)).toMatchObject({ s: 'close', to: 'kubectl', try: 2 });
	});
});

describe('a keystroke', () => {
	/** One that kubectl sends as a message and the API server passes on as a frame. */
	async function typed(chain: Translated, when: 'before' | 'after') {
		const { run, outer, middle, inner, asked, hop, last } = chain;
		const message = frame(bytes('\0ls\n'), { mask });
		outer.bytes('>', message.slice(0, 8));
		outer.bytes('>', message.slice(8));
		const cross = () =>
			run.crossed(
				{ on: asked, dir: '>', message: 0, at: 1, len: 3 },
				{ on: hop, dir: '>', o: 8, len: 3 }
			);
		if (when === 'before') cross();
		both([middle, inner], '>', spdyData(3, bytes('ls\n')));
		const io = await run.step('io', { n: 'stdin', from: 'kubectl', to: 'container' });
		const payload: Payload = { exec: 'e', stream: 'stdin', at: 0, len: 3 };
		run.covers(io, payload);
		run.carried(payload, { on: last, dir: '>', o: 8, len: 3 });
		if (when === 'after') cross();
	}

	it('is on every socket, the outermost first', async () => {
		const chain = await translated();
		await typed(chain, 'before');
		expect(placesOf(chain.run, chain, 'io')).toEqual({
			lanes: ['kubectl', 'container'],
			spans: [
				['outer', 7, 3],
				['middle', 8, 3],
				['inner', 8, 3]
			]
		});
		expect(traced.ofKind(chain.run, 'tty')).toMatchObject([{ on: 'i', c: chain.inner.c }]);
	});

	it('is so where the crossing is told last', async () => {
		const chain = await translated();
		await typed(chain, 'after');
		expect(placesOf(chain.run, chain, 'io').spans).toEqual([
			['middle', 8, 3],
			['inner', 8, 3],
			['outer', 7, 3]
		]);
	});

	it('keeps its lane where the step names the place itself: a new size came from kubectl', async () => {
		const chain = await translated();
		const { run, outer, middle, inner, asked, hop, last } = chain;
		outer.bytes('>', frame(bytes('\x04{"Width":1,"Height":2}'), { mask }));
		const line = bytes('{"Width":1,"Height":2}\n');
		run.crossed({ on: asked, dir: '>', message: 0 }, { on: hop, dir: '>', o: 0, len: 31 });
		both([middle, inner], '>', spdyData(7, line));
		const where: Where = { on: last, dir: '>', o: 0, len: 31 };
		await run.step('resize', { n: '1x2', where });
		expect(placesOf(run, chain, 'resize')).toEqual({
			lanes: ['kubectl', 'container'],
			spans: [
				['outer', 0, 29],
				['middle', 0, 31],
				['inner', 0, 31]
			]
		});
	});
});

describe('what a process prints', () => {
	/** Two chunks in one frame, on in two messages that cross in whatever chunks. */
	async function printed(cuts: number[]) {
		const chain = await translated();
		const { run, outer, middle, inner, asked, hop, last } = chain;
		for (const at of [0, 2]) {
			const io = await run.step('io', { n: 'stdout' });
			run.covers(io, { exec: 'e', stream: 'stdout', at, len: 2 });
		}
		const payload: Payload = { exec: 'e', stream: 'stdout', at: 0, len: 4 };
		run.carried(payload, { on: last, dir: '<', o: 8, len: 4 });
		both([inner, middle], '<', spdyData(5, bytes('abcd')));
		const cross = (message: number, o: number, len: number) =>
			run.crossed({ on: hop, dir: '<', o, len }, { on: asked, dir: '<', message, at: 1, len });
		cross(0, 8, 3);
		cross(1, 11, 1);
		const sent = [
			frame(bytes('\x01abc')),
			frame(bytes(''), { opcode: opcodes.pong }),
			frame(bytes('\x01d'))
		];
		for (const chunk of chunked(new Uint8Array(Buffer.concat(sent)), cuts)) outer.bytes('<', chunk);
		return chain;
	}
	const expected = [
		['inner', 8, 2],
		['middle', 8, 2],
		['outer', 3, 2]
	];
	const further = [
		['inner', 10, 2],
		['middle', 10, 2],
		['outer', 5, 1],
		['outer', 11, 1]
	];

	it('is on every socket, the innermost first, and on the screen once', async () => {
		const chain = await printed([]);
		expect(placesOf(chain.run, chain, 'io').spans).toEqual(expected);
		expect(placesOf(chain.run, chain, 'io#2').spans).toEqual(further);
		expect(traced.ofKind(chain.run, 'tty')).toHaveLength(1);
	});

	it('is there however the messages are cut', async () => {
		const lines = (run: Run) =>
			['sent', 'tty', 'step'].map((k) =>
				traced.ofKind(run, k).map(({ of, o, len, dir, s }) => [of === undefined, o, len, dir, s])
			);
		const whole = lines((await printed([])).run);
		await fc.assert(
			fc.asyncProperty(fc.array(fc.nat()), async (cuts) => {
				traced.close();
				traced = startTraced();
				expect(lines((await printed(cuts)).run)).toEqual(whole);
			}),
			{ numRuns: 30 }
		);
	});

	it('has what came of it when the connection breaks', async () => {
		const chain = await translated();
		const { run, outer, middle, inner, asked, hop, last } = chain;
		for (const at of [0, 2]) {
			const io = await run.step('io', { n: 'stdout' });
			run.covers(io, { exec: 'e', stream: 'stdout', at, len: 2 });
		}
		const payload: Payload = { exec: 'e', stream: 'stdout', at: 0, len: 4 };
		run.carried(payload, { on: last, dir: '<', o: 8, len: 4 });
		both([inner, middle], '<', spdyData(5, bytes('abcd')));
		run.crossed(
			{ on: hop, dir: '<', o: 8, len: 4 },
			{ on: asked, dir: '<', message: 0, at: 1, len: 4 }
		);
		outer.bytes('<', frame(bytes('\x01abcd')).slice(0, 5));
		outer.closed('client');
		expect(placesOf(run, chain, 'io').spans.at(-1)).toEqual(['outer', 3, 2]);
		expect(placesOf(run, chain, 'io#2').spans.at(-1)).toEqual(['middle', 10, 2]);
	});

	it('is kept up to the cap in a WebSocket too, with every Status', async () => {
		const { run, outer } = await translated();
		const message = frame(new Uint8Array(32_768).fill(1));
		for (let n = 0; n < 20; n++) outer.bytes('<', message);
		outer.bytes('<', frame(bytes(`\x03${'{"status":"Success"}'.repeat(200)}`)));
		const kept = traced
			.ofKind(run, 'b')
			.filter(({ c, dir }) => c === outer.c && dir === '<')
			.reduce((sum, { len }) => sum + Number(len), 0);
		expect(kept).toBeLessThan(270 * 1024);
		const gaps = traced.ofKind(run, 'gap');
		expect(gaps.length).toBeGreaterThan(0);
		expect(gaps.every(({ len }) => len === 32_768)).toBe(true);
	});

	it('is numbered over what was left out', async () => {
		const { run, outer, asked } = await translated();
		const message = frame(new Uint8Array(32_768).fill(1));
		for (let n = 0; n < 20; n++) outer.bytes('<', message);
		const where: Where = { on: asked, dir: '<', message: 20 };
		await run.step('ping', { n: 'late', where });
		const before = traced.ofKind(run, 'sent').length;
		outer.bytes('<', frame(bytes('\x01')));
		expect(traced.ofKind(run, 'sent').slice(before)).toMatchObject([
			{ dir: '<', o: switching(webSocket).length + 20 * message.length, len: 3 }
		]);
	});
});

it('a Status goes on as a Status of another length', async () => {
	const chain = await translated();
	const { run, outer, middle, inner, asked, hop, last } = chain;
	const status = await run.step('exit-status', { n: 'Success' });
	run.sent(status, { on: last, dir: '<', o: 0, len: 20 });
	both([inner, middle], '<', spdyData(1, bytes('{"status":1}')));
	run.crossed({ on: hop, dir: '<', o: 8, len: 12 }, { on: asked, dir: '<', message: 0 });
	run.sent(status, { on: last, dir: '<', o: 0, len: 20 });
	outer.bytes('<', frame(bytes('\x03{"status":"Success"}')));
	expect(placesOf(run, chain, 'exit-status').spans.filter(([c]) => c === 'outer')).toEqual([
		['outer', 0, 23]
	]);
});

it('pings of a WebSocket are found by their number', async () => {
	const { run, outer, asked } = await translated();
	outer.bytes('>', frame(bytes(''), { opcode: opcodes.ping, mask }));
	const where: Where = { on: asked, dir: '>', control: 'ping', nth: 0 };
	const ping = await run.step('ping', { n: 'PING', to: 'apiserver', where });
	const pong: Where = { on: asked, dir: '<', control: 'pong', nth: 0 };
	await run.reply(ping, { n: 'PONG', where: pong });
	outer.bytes('<', frame(bytes(''), { opcode: opcodes.pong }));
	const spans = traced.ofKind(run, 'sent').slice(-2);
	expect(spans.map(({ dir, len }) => [dir, len])).toEqual([
		['>', 6],
		['<', 2]
	]);
	expect(traced.ofKind(run, 'step').at(-2)).toMatchObject({ from: 'kubectl', to: 'apiserver' });
});

describe('a log in two chunked bodies', () => {
	const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
	const chunk = (text: string) => bytes(`${text.length.toString(16)}\r\n${text}\r\n`);

	it('has each chunk of the file on both, and on the screen where kubectl reads it', async () => {
		const { run, outer, arrival } = await askedByKubectl('GET /log HTTP/1.1\r\n\r\n');
		const asked = await run.step('api-request', { n: 'GET', arrival });
		const hop = await run.step('kubelet-request', { n: 'GET', from: 'apiserver' });
		const inner = traced.tracer.connection({ from: 'apiserver', to: 'kubelet', over: 'tls' });
		inner.bytes('>', bytes(`GET /l HTTP/1.1\r\ntraceparent: ${run.traceparent(hop)}\r\n\r\n`));
		for (const [on, tap] of [
			[hop, inner],
			[asked, outer]
		] as const) {
			await run.reply(on, { n: '200' });
			tap.bytes('<', bytes(head));
		}
		const read = async (at: number, text: string) => {
			const io = await run.step('io', { n: text, from: 'kubelet' });
			const payload: Payload = { exec: 'log', stream: 'stdout', at, len: text.length };
			run.covers(io, payload);
			run.carried(payload, { on: hop, dir: '<', body: at, len: text.length });
			inner.bytes('<', chunk(text));
		};
		await read(0, 'one\n');
		await read(4, 'two\n');
		run.crossed({ on: hop, dir: '<', body: 0, len: 8 }, { on: asked, dir: '<', body: 0, len: 8 });
		outer.bytes('<', chunk('one\ntw'));
		outer.bytes('<', chunk('o\n'));
		both([inner, outer], '<', bytes('0\r\n\r\n'));
		const spansOf = (name: string) => {
			const { i } = traced.ofKind(run, 'step').find(({ s }) => s === name)!;
			return traced
				.ofKind(run, 'sent')
				.filter(({ of }) => of === i)
				.map(({ c, o, len }) => [c, Number(o) - head.length, len]);
		};
		expect(spansOf('io')).toEqual([
			[inner.c, 3, 4],
			[outer.c, 3, 4]
		]);
		expect(spansOf('io#2')).toEqual([
			[inner.c, 12, 4],
			[outer.c, 7, 2],
			[outer.c, 14, 2]
		]);
		expect(traced.ofKind(run, 'tty').map(({ on, c, len }) => [on, c, len])).toEqual([
			['o', outer.c, 4],
			['o', outer.c, 2],
			['o', outer.c, 2]
		]);
		inner.closed('server');
		outer.closed('client');
		traced.tracer.close();
		expect(checkRecording(traced.text(run))).toEqual([]);
	});
});
