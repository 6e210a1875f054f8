import { readFileSync } from 'node:fs';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demultiplexed, testEngine, type TestEngine } from './docker-client.ts';

let engine: TestEngine;
/** The id of the golden container and the one that stands for it here. */
const goldenId = 'bc8a7ff91dd45b44cf3a0d4c81173bd91cd5e2aa0c1e178d9c47be3bcdcdfce6';
let id: string;

interface Block {
	from: 'client' | 'server';
	bytes: Buffer;
}

function golden(name: string): Block[] {
	const text = readFileSync(
		new URL(`../../fixtures/docker/${name}.txt`, import.meta.url),
		'latin1'
	);
	return text.split(/^=== /m).flatMap((block): Block[] => {
		const match = /^(C>S|S>C) \+[\d.]+ms (\d+)B\n([^]*)$/.exec(block);
		if (!match) return [];
		const raw = match[3]!.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) =>
			String.fromCharCode(parseInt(hex, 16))
		);
		// Where a name in it was changed after the capture, a chunked body is no longer as long as it was.
		const length = raw.includes('chunked') ? raw.length - 1 : Number(match[2]);
		const bytes = Buffer.from(raw, 'latin1').subarray(0, length);
		return [{ from: match[1] === 'C>S' ? 'client' : 'server', bytes }];
	});
}

const serverBytes = (name: string) =>
	Buffer.concat(golden(name).flatMap((block) => (block.from === 'server' ? [block.bytes] : [])));

/** The golden's first request with our ids, and what came back until the answer was whole. */
function replay(name: string, replace: Record<string, string> = {}): Promise<Buffer> {
	let request = golden(name)[0]!.bytes.toString('latin1').replaceAll(goldenId, id);
	for (const [from, to] of Object.entries(replace)) request = request.replaceAll(from, to);
	const body = request.slice(request.indexOf('\r\n\r\n') + 4);
	request = request.replace(/Content-Length: \d+/, `Content-Length: ${body.length}`);
	return new Promise((resolve, reject) => {
		const socket = net.connect({ path: engine.path, allowHalfOpen: true });
		let got = Buffer.alloc(0);
		socket.on('data', (chunk) => {
			got = Buffer.concat([got, chunk]);
			if (!whole(got, request.startsWith('HEAD'))) return;
			socket.destroy();
			resolve(got);
		});
		socket.on('end', () => {
			socket.end();
			resolve(got);
		});
		socket.on('error', reject);
		socket.write(request, 'latin1');
	});
}

/** What came back until there were so many lines. */
function begun(name: string, lines: number): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		const socket = net.connect({ path: engine.path });
		let got = Buffer.alloc(0);
		socket.on('data', (chunk) => {
			got = Buffer.concat([got, chunk]);
			if (got.toString('latin1').split('tick\n').length <= lines) return;
			socket.destroy();
			resolve(got);
		});
		socket.on('error', reject);
		socket.write(golden(name)[0]!.bytes.toString('latin1').replaceAll(goldenId, id), 'latin1');
	});
}

function whole(bytes: Buffer, isHead: boolean): boolean {
	const text = bytes.toString('latin1');
	const end = text.indexOf('\r\n\r\n');
	if (end < 0 || text.includes('raw-stream')) return false;
	const status = Number(text.slice(9, 12));
	if (isHead || status === 204 || status === 304) return true;
	const length = /Content-Length: (\d+)/.exec(text);
	return length ? bytes.length >= end + 4 + Number(length[1]) : text.endsWith('0\r\n\r\n');
}

function parts(bytes: Buffer): { head: string[]; body: string } {
	const text = bytes.toString('latin1');
	const end = text.indexOf('\r\n\r\n');
	const head = text.slice(0, end).split('\r\n');
	const body = text.slice(end + 4);
	const chunked = head.includes('Transfer-Encoding: chunked');
	return { head, body: chunked ? unchunked(body) : body };
}

const unchunked = (text: string) => text.slice(text.indexOf('\r\n') + 2, -'\r\n0\r\n\r\n'.length);

/** What was streamed, in however many frames it was read. */
const streams = ({ body }: { body: string }) => demultiplexed(Buffer.from(body, 'latin1'));

const dated = (head: string[]) =>
	head.map((line) => line.replace(/^Date: \w{3}, \d{2} \w{3} \d{4} [\d:]{8} GMT$/, 'Date'));
const unsized = (head: string[]) => head.map((line) => line.replace(/^(Content-Length): .*/, '$1'));
const hex64 = (text: string) => text.replace(/[0-9a-f]{64}/g, 'ID');

/** Head to the byte (but for the date), body to the byte (but for ids). */
async function expectSame(name: string, replace: Record<string, string> = {}): Promise<string> {
	const ours = parts(await replay(name, replace));
	const theirs = parts(serverBytes(name));
	expect(dated(ours.head)).toEqual(dated(theirs.head));
	expect(hex64(ours.body)).toBe(hex64(theirs.body));
	return ours.body;
}

/** The same keys, in the same order, with values of the same kind, all the way down. */
function shape(value: unknown): unknown {
	if (Array.isArray(value)) return value.length > 0 ? [shape(value[0])] : [];
	if (value === null || typeof value !== 'object') return typeof value;
	return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shape(each)]));
}

const execIdOf = (body: string) => /[0-9a-f]{64}/.exec(body)![0];

/** Creates the exec that a golden creates, starts it, and compares what was streamed. */
async function expectSameExec(create: string, start: string): Promise<string> {
	const theirId = execIdOf(parts(serverBytes(create)).body);
	const ourId = execIdOf(await expectSame(create));
	await expectSame(start, { [theirId]: ourId });
	return ourId;
}

async function expectSameInspect(name: string, ourId: string): Promise<void> {
	const theirs = parts(serverBytes(name));
	const theirJson = JSON.parse(theirs.body) as Record<string, unknown>;
	const ours = parts(await replay(name, { [String(theirJson.ID)]: ourId }));
	const ourJson = JSON.parse(ours.body) as Record<string, unknown>;
	expect(unsized(dated(ours.head))).toEqual(unsized(dated(theirs.head)));
	expect(Object.keys(ourJson)).toEqual(Object.keys(theirJson));
	expect(Number(ourJson.Pid) > 0).toBe(Number(theirJson.Pid) > 0);
	const known = { ID: 'ID', Pid: 0, ContainerID: 'ID' };
	expect({ ...ourJson, ...known }).toEqual({ ...theirJson, ...known });
}

beforeAll(async () => {
	engine = await testEngine();
	const created = parts(await replay('create', { 'bb:1': 'busybox:1', gold: 'gold' }));
	id = execIdOf(created.body);
	expect(unsized(dated(created.head))).toEqual(unsized(dated(parts(serverBytes('create')).head)));
});
afterAll(() => engine.close());

describe('answers as a real dockerd 20.10.24 does', () => {
	it.each(['ping-head', 'ping', 'version-too-new', 'version-too-old', 'notfound'])(
		'%s',
		async (name) => void (await expectSame(name))
	);
	it.each(['create-noimage', 'create-badjson', 'inspect-missing', 'image-missing'])(
		'%s',
		async (name) => void (await expectSame(name))
	);
	it.each(['exec-missing-container', 'exec-missing-start', 'exec-missing-inspect'])(
		'%s',
		async (name) => void (await expectSame(name))
	);
	it('exec of a container that does not run', () => expectSame('exec-create-notrunning'));
	it('start, and start again', async () => {
		await expectSame('start');
		await expectSame('start-again');
	});
	it('version, with fewer components and its own platform name', async () => {
		const ours = parts(await replay('version'));
		const theirs = parts(serverBytes('version'));
		expect(unsized(dated(ours.head))).toEqual(unsized(dated(theirs.head)));
		const [mine, real] = [ours, theirs].map(
			({ body }) => JSON.parse(body) as Record<string, unknown>
		);
		expect(Object.keys(mine!)).toEqual(Object.keys(real!));
		for (const key of ['Version', 'ApiVersion', 'MinAPIVersion', 'Os'])
			expect(mine![key]).toBe(real![key]);
	});
	it('images', async () => {
		const [mine, real] = [await replay('images'), serverBytes('images')].map(
			(bytes) => JSON.parse(parts(bytes).body) as Record<string, unknown>[]
		);
		expect(shape(mine![0])).toEqual(shape(real![0]));
	});
});

describe('a running container', () => {
	it('is inspected with the same fields', async () => {
		const ours = parts(await replay('inspect'));
		const theirs = parts(serverBytes('inspect'));
		expect(dated(ours.head)).toEqual(dated(theirs.head));
		const [mine, real] = [ours, theirs].map(
			({ body }) => JSON.parse(body) as Record<string, Record<string, unknown>>
		);
		expect(Object.keys(mine!)).toEqual(Object.keys(real!));
		expect(shape(mine!.State)).toEqual(shape(real!.State));
		for (const key of ['HostConfig', 'Config', 'NetworkSettings'])
			expect(Object.keys(mine![key]!).sort()).toEqual(Object.keys(real![key]!).sort());
		expect(mine!.Path).toBe(real!.Path);
		expect(mine!.Args).toEqual(real!.Args);
		expect(mine!.Config!.Labels).toEqual(real!.Config!.Labels);
	});
	it.each(['ps', 'ps-all-filter'])('is listed with the same fields (%s)', async (name) => {
		const ours = parts(await replay(name));
		const theirs = parts(serverBytes(name));
		expect(unsized(dated(ours.head))).toEqual(unsized(dated(theirs.head)));
		const [mine, real] = [ours, theirs].map(
			({ body }) => (JSON.parse(body) as Record<string, unknown>[])[0]!
		);
		expect(shape(mine)).toEqual(shape(real));
		for (const key of ['Names', 'Command', 'Labels', 'State', 'Ports'])
			expect(mine![key]).toEqual(real![key]);
	});
});

describe('the output of a container', () => {
	it('its last lines', async () => {
		const theirs = parts(serverBytes('logs'));
		const ours = async () => parts(await replay('logs'));
		expect(dated((await ours()).head)).toEqual(dated(theirs.head));
		await expect.poll(async () => (await ours()).body, { timeout: 5000 }).toBe(theirs.body);
	});
	it('its lines from now on, with their times', async () => {
		const [ours, theirs] = [await begun('logs-follow', 2), serverBytes('logs-follow')].map(parts);
		expect(dated(ours!.head)).toEqual(dated(theirs!.head));
		const timeless = ({ body }: { body: string }) =>
			body.replace(/[-\d]{10}T[:\d]{8}\.\d{9}Z/g, 'TIME').slice(0, 36);
		expect(timeless(ours!)).toBe(timeless(theirs!));
	});
	it('no stream chosen', async () => void (await expectSame('logs-nostream')));
	it.each(['attach', 'attach-logs'])('whoever listens from now on: %s', async (name) => {
		const [ours, theirs] = [await begun(name, 2), serverBytes(name)].map(parts);
		expect(ours!.head).toEqual(theirs!.head);
		const text = ({ body }: { body: string }) => body.slice(0, 26);
		expect(text(ours!)).toBe(text(theirs!));
	});
	it('top', async () => {
		const ours = parts(await replay('top'));
		const theirs = parts(serverBytes('top'));
		expect(unsized(dated(ours.head))).toEqual(unsized(dated(theirs.head)));
		const [mine, real] = [ours, theirs].map(
			({ body }) => JSON.parse(body) as { Processes: string[][]; Titles: string[] }
		);
		expect(Object.keys(mine!)).toEqual(Object.keys(real!));
		expect(mine!.Titles).toEqual(real!.Titles);
		expect(mine!.Processes.map((each) => each.at(-1))).toContain(real!.Processes[0]!.at(-1));
		for (const each of mine!.Processes) expect(each).toHaveLength(8);
	});
});

describe('an exec', () => {
	it('streams stdout and stderr in frames, and cannot be started twice', async () => {
		const create = 'exec-notty-create';
		const theirId = execIdOf(parts(serverBytes(create)).body);
		const ourId = execIdOf(await expectSame(create));
		await expectSameInspect('exec-notty-inspect-before', ourId);
		await expectSame('exec-notty-start', { [theirId]: ourId });
		await expectSameInspect('exec-notty-inspect-after', ourId);
		await expectSame('exec-start-twice', { [theirId]: ourId });
	});
	it.each(['notfound', 'dir', 'badcwd'])('that cannot start says so: %s', async (name) => {
		const ourId = await expectSameExec(`exec-${name}-create`, `exec-${name}-start`);
		const inspected = await engine.api('GET', `/v1.41/exec/${ourId}/json`);
		expect(inspected.body).toMatchObject({ Running: false, ExitCode: 126, Pid: 0 });
	});
	it('that cannot start is inspected alike', async () => {
		const ourId = await expectSameExec('exec-notfound-create', 'exec-notfound-start');
		await expectSameInspect('exec-notfound-inspect', ourId);
	});
	it('that cannot start says so without a frame on a terminal', () =>
		expectSameExec('exec-notfound-tty-create', 'exec-notfound-tty-start'));
	it('that cannot start answers 400 when detached', async () => {
		const ourId = execIdOf(await expectSame('exec-notfound-create'));
		await expectSame('exec-notfound-detach-start', {
			f7ac63f5f2093b8d7fd48205171ee221a9c701a67f7e868616328a68ceb7b4d6: ourId
		});
	});
	it('of a user nobody knows says so in the stream', () =>
		expectSameExec('exec-baduser-create', 'exec-baduser-start'));
	it('detached answers 200 once it runs', () =>
		expectSameExec('exec-detach-create', 'exec-detach-start'));
	it('killed ends without a word and with 137', async () => {
		const ourId = await expectSameExec('exec-sig-create', 'exec-sig-start');
		await expectSameInspect('exec-sig-inspect', ourId);
	});
	it('with a terminal at create and none at start is framed', async () => {
		const ourId = execIdOf(await expectSame('exec-ttymismatch-create'));
		const theirs = parts(serverBytes('exec-ttymismatch-start'));
		const theirId = execIdOf(parts(serverBytes('exec-ttymismatch-create')).body);
		const ours = parts(await replay('exec-ttymismatch-start', { [theirId]: ourId }));
		expect(ours.head).toEqual(theirs.head);
		expect(streams(ours)).toEqual(streams(theirs));
	});
	it('needs a command', () => expectSame('exec-nocmd'));
	it('started without an upgrade answers 200 and the same frames', async () => {
		const theirId = execIdOf(parts(serverBytes('exec-noupgrade-create')).body);
		const ourId = execIdOf(await expectSame('exec-noupgrade-create'));
		const ours = parts(await replay('exec-noupgrade-start', { [theirId]: ourId }));
		expect(ours.head).toEqual(parts(serverBytes('exec-noupgrade-start')).head);
		expect(ours.body).toBe('\x01\0\0\0\0\0\0\x03hi\n'); // the golden's image had no echo
	});
	it('takes a half-closed connection for the end of stdin, and goes on', async () => {
		const theirId = execIdOf(parts(serverBytes('exec-stdin-create')).body);
		const ourId = execIdOf(await expectSame('exec-stdin-create'));
		const blocks = golden('exec-stdin-halfclose');
		const socket = net.connect({ path: engine.path, allowHalfOpen: true });
		const got: Buffer[] = [];
		const ended = new Promise((resolve) => socket.on('end', resolve));
		socket.on('data', (chunk) => got.push(chunk));
		socket.write(blocks[0]!.bytes.toString('latin1').replace(theirId, ourId), 'latin1');
		socket.end(blocks[2]!.bytes);
		await ended;
		const [ours, theirs] = [Buffer.concat(got), serverBytes('exec-stdin-halfclose')].map(parts);
		expect(ours!.head).toEqual(theirs!.head);
		expect(streams(ours!)).toEqual(streams(theirs!));
	});
	it('resizes while it runs, and not after', async () => {
		const theirId = execIdOf(parts(serverBytes('exec-tty-create')).body);
		const ourId = execIdOf(await expectSame('exec-tty-create'));
		const socket = await engine.start(ourId, true);
		await expectSame('exec-tty-resize', { [theirId]: ourId });
		await expectSameInspect('exec-tty-inspect-running', ourId);
		await expectSame('exec-resize-bad', { [theirId]: ourId });
		const ended = new Promise((resolve) => socket.on('end', resolve));
		socket.resume();
		socket.write('exit\n');
		await ended;
		await expectSameInspect('exec-tty-inspect-after', ourId);
		await expectSame('exec-resize-finished', { [theirId]: ourId });
	});
});

describe('the end of a container', () => {
	it('kill, inspect, remove, and remove again', async () => {
		await expectSame('kill');
		const [mine, real] = [await replay('inspect-exited'), serverBytes('inspect-exited')].map(
			(bytes) => JSON.parse(parts(bytes).body) as { State: Record<string, unknown> }
		);
		const times = { StartedAt: '', FinishedAt: '' };
		expect({ ...mine!.State, ...times }).toEqual({ ...real!.State, ...times });
		await expectSame('rm');
		await expectSame('rm-missing');
	});
});
