import { building } from '$app/environment';
import { startCluster, type Cluster } from '$lib/server/cluster';
import {
	createGuard,
	isRefusal,
	liveProtocol,
	securityHeaders,
	type Guard,
	type Refusal
} from '$lib/server/guard';
import type { EraId } from '$lib/trace/eras';
import type { Handle, ServerInit } from '@sveltejs/kit';
import { createHash } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';

/**
 * Where the page's server and the cluster meet. `init` starts the cluster; the server file (src/bin/server.js), which
 * owns the sockets of the page's port, finds what it needs at `globalThis[Symbol.for('execscope')]`.
 */

/** What the command line asked for; the server file leaves it at `Symbol.for('execscope.options')`. */
interface StartOptions {
	version: string;
	port: number;
	home: string;
	era: EraId;
	/** Undefined: 6443, or the next free one. */
	apiserverPort?: number;
	hold?: string;
}

interface Bridge {
	guard: Guard;
	headers: Readonly<Record<string, string>>;
	cluster: Cluster;
	/** What is printed once everything is up, in order. */
	lines: string[];
	/** False: the socket is not ours. */
	upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
	/** Called once the lines are printed. */
	announced(): Promise<void>;
	close(): Promise<void>;
}

/** Larger than any command of the page; what a shell is fed is split by the page. */
const largestFrameBytes = 1024 * 1024;

const preferredApiserverPort = 6443;

const bridgeKey = Symbol.for('execscope');
const optionsKey = Symbol.for('execscope.options');
const chainKey = Symbol.for('execscope.chain');
const shared = globalThis as unknown as {
	[bridgeKey]?: Bridge;
	[optionsKey]?: StartOptions;
	[chainKey]?: Promise<void>;
};

export const init: ServerInit = async () => {
	if (building) return;
	// In dev this file runs again after an edit: the old cluster is closed first, so that there is always one.
	shared[chainKey] = (shared[chainKey] ?? Promise.resolve())
		.catch(() => {})
		.then(async () => {
			const old = shared[bridgeKey];
			await old?.close();
			shared[bridgeKey] = await start(old?.guard);
		});
	await shared[chainKey];
};

async function start(kept: Guard | undefined): Promise<Bridge> {
	const options = shared[optionsKey];
	if (!options) throw new Error('Start the server with npm start or npm run dev.');
	const { port, home, era, hold, version, apiserverPort } = options;
	const guard = kept ?? createGuard({ port });
	const cluster = await startCluster({
		home,
		era,
		hold,
		by: `Execscope ${version}`,
		apiserverPort: apiserverPort ?? preferredApiserverPort,
		apiserverPortExplicit: apiserverPort !== undefined,
		audit: (line) => process.stderr.write(`${line}\n`)
	});
	const sockets = new WebSocketServer({
		noServer: true,
		maxPayload: largestFrameBytes,
		handleProtocols: () => liveProtocol
	});
	return {
		guard,
		headers: securityHeaders,
		cluster,
		lines: readyLines(guard, cluster),
		upgrade(request, socket, head) {
			if (request.url?.split('?', 1)[0] !== '/live') return false;
			socket.on('error', () => socket.destroy());
			const answer = guard.upgrade(request.url, request.headers);
			if (isRefusal(answer)) refuseUpgrade(socket, answer);
			else
				sockets.handleUpgrade(request, socket, head, (ws) => {
					ws.on('error', () => ws.terminate());
					void cluster.live(ws, answer.role, browserOf(request, guard));
				});
			return true;
		},
		announced: () => cluster.ready(`http://127.0.0.1:${port}`),
		async close() {
			for (const ws of sockets.clients) ws.terminate();
			await cluster.close();
		}
	};
}

function readyLines(guard: Guard, cluster: Cluster): string[] {
	const ready = `Execscope is ready at ${guard.link()}`;
	const lines = [ready, `export KUBECONFIG=${shellWord(cluster.kubeconfigPath)}`];
	if (cluster.engine.ok) return lines;
	return [
		`No containers on this machine: ${cluster.engine.reason ?? 'reason unknown'}`,
		'The page plays its recordings; a kubectl finds no API server.',
		...lines
	];
}

function shellWord(text: string): string {
	return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Names the signed-in browser that a request comes from, whose cookie the guard has just found good. */
function browserOf({ headers }: IncomingMessage, { cookieName }: Guard): string {
	const cookies = (headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
	// The first of that name, as the guard reads it; a digest, so that no secret lies about.
	const shown = cookies.find((cookie) => cookie.startsWith(`${cookieName}=`)) ?? '';
	return createHash('sha256').update(shown).digest('hex');
}

function refuseUpgrade(socket: Duplex, { status, message }: Refusal): void {
	const body = `${message}\n`;
	socket.end(
		[
			`HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
			'Connection: close',
			'Content-Type: text/plain; charset=utf-8',
			`Content-Length: ${Buffer.byteLength(body)}`,
			'',
			body
		].join('\r\n')
	);
}

export const handle: Handle = async ({ event, resolve }) => {
	if (building) return resolve(event);
	const bridge = shared[bridgeKey];
	if (!bridge) return new Response('Execscope is starting.\n', { status: 503 });
	const headers = Object.fromEntries(event.request.headers);
	const refusal = bridge.guard.request(event.request.method, event.route.id, headers);
	event.locals.guard = bridge.guard;
	event.locals.role = bridge.guard.role(headers);
	event.locals.recordings = bridge.cluster.recordings;
	const response = refusal ? refusalResponse(refusal) : await resolve(event);
	for (const [name, value] of Object.entries(securityHeaders))
		if (!response.headers.has(name)) response.headers.set(name, value);
	return response;
};

function refusalResponse({ status, reason, message }: Refusal): Response {
	return Response.json({ reason, message }, { status, headers: { 'Cache-Control': 'no-store' } });
}
