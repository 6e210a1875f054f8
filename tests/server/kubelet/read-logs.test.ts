import fc from 'fast-check';
import {
	appendFileSync,
	mkdirSync,
	mkdtempSync,
	renameSync,
	rmSync,
	symlinkSync,
	truncateSync,
	writeFileSync
} from 'node:fs';
import { open } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { JsonFile } from '../../../src/lib/server/engine/json-file.ts';
import { parserOf } from '../../../src/lib/server/kubelet/log-line.ts';
import { readLogs, type LogOptions } from '../../../src/lib/server/kubelet/read-logs.ts';
import { tailStart } from '../../../src/lib/server/kubelet/tail-start.ts';
import { systemClock } from '../../../src/lib/server/limits.ts';

const scratch = mkdtempSync(join(os.tmpdir(), 'execscope-read-logs-'));
afterAll(() => rmSync(scratch, { recursive: true }));

let made = 0;

/** A node's folder with one container: its log file and the link that the shim makes. */
function newLog(content?: string | Buffer) {
	const below = join(scratch, String(++made));
	mkdirSync(join(below, 'containers'), { recursive: true });
	mkdirSync(join(below, 'pods'));
	const file = join(below, 'containers', 'x-json.log');
	if (content !== undefined) writeFileSync(file, content);
	symlinkSync(file, join(below, 'pods', '0.log'));
	return { below, file, path: join(below, 'pods', '0.log') };
}

const json = (log: string, time = '2020-01-25T18:47:52.5Z', stream = 'stdout') =>
	`${JSON.stringify({ log, stream, time })}\n`;

interface Reading {
	text: () => string;
	done: Promise<void>;
	stop: () => void;
	end: () => void;
}

function start(log: { below: string; path: string }, options: Partial<LogOptions>): Reading {
	const pieces: Buffer[] = [];
	const stopping = new AbortController();
	let running = true;
	const source = {
		...log,
		running: () => Promise.resolve(running),
		signal: stopping.signal,
		clock: systemClock
	};
	const read = async () => {
		for await (const piece of readLogs(source, { follow: false, timestamps: false, ...options }))
			pieces.push(piece);
	};
	return {
		text: () => Buffer.concat(pieces).toString(),
		done: read(),
		stop: () => stopping.abort(),
		end: () => (running = false)
	};
}

async function read(content: string | Buffer, options: Partial<LogOptions> = {}): Promise<string> {
	const reading = start(newLog(content), options);
	await reading.done;
	return reading.text();
}

describe('a line of a log', () => {
	it('is read in either format', () => {
		const docker = Buffer.from(json('hello\n', '2020-01-25T18:47:52.123456789Z'));
		const cri = Buffer.from('2020-01-25T18:47:52.123456789Z stderr F hello\n');
		for (const line of [docker, cri]) {
			const { time, written, log } = parserOf(line)(line);
			expect(log.toString()).toBe('hello\n');
			expect(written).toBe('2020-01-25T18:47:52.123456789Z');
			expect(time).toBe(BigInt(Date.parse('2020-01-25T18:47:52Z')) * 1_000_000n + 123456789n);
		}
	});
	it('goes on in the next line when it says so', async () => {
		const time = '2020-01-25T18:47:52.1Z';
		expect(await read(`${time} stdout P a \n${time} stdout P b\n${time} stdout F:x c\n`)).toBe(
			'a bc\n'
		);
		expect(await read(json('a') + json('b\n'))).toBe('ab\n');
	});
	it('has a time in any zone', () => {
		const line = Buffer.from('2020-01-25T20:47:52.120+02:00 stdout F x\n');
		const { time, written } = parserOf(line)(line);
		expect(time).toBe(BigInt(Date.parse('2020-01-25T18:47:52.120Z')) * 1_000_000n);
		expect(written).toBe('2020-01-25T20:47:52.12+02:00');
	});
	it.each([
		'',
		'\n',
		'hello\n',
		'{}\n',
		'{"log":"x","stream":"stdin","time":"2020-01-25T18:47:52Z"}\n',
		'2020-01-25T18:47:52Z stdin F x\n',
		'2020-01-25T18:47:52Z stdout\n',
		'yesterday stdout F x\n'
	])('is refused when it is %j', (line) => {
		expect(() => parserOf(Buffer.from(line))).toThrow('unsupported log format');
	});
	it('never does worse than refuse', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
				try {
					parserOf(Buffer.from(bytes));
				} catch (error) {
					expect((error as Error).message).toMatch(/^unsupported log format: /);
				}
			})
		);
	});
});

describe('reading a log', () => {
	it('gives what was printed, both streams in order', async () => {
		const content = json('one\n') + json('err\n', undefined, 'stderr') + json('two\n');
		expect(await read(content)).toBe('one\nerr\ntwo\n');
	});
	it('gives what the engine wrote, whatever it was', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.string({ maxLength: 40 }), { maxLength: 30 }),
				async (chunks) => {
					const log = newLog('');
					const file = new JsonFile(log.file);
					for (const chunk of chunks) file.write('stdout', Buffer.from(`${chunk}\n`));
					const reading = start(log, {});
					await reading.done;
					file.remove();
					expect(reading.text()).toBe(chunks.map((chunk) => `${chunk}\n`).join(''));
				}
			),
			{ numRuns: 50 }
		);
	});
	it('puts the time before each line', async () => {
		expect(await read(json('a\n', '2020-01-25T18:47:52.120Z'), { timestamps: true })).toBe(
			'2020-01-25T18:47:52.12Z a\n'
		);
	});
	it('leaves out what is older, by nanoseconds', async () => {
		const content = [1, 2, 3]
			.map((n) => json(`${n}\n`, `2020-01-25T18:47:52.00000000${n}Z`))
			.join('');
		const since = BigInt(Date.parse('2020-01-25T18:47:52Z')) * 1_000_000n + 2n;
		expect(await read(content, { since })).toBe('2\n3\n');
	});
	it('cuts at a number of bytes, times included', async () => {
		expect(await read(json('hello\n') + json('x\n'), { limitBytes: 8 })).toBe('hello\nx\n');
		expect(await read(json('hello\n') + json('x\n'), { limitBytes: 7 })).toBe('hello\nx');
		expect(await read(json('hello\n'), { limitBytes: 4, timestamps: true })).toBe('2020');
	});
	it('gives the last lines', async () => {
		const content = ['a', 'b', 'c'].map((each) => json(`${each}\n`)).join('');
		expect(await read(content, { tailLines: 2 })).toBe('b\nc\n');
		expect(await read(content, { tailLines: 0 })).toBe('');
		expect(await read(content, { tailLines: 9 })).toBe('a\nb\nc\n');
		expect(await read('', { tailLines: 1 })).toBe('');
	});
	it('finds the last lines without reading the rest', async () => {
		const { file } = newLog();
		const lines = Array.from({ length: 100 }, (_, n) => json(`${n}\n`)).join('');
		writeFileSync(file, lines);
		truncateSync(file, 40_000_000); // a hole in the middle that takes no room
		appendFileSync(file, `\n${lines}`);
		const handle = await open(file);
		const started = performance.now();
		const at = await tailStart(handle, 100);
		await handle.close();
		expect(at).toBe(40_000_001);
		expect(performance.now() - started).toBeLessThan(500);
	});
	it('counts lines as they are, wherever blocks of the file end', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.nat(9000), { minLength: 1, maxLength: 12 }),
				fc.nat(14),
				async (lengths, lines) => {
					const content = lengths.map((n) => `${'x'.repeat(n)}\n`);
					const { file } = newLog(content.join(''));
					const handle = await open(file);
					const at = await tailStart(handle, lines);
					await handle.close();
					const last = lines === 0 ? [] : content.slice(-lines);
					expect(content.join('').slice(at)).toBe(last.join(''));
				}
			),
			{ numRuns: 50 }
		);
	});
	it('leaves out lines that are broken, and a last one that is torn', async () => {
		expect(await read(`${json('a\n')}{"log":\n${json('b\n')}${json('c\n').slice(0, 20)}`)).toBe(
			'a\nb\n'
		);
	});
	it('says why there is none', async () => {
		await expect(start(newLog(), {}).done).rejects.toThrow(
			/^failed to open log file ".*x-json.log"/
		);
		const none = { ...newLog(''), path: join(scratch, String(made), 'pods', '1.log') };
		await expect(start(none, {}).done).rejects.toThrow(
			/^failed to try resolving symlinks in path ".*": lstat .*: no such file or directory$/
		);
		await expect(read('what is this\n')).rejects.toThrow(
			'unsupported log format: "what is this\\n"'
		);
	});
});

describe('following a log', () => {
	it('goes on with what is added, until the container has ended', async () => {
		const log = newLog(json('one\n'));
		const reading = start(log, { follow: true });
		await expect.poll(reading.text).toBe('one\n');
		appendFileSync(log.file, json('two\n'));
		await expect.poll(reading.text).toBe('one\ntwo\n');
		reading.end();
		appendFileSync(log.file, json('last\n'));
		await reading.done;
		expect(reading.text()).toBe('one\ntwo\nlast\n');
	});
	it('waits for the rest of a torn line', async () => {
		const line = json('whole\n');
		const log = newLog(line.slice(0, 15));
		const reading = start(log, { follow: true });
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(reading.text()).toBe('');
		appendFileSync(log.file, line.slice(15));
		await expect.poll(reading.text).toBe('whole\n');
		reading.stop();
		await reading.done;
	});
	it('goes on in the file that takes its place', async () => {
		const log = newLog(json('one\n'));
		const reading = start(log, { follow: true });
		await expect.poll(reading.text).toBe('one\n');
		appendFileSync(log.file, json('two\n'));
		renameSync(log.file, `${log.file}.1`);
		writeFileSync(log.file, json('three\n'));
		await expect.poll(reading.text).toBe('one\ntwo\nthree\n');
		appendFileSync(log.file, json('four\n'));
		await expect.poll(reading.text).toBe('one\ntwo\nthree\nfour\n');
		reading.stop();
		await reading.done;
	});
	it('starts at the last lines', async () => {
		const log = newLog(json('one\n') + json('two\n'));
		const reading = start(log, { follow: true, tailLines: 0 });
		await new Promise((resolve) => setTimeout(resolve, 50));
		appendFileSync(log.file, json('three\n') + json('four\n'));
		await expect.poll(reading.text).toBe('three\nfour\n');
		reading.stop();
		await reading.done;
	});
	it('ends at once when nobody runs any more, or nobody reads', async () => {
		const over = start(newLog(json('one\n')), { follow: true });
		over.end();
		await over.done;
		expect(over.text()).toBe('one\n');
		const left = start(newLog(json('one\n')), { follow: true });
		await expect.poll(left.text).toBe('one\n');
		left.stop();
		await left.done;
	});
	it('misses nothing of a writer that does not rest', async () => {
		const log = newLog('');
		const reading = start(log, { follow: true });
		let expected = '';
		for (let n = 0; n < 2000; n++) {
			appendFileSync(log.file, json(`${n}\n`));
			expected += `${n}\n`;
			if (n % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
		}
		await expect.poll(reading.text, { timeout: 5000 }).toBe(expected);
		reading.stop();
		await reading.done;
	});
});
