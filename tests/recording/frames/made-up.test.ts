import { describe, expect, it } from 'vitest';
import { leavesOf } from '../../../src/lib/recording/frames/count-bytes.ts';
import { decodeTowards, framesOfSpan } from '../../../src/lib/recording/frames/frames-of.ts';
import type { Direction } from '../../../src/lib/trace/event.ts';
import { SpdyEncoder } from '../../../src/lib/wire/spdy/frames.ts';
import { gapsIn } from '../../support/frame-gaps.ts';
import { RecordedConnection } from '../../support/recorded-connection.ts';

/** Every frame of a direction, checked. */
function framesIn(of: RecordedConnection, dir: Direction, o = 0) {
	const span = { c: 'c1', dir, o, len: of.at[dir] - o };
	const frames = framesOfSpan(of.recording, span);
	expect(gapsIn(span, frames)).toEqual([]);
	return frames;
}
const words = (of: RecordedConnection, dir: Direction, o = 0) =>
	framesIn(of, dir, o).map(
		({ wire, name, payload }) => `${wire} ${name}${payload === undefined ? '' : `, ${payload}`}`
	);

const http = () => new RecordedConnection('http/1.1');
const upgradeTo = (protocol: string, more = '', path = '/exec') =>
	http()
		.send('>', `GET ${path} HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`)
		.send(
			'<',
			`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n${more}\r\n`
		);
const data = (id: number, payload: string) =>
	new SpdyEncoder().encode({ type: 'data', id, fin: false, data: Buffer.from(payload) });

describe('HTTP/1.1', () => {
	it('knows that the answer to HEAD has no body', () => {
		const of = http()
			.send('>', 'HEAD / HTTP/1.1\r\n\r\nGET /x HTTP/1.1\r\n\r\n')
			.send(
				'<',
				'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'
			);
		expect(words(of, '<')).toEqual(['H 200 OK', 'H 200 OK', 'H body, 2']);
	});

	it('reads the request after an upgrade that was refused', () => {
		const of = http()
			.send(
				'>',
				'GET /a HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nGET /b HTTP/1.1\r\n\r\n'
			)
			.send('<', 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
		expect(words(of, '>')).toEqual(['H GET /a', 'H GET /b']);
	});

	it('waits with what follows an upgrade until that is answered', () => {
		const of = http().send(
			'>',
			'GET /a HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nls\n'
		);
		expect(words(of, '>')).toEqual(['H GET /a', 'H begun']);
		of.send('<', 'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
		expect(words(of, '>')).toEqual(['H GET /a', 'D stdin, 3']);
	});

	it('reads chunks and trailers', () => {
		const of = http().send(
			'<',
			'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nA: b\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n'
		);
		expect(words(of, '<')).toEqual(['H 200 OK', 'H chunk, 5', 'H last chunk', 'H 204 No Content']);
	});

	it('goes on with a body after a hole in it, and says the hole', () => {
		const of = http()
			.send('<', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab')
			.leaveOut('<', 5)
			.send('<', 'xyzHTTP/1.1 204 No Content\r\n\r\n');
		expect(words(of, '<')).toEqual([
			'H 200 OK',
			'H body, 2',
			'H left-out',
			'H body, 3',
			'H 204 No Content'
		]);
	});

	it('finds the next head after a hole that hides where a message ends', () => {
		const of = http()
			.send('<', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab')
			.skip('<', 50)
			.send('<', 'HTTP/1.1 204 No Content\r\n\r\n');
		expect(words(of, '<')).toEqual(['H 200 OK', 'H body, 2', 'H not-recorded', 'H 204 No Content']);
	});

	it('says where it stops to understand', () => {
		const of = http().send(
			'<',
			'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nwhat is this?\r\n\r\n'
		);
		expect(words(of, '<')).toEqual(['H 200 OK', 'H unreadable']);
	});

	it('begins where the recording of a connection begins', () => {
		const of = new RecordedConnection('http/1.1', [1000, 2000]).send('>', 'GET / HTTP/1.1\r\n\r\n');
		expect(words(of, '>', 1000)).toEqual(['H GET /']);
		expect(framesOfSpan(of.recording, { c: 'c1', dir: '>', o: 990, len: 20 })[0]).toMatchObject({
			o: 990,
			len: 10,
			trouble: 'not-recorded'
		});
	});
});

describe('SPDY', () => {
	it('names the stream of data that flows back', () => {
		const encoder = new SpdyEncoder();
		const syn = encoder.encode({
			type: 'syn-stream',
			id: 3,
			fin: false,
			headers: { streamtype: 'stdout' }
		});
		const of = upgradeTo('SPDY/3.1').send('>', syn).send('<', data(3, 'hi'));
		expect(words(of, '>')).toEqual(['H GET /exec', 'S SYN_STREAM 3 stdout']);
		expect(words(of, '<')).toEqual(['H 101 Switching Protocols', 'S DATA 3 stdout, 2']);
		expect(framesIn(of, '>')[1]!.facts).toEqual({ streamtype: 'stdout' });
	});

	it('goes over payload that was left out, and stops at a hole in a header', () => {
		const frame = data(3, 'x'.repeat(100));
		const of = upgradeTo('SPDY/3.1')
			.send('<', frame.subarray(0, 8))
			.leaveOut('<', 100)
			.send('<', data(3, 'hi'));
		expect(words(of, '<')).toEqual(['H 101 Switching Protocols', 'S DATA 3, 100', 'S DATA 3, 2']);
		expect(leavesOf(framesIn(of, '<')[1]!.box).at(-1)).toMatchObject({
			len: 100,
			trouble: 'left-out'
		});
		of.send('<', frame.subarray(0, 4)).skip('<', 9).send('<', data(3, 'hi'));
		expect(words(of, '<').slice(3)).toEqual(['S unreadable', 'S not-recorded', 'S unreadable']);
	});
});

describe('Docker', () => {
	const start = (body: string, answer: Buffer | string) =>
		http()
			.send(
				'>',
				`POST /exec/1/start HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: ${body.length}\r\n\r\n${body}`
			)
			.send('<', 'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n')
			.send('<', answer);

	it('reads frames without a terminal and raw bytes with one', () => {
		const frame = Buffer.from('\x02\0\0\0\0\0\0\x02no', 'latin1');
		expect(words(start('{"Tty":false}', frame), '<').slice(1)).toEqual(['D stderr, 2']);
		expect(words(start('{"Tty":true}', frame), '<').slice(1)).toEqual(['D terminal, 10']);
		expect(words(start('{}', '$ '), '<').slice(1)).toEqual(['D terminal, 2']);
	});

	it('cuts raw bytes to what was asked for', () => {
		const of = start('{"Tty":true}', 'hello');
		const o = of.at['<'] - 3;
		expect(framesOfSpan(of.recording, { c: 'c1', dir: '<', o, len: 2 })).toMatchObject([
			{ o, len: 2 }
		]);
	});

	it('reads the stream of an exec that was started without an upgrade', () => {
		const of = http()
			.send('>', 'POST /exec/1/start HTTP/1.1\r\nContent-Length: 0\r\n\r\n')
			.send(
				'<',
				'HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n\x01\0\0\0\0\0\0\x01x'
			);
		expect(words(of, '<')).toEqual(['H 200 OK', 'D stdout, 1']);
	});
});

describe('WebSocket', () => {
	const v5 = 'Sec-WebSocket-Protocol: v5.channel.k8s.io\r\n';
	it('names channels, also of a message in fragments and of a close', () => {
		const of = upgradeTo('websocket', v5)
			.send('<', '\x82\x03\x01hi')
			.send('<', '\x02\x02\x01a\x80\x01b')
			.send('>', Buffer.from('828201020304fe02', 'hex'));
		expect(words(of, '<')).toEqual([
			'H 101 Switching Protocols',
			'W binary 1 stdout, 2',
			'W binary 1 stdout, 1',
			'W continuation 1 stdout, 1'
		]);
		expect(words(of, '>')).toEqual(['H GET /exec', 'W binary 255 stdin']);
		expect(leavesOf(framesIn(of, '>')[1]!.box).map(({ name }) => name)).toEqual([
			'FIN, opcode',
			'mask, length',
			'masking key',
			'channel',
			'closed channel'
		]);
	});

	it('reads the exit code that comes on the error channel', () => {
		const status = '\x03{"metadata":{},"status":"Success"}';
		const of = upgradeTo('websocket', v5).send(
			'<',
			`\x82${String.fromCharCode(status.length)}${status}`
		);
		expect(framesIn(of, '<')[1]!.facts).toEqual({ exit: '0' });
	});
});

describe('HTTP/2', () => {
	const frame = (type: number, flags: number, id: number, body: Buffer) => {
		const head = Buffer.alloc(9);
		head.writeUIntBE(body.length, 0, 3);
		head[3] = type;
		head[4] = flags;
		head.writeUInt32BE(id, 5);
		return Buffer.concat([head, body]);
	};
	const literal = (name: string, value: string) =>
		Buffer.concat([
			Buffer.from([0, name.length]),
			Buffer.from(name),
			Buffer.from([value.length]),
			Buffer.from(value)
		]);
	const call = Buffer.concat([
		Buffer.from([0x83]),
		literal(':path', '/runtime.v1alpha2.RuntimeService/Exec'),
		literal('content-type', 'application/grpc')
	]);
	const message = Buffer.concat([
		Buffer.from([0, 0, 0, 0, 10]),
		Buffer.from([0x0a, 2]),
		Buffer.from('id'),
		Buffer.from([0x12, 2]),
		Buffer.from('ls'),
		Buffer.from([0x18, 1])
	]);
	const begin = () =>
		new RecordedConnection('h2')
			.send('>', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
			.send('>', frame(4, 0, 0, Buffer.from('000300000064', 'hex')))
			.send('>', frame(1, 4, 1, call));

	it('names the fields of a message in each of the frames that it is cut into', () => {
		for (let at = 1; at < message.length; at++) {
			const of = begin()
				.send('>', frame(0, 0, 1, message.subarray(0, at)))
				.send(
					'>',
					frame(0, 9, 1, Buffer.concat([Buffer.from([2]), message.subarray(at), Buffer.alloc(2)]))
				);
			const frames = framesIn(of, '>');
			expect(frames.slice(0, 3).map(({ name }) => name)).toEqual([
				'PRI * HTTP/2.0',
				'SETTINGS',
				'HEADERS 1 POST /runtime.v1alpha2.RuntimeService/Exec'
			]);
			const leaves = frames.slice(3).flatMap(({ box }) => leavesOf(box));
			for (const [name, value, len] of [
				['container_id', 'id', 4],
				['cmd', 'ls', 4],
				['tty', 'true', 2]
			] as const) {
				const parts = leaves.filter((leaf) => leaf.name === name);
				expect(parts.every((part) => part.value === value)).toBe(true);
				expect(parts.reduce((sum, part) => sum + part.len, 0)).toBe(len);
			}
		}
	});

	it('lists what a message could say and does not', () => {
		const of = begin().send('>', frame(0, 1, 1, message));
		const request = framesIn(of, '>').at(-1)!.box.inside[0]!.inside[0]!;
		expect(request.name).toBe('ExecRequest');
		expect(request.absent).toEqual(['stdin', 'stdout', 'stderr']);
	});

	it('reads a header block in parts', () => {
		const of = new RecordedConnection('h2')
			.send('>', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
			.send('>', frame(1, 0, 1, call.subarray(0, 20)))
			.send('>', frame(9, 4, 1, call.subarray(20)));
		expect(words(of, '>')).toEqual([
			'G PRI * HTTP/2.0',
			'G HEADERS 1',
			'G CONTINUATION 1 POST /runtime.v1alpha2.RuntimeService/Exec'
		]);
	});
});

it('decodes a long way in parts', () => {
	const of = upgradeTo('SPDY/3.1');
	for (let k = 0; k < 100; k++) of.send('<', data(3, 'x'));
	const span = { c: 'c1', dir: '<', o: of.at['<'] - 1, len: 1 } as const;
	let parts = 1;
	while (!decodeTowards(of.recording, { sent: [span] }, 30)) parts++;
	expect(parts).toBe(4);
	expect(framesOfSpan(of.recording, span).map(({ name }) => name)).toEqual(['DATA 3']);
});

describe('a connection of more than 16 MiB', () => {
	it('is decoded up to there, and says so', () => {
		const of = upgradeTo('SPDY/3.1');
		const before = of.at['<'];
		const big = data(3, 'x'.repeat(1024 * 1024));
		for (let k = 0; k < 17; k++) of.send('<', big.subarray(0, 8)).leaveOut('<', big.length - 8);
		const at = (k: number) =>
			({ c: 'c1', dir: '<', o: before + k * big.length, len: big.length }) as const;
		expect(framesOfSpan(of.recording, at(14)).map(({ name }) => name)).toEqual(['DATA 3']);
		expect(framesOfSpan(of.recording, at(16))).toMatchObject([{ trouble: 'too-far' }]);
		expect(framesOfSpan(of.recording, at(2)).map(({ name }) => name)).toEqual(['DATA 3']);
	});
});
