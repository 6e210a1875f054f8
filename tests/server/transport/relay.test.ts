import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Address } from '../../../src/lib/server/transport/address.ts';
import { startRelay } from '../../../src/lib/server/transport/relay.ts';

let folder: string;
let published: Address;
let target: Address;
const ends: (() => unknown)[] = [];

beforeEach(() => {
	folder = mkdtempSync(path.join(os.tmpdir(), 'relay-'));
	published = { kind: 'unix', path: path.join(folder, 'published.sock') };
	target = { kind: 'unix', path: path.join(folder, 'target.sock') };
});
afterEach(async () => {
	for (const end of ends.splice(0).reverse()) await end();
	rmSync(folder, { recursive: true, force: true });
});

function serve(listener: (socket: net.Socket) => void): Promise<void> {
	const server = net.createServer({ allowHalfOpen: true }, (socket) => {
		socket.on('error', () => {});
		listener(socket);
	});
	ends.push(() => new Promise((resolve) => server.close(resolve)));
	return new Promise((resolve) => server.listen((target as { path: string }).path, resolve));
}

async function relay(bytes: (dir: '>' | '<', chunk: Uint8Array) => void | Promise<void>) {
	let closed: (by: string) => void = () => {};
	const gone = new Promise<string>((resolve) => (closed = resolve));
	const running = await startRelay({
		published,
		target,
		open: () => ({ bytes, closed: (by) => closed(by) })
	});
	ends.push(() => running.close());
	return { gone };
}

function dial(): net.Socket {
	const socket = net.connect({ path: (published as { path: string }).path, allowHalfOpen: true });
	ends.push(() => socket.destroy());
	return socket;
}

async function readAll(socket: net.Socket): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of socket) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}

describe('a relay', () => {
	it('passes both directions on, byte for byte, and shows them', async () => {
		const seen = { '>': '', '<': '' };
		await serve((socket) => void socket.pipe(socket));
		const { gone } = await relay((dir, chunk) => {
			seen[dir] += Buffer.from(chunk).toString();
		});
		const socket = dial();
		socket.end('hello');
		expect((await readAll(socket)).toString()).toBe('hello');
		expect(seen).toEqual({ '>': 'hello', '<': 'hello' });
		await gone;
	});

	it('keeps the answering half open when the asking half has ended', async () => {
		await serve((socket) => {
			socket.resume();
			socket.on('end', () => socket.end('late'));
		});
		await relay(() => {});
		const socket = dial();
		socket.end('x');
		expect((await readAll(socket)).toString()).toBe('late');
	});

	it('carries 10 MB through a slow reader without losing a byte', async () => {
		const sent = Buffer.alloc(10 * 1024 * 1024, 'abcdefg');
		await serve((socket) => {
			socket.resume();
			socket.end(sent);
		});
		await relay(() => {});
		const socket = dial();
		socket.end();
		const chunks: Buffer[] = [];
		for await (const chunk of socket) {
			chunks.push(chunk as Buffer);
			if (chunks.length % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
		}
		expect(Buffer.concat(chunks).equals(sent)).toBe(true);
	});

	it('holds a direction back until the promise of its sink is settled, in order', async () => {
		let release: () => void = () => {};
		const held = new Promise<void>((resolve) => (release = resolve));
		let arrived = '';
		let told: () => void = () => {};
		const all = new Promise<void>((resolve) => (told = resolve));
		await serve((socket) => {
			socket.on('end', () => socket.end());
			socket.on('data', (chunk) => {
				arrived += String(chunk);
				if (arrived === 'onetwo') told();
			});
		});
		let first = true;
		let shown: () => void = () => {};
		const wasShown = new Promise<void>((resolve) => (shown = resolve));
		await relay((dir) => {
			if (dir !== '>' || !first) return undefined;
			first = false;
			shown();
			return held;
		});
		const socket = dial();
		socket.write('one');
		await wasShown;
		socket.write('two');
		expect(arrived).toBe('');
		release();
		await all;
		expect(arrived).toBe('onetwo');
	});

	it('ends both sides when the target is not there', async () => {
		const { gone } = await relay(() => {});
		const socket = dial();
		socket.on('error', () => {});
		expect(await readAll(socket).catch(() => Buffer.alloc(0))).toHaveLength(0);
		await gone;
	});
});
