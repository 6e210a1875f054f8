/** A Docker client of a few lines, for the engine's tests. */
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import type net from 'node:net';
import os from 'node:os';
import { join } from 'node:path';
import { startEngine } from '../../../src/lib/server/engine/engine.ts';
import { defaultLimits } from '../../../src/lib/server/limits.ts';
import { StdcopyDecoder } from '../../../src/lib/wire/docker/stdcopy.ts';
import { quietTrace } from '../../support/quiet-trace.ts';

export interface Reply {
	status: number;
	body: Record<string, unknown>;
	text: string;
}

export interface Ran {
	stdout: string;
	stderr: string;
	output: Buffer;
	code: unknown;
	execId: string;
}

export type TestEngine = Awaited<ReturnType<typeof testEngine>>;

/** An engine on a socket of its own in a new folder. */
export async function testEngine() {
	const dir = mkdtempSync(join(os.tmpdir(), 'execscope-engine-'));
	const path = join(dir, 'd.sock');
	const trace = quietTrace();
	const timers = new Set<{ ms: number; run(): void }>();
	const engine = await startEngine({
		node: 'node-1',
		address: { kind: 'unix', path },
		dir,
		trace,
		limits: defaultLimits,
		clock: {
			now: () => 0,
			after(ms, run) {
				const timer = {
					ms,
					run() {
						timers.delete(timer);
						run();
					}
				};
				timers.add(timer);
				return () => void timers.delete(timer);
			}
		}
	});
	const client = dockerClient(path);
	return {
		...client,
		path,
		dir,
		trace,
		/** What waits for time to pass; time passes only when a test runs one. */
		timers,
		async close() {
			await engine.close();
			rmSync(dir, { recursive: true, force: true });
		}
	};
}

export function dockerClient(path: string) {
	const api = (method: string, url: string, body?: unknown, headers = {}): Promise<Reply> =>
		new Promise((resolve, reject) => {
			const request = http.request(
				{ socketPath: path, method, path: url, agent: false, headers },
				(response) => {
					const chunks: Buffer[] = [];
					response.on('data', (chunk: Buffer) => chunks.push(chunk));
					response.on('end', () => {
						const text = Buffer.concat(chunks).toString();
						resolve({ status: response.statusCode!, text, body: parsed(text) });
					});
				}
			);
			request.on('error', reject);
			request.end(body === undefined ? undefined : JSON.stringify(body));
		});

	const create = async (name: string, body: object): Promise<string> => {
		const made = await api('POST', `/v1.41/containers/create?name=${name}`, body);
		if (made.status !== 201) throw new Error(made.text);
		return String(made.body.Id);
	};
	const run = async (name: string, body: object): Promise<string> => {
		const id = await create(name, body);
		const started = await api('POST', `/v1.41/containers/${id}/start`);
		if (started.status !== 204) throw new Error(started.text);
		return id;
	};
	const createExec = async (container: string, body: object): Promise<string> => {
		const made = await api('POST', `/v1.41/containers/${container}/exec`, body);
		if (made.status !== 201) throw new Error(made.text);
		return String(made.body.Id);
	};
	/** The hijacked connection of an exec, its head taken off. */
	const start = (id: string, tty = false): Promise<net.Socket> =>
		hijack(`/v1.41/exec/${id}/start`, JSON.stringify({ Detach: false, Tty: tty }));
	/** That of a container. */
	const attach = (id: string, query: string): Promise<net.Socket> =>
		hijack(`/v1.41/containers/${id}/attach?${query}`, '');
	const hijack = (target: string, body: string): Promise<net.Socket> =>
		new Promise((resolve, reject) => {
			const headers = { connection: 'Upgrade', upgrade: 'tcp', 'content-length': body.length };
			const request = http.request({
				...{ socketPath: path, method: 'POST', path: target, agent: false, headers }
			});
			request.on('upgrade', (_, socket: net.Socket, head: Buffer) => {
				socket.allowHalfOpen = true;
				if (head.length > 0) socket.unshift(head);
				resolve(socket);
			});
			request.on('response', (response) => reject(new Error(`answered ${response.statusCode}`)));
			request.on('error', reject);
			request.end(body);
		});
	/** Runs to the end: `input` is its whole stdin. */
	const exec = async (
		container: string,
		cmd: string[],
		options: { input?: string | Buffer; body?: object; tty?: boolean } = {}
	): Promise<Ran> => {
		const { input, tty = false } = options;
		const execId = await createExec(container, {
			...{ Cmd: cmd, AttachStdout: true, AttachStderr: true },
			...{ AttachStdin: input !== undefined, Tty: tty, ...options.body }
		});
		const socket = await start(execId, tty);
		const output = allOf(socket);
		socket.end(input ?? '');
		const bytes = await output;
		const split = tty ? { stdout: bytes, stderr: Buffer.alloc(0) } : demultiplexed(bytes);
		const inspected = await api('GET', `/v1.41/exec/${execId}/json`);
		return {
			stdout: split.stdout.toString(),
			stderr: split.stderr.toString(),
			output: split.stdout,
			code: inspected.body.ExitCode,
			execId
		};
	};
	return { api, create, run, createExec, start, attach, exec };
}

function parsed(text: string): Record<string, unknown> {
	try {
		return JSON.parse(text) as Record<string, unknown>;
	} catch {
		return {};
	}
}

export function allOf(socket: net.Socket): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		const chunks: Buffer[] = [];
		socket.on('data', (chunk: Buffer) => chunks.push(chunk));
		socket.on('end', () => resolve(Buffer.concat(chunks)));
		socket.on('error', reject);
	});
}

export function demultiplexed(bytes: Uint8Array) {
	const pieces = new StdcopyDecoder().push(bytes);
	const of = (stream: string) =>
		Buffer.concat(pieces.filter((piece) => piece.stream === stream).map((piece) => piece.data));
	return { stdout: of('stdout'), stderr: of('stderr') };
}

/** Reads a terminal until `pattern` was printed; the text so far. */
export function terminal(socket: net.Socket) {
	let text = '';
	let look = () => {};
	socket.setEncoding('utf8');
	socket.on('data', (chunk: string) => {
		text += chunk;
		look();
	});
	const ended = new Promise<void>((resolve) => socket.on('end', resolve));
	return {
		ended,
		until: (pattern: RegExp) =>
			new Promise<string>((resolve, reject) => {
				look = () => {
					if (!pattern.test(text)) return;
					const seen = text;
					text = '';
					look = () => {};
					resolve(seen);
				};
				void ended.then(() =>
					reject(new Error(`ended before ${pattern}: ${JSON.stringify(text)}`))
				);
				look();
			})
	};
}
