import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { init } from '../../src/hooks.server.ts';
import type { Guard } from '../../src/lib/server/guard.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { serveLive, type LiveDoor } from './live-door.ts';
import { livePage, type LivePage } from './page-client.ts';

/** A shell that waits for its page, whose connection broke, and whoever else would like to have it. */
const of = (page: LivePage, type: string) => page.told.filter((told) => told.type === type);
const told = (page: LivePage, type: string) =>
	vi.waitFor(() => expect(of(page, type)).toHaveLength(1), 10_000);
const size = { cols: 80, rows: 24 };

/** Begins a shell and breaks the connection of its page; returns the run. */
async function lostShell(page: LivePage, session: string): Promise<string> {
	page.send({ type: 'run', session, line: 'kubectl exec -it nginx -- cat', ...size });
	await told(page, 'started');
	page.close();
	await page.closed;
	return String(of(page, 'started')[0]!['run']);
}

/** Tries to get a session, and to use and end it all the same; resolves when all of that has been taken. */
async function grab(page: LivePage, session: string): Promise<void> {
	await told(page, 'welcome');
	page.send({ type: 'resume', session, cols: 11, rows: 11 });
	page.send({ type: 'input', session, d: 'from elsewhere\r' });
	page.send({ type: 'resize', session, cols: 12, rows: 12 });
	page.send({ type: 'stop', session });
	await page.taken();
}

/** Its own page is back: the shell is as it was, and nobody has touched it. */
async function expectUntouched(page: LivePage, session: string): Promise<void> {
	await told(page, 'welcome');
	page.send({ type: 'resume', session, ...size });
	await told(page, 'resumed');
	expect(of(page, 'resumed')[0]).toEqual({
		...{ type: 'resumed', session, said: '', taken: 0 },
		run: expect.any(String) as string
	});
	page.send({ type: 'input', session, d: 'from here\r' });
	page.send({ type: 'input', session, d: '\u0004' });
	await told(page, 'ended');
	expect(of(page, 'ended')[0]).toMatchObject({ code: 0 });
}

describe('a shell whose page lost its connection', () => {
	let lab: Lab;
	let door: LiveDoor;
	beforeAll(async () => {
		lab = await startLab();
		door = await serveLive(lab.cluster);
	});
	afterAll(async () => {
		await door.close();
		await lab.close();
	});

	it('is had by no other browser, by no lesser role, and by no guess', async () => {
		const session = randomUUID();
		const run = await lostShell(await door.open('driver', 'a browser'), session);
		const other = await door.open('driver', 'another browser');
		await grab(other, session);
		expect(of(other, 'gone')).toHaveLength(1);
		const follower = await door.open('follower', 'a browser');
		await grab(follower, session);
		expect(follower.told.map(({ type }) => type)).toEqual(['welcome']);
		const guesses = [randomUUID(), session.toUpperCase(), session.slice(0, -1), '*', '', run];
		for (const guess of guesses) {
			const guessing = await door.open('driver', 'a browser');
			await grab(guessing, guess);
			expect(of(guessing, 'gone'), guess).toHaveLength(1);
		}
		await expectUntouched(await door.open('driver', 'a browser'), session);
		const lines = JSON.stringify(await lab.recording(run));
		expect(lines).toContain('from here');
		expect(lines).not.toContain('from elsewhere');
		expect(lines).not.toContain('"size":[11,11]');
	});
});

describe('two browsers that are signed in to the real server', () => {
	const shared = globalThis as Record<symbol, unknown>;
	const home = mkdtempSync('/tmp/sessions-');
	let server: http.Server;
	let port: number;
	const bridge = () =>
		shared[Symbol.for('execscope')] as {
			guard: Guard;
			upgrade(...args: unknown[]): boolean;
			close(): Promise<void>;
		};

	beforeAll(async () => {
		server = http.createServer();
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		port = (server.address() as AddressInfo).port;
		shared[Symbol.for('execscope.options')] = {
			...{ version: 'test', port, home, era: '1.15-redirect', apiserverPort: 0 }
		};
		await init();
		server.on('upgrade', (...args) => bridge().upgrade(...args));
	});
	afterAll(async () => {
		await bridge().close();
		server.close();
		rmSync(home, { recursive: true, force: true });
	});

	/** What a browser sends that has spent a link of its own. */
	function browser() {
		const { guard } = bridge();
		const signed = guard.signIn(guard.link().split('#t=')[1]);
		if (!('cookie' in signed)) throw new Error(signed.message);
		const authority = `127.0.0.1:${port}`;
		return {
			...{ host: authority, origin: `http://${authority}` },
			cookie: `theme=dark; ${guard.cookieName}=${signed.cookie}`
		};
	}

	async function open(headers: ReturnType<typeof browser>): Promise<LivePage> {
		const made = bridge().guard.ticket({ ...headers, 'x-execscope': '1' });
		if (!('ticket' in made)) throw new Error(made.message);
		const socket = new WebSocket(`ws://127.0.0.1:${port}/live`, ['execscope', made.ticket], {
			headers
		});
		const page = livePage(socket);
		await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
		return page;
	}

	it("do not get each other's shells, even by their ids", async () => {
		const [own, foreign] = [browser(), browser()];
		const session = randomUUID();
		await lostShell(await open(own), session);
		const stranger = await open(foreign);
		await grab(stranger, session);
		expect(of(stranger, 'gone')).toHaveLength(1);
		await expectUntouched(await open(own), session);
	});
});
