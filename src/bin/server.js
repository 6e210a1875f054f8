import { existsSync } from 'node:fs';
import { access, constants, mkdir, readFile } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readOptions } from './flags.js';
import { Problem, report } from './problem.js';

/**
 * The server file: owns the sockets of the page's port. Requests go to SvelteKit's handler, upgrades to the function
 * that src/hooks.server.ts leaves on globalThis. Host is judged here too, because the handler serves static files
 * before the hooks see a request.
 */

/**
 * What the hooks leave at `Symbol.for('execscope')`; the whole type is in src/hooks.server.ts.
 * @typedef {object} Bridge
 * @property {{ link(): string, host(headers: http.IncomingHttpHeaders): { status: number, message: string } | undefined }} guard
 * @property {Record<string, string>} headers
 * @property {string[]} lines
 * @property {(request: http.IncomingMessage, socket: import('node:stream').Duplex, head: Buffer) => boolean} upgrade
 * @property {() => Promise<void>} announced
 * @property {() => Promise<void>} close
 */

const bridgeKey = Symbol.for('execscope');
const optionsKey = Symbol.for('execscope.options');
const shared = /** @type {Record<symbol, unknown>} */ (/** @type {unknown} */ (globalThis));
const bridge = () => /** @type {Bridge | undefined} */ (shared[bridgeKey]);

const preferredPort = 8080;
/** How long the cluster may take to close before the process ends all the same. */
const closingMs = 5000;

/**
 * Starts everything and returns when the ready lines are printed; signals end the process.
 * @param {import('./flags.js').Options} options
 */
export async function serve(options) {
	await prepareHome(options.home);
	await refuseTaken('--apiserver-port', options.apiserverPort);
	const { servers, port } = await claimPort(options.port);
	endOnSignals(servers);
	const { version } = JSON.parse(
		await readFile(new URL('../../package.json', import.meta.url), 'utf8')
	);
	shared[optionsKey] = { ...options, port, version };
	// adapter-node guesses https and would refuse form posts over plain http as cross-site.
	process.env.EXECSCOPE_ADAPTER_PROTOCOL_HEADER = 'x-forwarded-proto';
	const built = new URL('../../build/handler.js', import.meta.url);
	const { handler } = await import(built.href);
	for (const server of servers) open(server, handler);
	print(bridge()?.lines ?? []);
	await bridge()?.announced();
	printLinkOnEnter();
}

/** @param {string} home */
async function prepareHome(home) {
	try {
		await makeFolder(home);
		await access(home, constants.W_OK | constants.X_OK);
	} catch (error) {
		const { code } = /** @type {NodeJS.ErrnoException} */ (error);
		throw new Problem(
			`The folder ${home} cannot be written (${code}). Choose another with --home DIR or EXECSCOPE_HOME.`
		);
	}
}

/**
 * Makes a folder and what is missing above it. Node's own `recursive` never ends where the system says ENOENT for a
 * folder whose parent exists, as /proc does.
 * @param {string} folder
 */
async function makeFolder(folder) {
	const once = () => mkdir(folder, { mode: 0o700 });
	try {
		await once();
	} catch (error) {
		const { code } = /** @type {NodeJS.ErrnoException} */ (error);
		if (code === 'EEXIST') return;
		if (code !== 'ENOENT' || existsSync(path.dirname(folder))) throw error;
		await makeFolder(path.dirname(folder));
		await once();
	}
}

/**
 * @param {string} flag
 * @param {number | undefined} port
 */
async function refuseTaken(flag, port) {
	if (!port) return;
	const probe = net.createServer();
	await listen(probe, port, '127.0.0.1').catch((error) => {
		throw taken(flag, port, error);
	});
	await new Promise((resolve) => probe.close(resolve));
}

/**
 * Binds both loopback addresses to one port: the asked one, or 8080 and the ones after it.
 * @param {number | undefined} asked
 */
async function claimPort(asked) {
	if (asked !== undefined) {
		// Port 0 asks the system, which may pick one that is taken on the other address: then it is asked again.
		for (let tries = asked === 0 ? 20 : 1; ; tries--) {
			try {
				return await bind(asked);
			} catch (error) {
				if (tries === 1) throw taken('--port', asked, error);
			}
		}
	}
	for (let port = preferredPort; port < preferredPort + 100; port++) {
		try {
			return await bind(port);
		} catch (error) {
			if (!isTaken(error)) throw error;
		}
	}
	return await bind(0);
}

/** @param {number} asked */
async function bind(asked) {
	const four = pageServer();
	await listen(four, asked, '127.0.0.1');
	const { port } = /** @type {net.AddressInfo} */ (four.address());
	const six = pageServer();
	try {
		await listen(six, port, '::1');
		return { servers: [four, six], port };
	} catch (error) {
		if (!isTaken(error)) return { servers: [four], port }; // a machine without IPv6
		four.close();
		throw error;
	}
}

/** A server that holds its port but answers nothing yet. */
function pageServer() {
	const server = http.createServer({ maxHeaderSize: 32 * 1024 });
	server.on('request', starting);
	return server;
}

/** @type {http.RequestListener} */
function starting(_request, response) {
	response.writeHead(503, { 'Content-Type': 'text/plain', 'Retry-After': '1' });
	response.end('Execscope is starting.\n');
}

/**
 * From here on the page is served.
 * @param {http.Server} server
 * @param {http.RequestListener} handler
 */
function open(server, handler) {
	server.off('request', starting);
	server.on('request', (request, response) => {
		const gate = bridge();
		if (!gate) return starting(request, response);
		const refusal = gate.guard.host(request.headers);
		for (const [name, value] of Object.entries(gate.headers)) response.setHeader(name, value);
		request.headers['x-forwarded-proto'] = 'http';
		if (!refusal) return handler(request, response);
		response.writeHead(refusal.status, { 'Content-Type': 'text/plain; charset=utf-8' });
		response.end(`${refusal.message}\n`);
	});
	server.on('upgrade', (request, socket, head) => {
		socket.on('error', () => socket.destroy());
		if (bridge()?.upgrade(request, socket, head)) return;
		socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
	});
}

/**
 * @param {net.Server} server
 * @param {number} port
 * @param {string} host
 * @returns {Promise<void>}
 */
function listen(server, port, host) {
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, host, () => {
			server.off('error', reject);
			resolve();
		});
	});
}

/** @param {unknown} error */
function isTaken(error) {
	return /** @type {NodeJS.ErrnoException} */ (error).code === 'EADDRINUSE';
}

/**
 * @param {string} flag
 * @param {number} port
 * @param {unknown} error
 */
function taken(flag, port, error) {
	if (isTaken(error))
		return new Problem(
			`Port ${port} is taken by another program. Choose another one, or leave out ${flag}.`
		);
	const { code } = /** @type {NodeJS.ErrnoException} */ (error);
	return new Problem(
		`Port ${port} cannot be used (${code}). Choose another one, or leave out ${flag}.`
	);
}

/**
 * Ctrl-C, SIGTERM, a closed terminal, or the end of npm: closes everything, then ends. A second one ends at once.
 * @param {http.Server[]} servers
 */
function endOnSignals(servers) {
	let ending = false;
	const end = async (/** @type {number} */ exitCode) => {
		if (ending) process.exit(1);
		ending = true;
		setTimeout(() => process.exit(1), closingMs).unref();
		for (const server of servers) {
			server.close();
			server.closeAllConnections();
		}
		await bridge()?.close();
		process.exit(exitCode);
	};
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(0));
	process.on('uncaughtException', (error) => {
		process.stderr.write(`${error.stack}\n`);
		void end(1);
	});
	watchParent(() => void end(0));
}

/**
 * npm runs us through a shell, which may keep a SIGTERM for itself: when our parent is gone, so are we. Who starts
 * us without npm may well leave us alone on purpose. Returns what ends the watch.
 * @param {() => void} end
 */
export function watchParent(end) {
	const parent = process.ppid;
	const timer = setInterval(() => {
		if (process.ppid === parent) return;
		clearInterval(timer);
		end();
	}, 250);
	timer.unref();
	if (!process.env.npm_lifecycle_event) clearInterval(timer);
	return () => clearInterval(timer);
}

/** @param {string[]} lines */
function print(lines) {
	process.stdout.on('error', () => {}); // whoever read our lines has gone: that is no reason to end
	for (const line of lines) process.stdout.write(`${line}\n`);
}

function printLinkOnEnter() {
	if (!process.stdin.isTTY) return;
	process.stdin.setEncoding('utf8').on('data', () => {
		const link = bridge()?.guard.link();
		if (link) process.stdout.write(`${link}\n`);
	});
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	try {
		await serve(readOptions(process.argv.slice(2), process.env));
	} catch (error) {
		process.exit(report(error));
	}
}
