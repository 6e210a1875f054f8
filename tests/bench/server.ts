import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { FromPage, FromServer } from '../../src/lib/recording/live-protocol.ts';
import { startExecscope } from '../support/execscope-process.ts';
import { WebSocketServer, type WebSocket } from '../support/web-sockets.ts';
import { peerNames, type PeerName } from './bundle.ts';

const types: Record<string, string> = {
	'.html': 'text/html; charset=utf-8',
	'.js': 'text/javascript',
	'.css': 'text/css',
	'.svg': 'image/svg+xml',
	'.execscope': 'application/x-ndjson',
	'.woff2': 'font/woff2'
};

/** The built page and the bundled peers from one loopback port, and a live feed that says what the bench gives it. */
export interface BenchServer {
	/** Our page, or a peer's. `blank` is an empty page of the same origin. */
	url(of: 'page' | 'blank' | PeerName): string;
	/** Answers for a path instead of the file that is there. */
	readonly instead: Map<string, string>;
	/** Undefined: the page is a stranger here, as on a static host. */
	live: Feed | undefined;
	close(): Promise<void>;
}

/** One open run, whose lines go to the page in the batches in which the real feed sends them. */
export class Feed {
	static readonly run = 'bench-live';
	readonly #lines: string[];
	#socket: WebSocket | undefined;
	#asked: () => void = () => {};
	/** The page has asked for the run. */
	readonly followed = new Promise<void>((resolve) => (this.#asked = resolve));

	constructor(lines: readonly string[]) {
		this.#lines = [...lines];
	}

	greet(socket: WebSocket): void {
		this.#socket = socket;
		socket.on('message', (data: Buffer) => {
			const message = JSON.parse(data.toString('utf8')) as FromPage;
			if (message.type !== 'follow' || message.run !== Feed.run) return;
			this.#send(this.#lines.slice(message.from));
			this.#asked();
		});
		this.#say({
			type: 'welcome',
			role: 'driver',
			engine: { name: 'embedded', ok: true },
			kubeconfig: '',
			era: '1.15-redirect',
			runs: [{ id: Feed.run, cmd: 'kubectl get pods', client: 'kubectl', open: true }],
			held: []
		});
	}

	push(lines: readonly string[]): void {
		this.#lines.push(...lines);
		this.#send(lines);
	}

	/** Another run has begun, which the page offers to watch. */
	another(): void {
		const run = { id: 'bench-other', cmd: 'kubectl get nodes', client: 'kubectl', open: true };
		this.#say({ type: 'run', run });
	}

	#send(lines: readonly string[]): void {
		for (let at = 0; at < lines.length;) {
			const batch: string[] = [];
			for (let size = 0; at < lines.length && size < batchChars; at++) {
				const line = lines[at]!;
				batch.push(line.endsWith('\n') ? line.slice(0, -1) : line);
				size += line.length;
			}
			this.#say({ type: 'lines', run: Feed.run, lines: batch });
		}
	}

	#say(message: FromServer): void {
		this.#socket?.send(JSON.stringify(message));
	}
}

/** As in the feed of the product. */
const batchChars = 256 * 1024;

export async function startServer(root: string, peers: string): Promise<BenchServer> {
	const shell = await shellOf();
	const client = path.join(root, 'build/client');
	const instead = new Map<string, string>();
	const bench: BenchServer = {
		url: (of) => `${origin}${of === 'page' ? '/' : of === 'blank' ? '/blank' : `/peer/${of}/`}`,
		instead,
		live: undefined,
		async close() {
			sockets.close();
			for (const socket of sockets.clients) socket.terminate();
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		}
	};

	async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { pathname } = new URL(request.url ?? '/', origin);
		const send = (body: string | Buffer, type: string) => {
			response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' });
			response.end(body);
		};
		const html = types['.html']!;
		if (pathname === '/') return send(shell, html);
		if (pathname === '/blank') return send('<!doctype html><title>blank</title>', html);
		if (pathname === '/api/session')
			return send(JSON.stringify({ role: bench.live ? 'driver' : 'none' }), 'application/json');
		if (pathname === '/api/ticket' && bench.live)
			return send(JSON.stringify({ ticket: 'bench' }), 'application/json');
		const changed = instead.get(pathname);
		if (changed !== undefined) return send(changed, types['.execscope']!);
		const peer = peerNames.find((name) => pathname === `/peer/${name}/`);
		if (peer) return send(peerPage, html);
		const file = pathname.startsWith('/peer/')
			? path.join(peers, pathname.slice('/peer/'.length))
			: path.join(client, pathname);
		const type = types[path.extname(file)] ?? 'application/octet-stream';
		await readFile(file).then(
			(body) => send(body, type),
			() => response.writeHead(404).end()
		);
	}

	const server = createServer((request, response) => void answer(request, response));
	const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'execscope' });
	server.on('upgrade', (request, socket, head) =>
		sockets.handleUpgrade(request, socket, head, (one) => bench.live?.greet(one))
	);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return bench;
}

const peerPage =
	'<!doctype html><meta charset="utf-8"><title>peer</title><body><script type="module" src="entry.js"></script>';

/** The document of our page as the product serves it; asked once, so that no cluster runs while something is timed. */
async function shellOf(): Promise<string> {
	const product = await startExecscope();
	try {
		return await (await fetch(`${product.url}/`)).text();
	} finally {
		await product.close();
	}
}
