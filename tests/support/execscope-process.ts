import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const startMs = 60_000;

/** The product as a user runs it: the built server file in a process of its own, on ports of its own. */
export interface ExecscopeProcess {
	/** `http://127.0.0.1:PORT`, without a slash at the end. */
	url: string;
	port: number;
	/** The one-time token of the ready line. */
	token: string;
	home: string;
	/** Everything that it has printed. */
	output(): string;
	child: ChildProcess;
	close(): Promise<void>;
}

/** Starts the server file with these flags and waits for its ready line; throws what it printed when it ends before. */
export async function startExecscope(flags: readonly string[] = []): Promise<ExecscopeProcess> {
	if (!existsSync(path.join(root, 'build/handler.js')))
		throw new Error('Nothing is built yet: run npm test, or npm run build first.');
	const home = await mkdtemp(path.join(tmpdir(), 'execscope-home-'));
	const server = path.join(root, 'src/bin/server.js');
	const ports = ['--port', '0', '--apiserver-port', '0', '--home', home];
	const child = spawn(process.execPath, [server, ...ports, ...flags], {
		stdio: ['ignore', 'pipe', 'pipe'],
		// The server file ends with its parent only under npm: a killed test run leaves nothing behind either.
		env: { ...process.env, npm_lifecycle_event: 'start' }
	});
	let output = '';
	for (const stream of [child.stdout, child.stderr])
		stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
	const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
	const close = async () => {
		child.kill('SIGTERM');
		await ended;
		await rm(home, { recursive: true, force: true });
	};
	try {
		const [, url = '', port = '', token = ''] = await readyLine(child, () => output);
		return { url, port: Number(port), token, home, output: () => output, child, close };
	} catch (error) {
		await close();
		throw error;
	}
}

function readyLine(child: ChildProcess, output: () => string): Promise<RegExpExecArray> {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => reject(new Error(`No ready line:\n${output()}`)), startMs);
		const look = () => {
			const line = /^Execscope is ready at (http:\/\/127\.0\.0\.1:(\d+))\/#t=(\S+)\n/m.exec(
				output()
			);
			if (!line) return;
			clearTimeout(timer);
			resolve(line);
		};
		child.stdout?.on('data', look);
		child.once('close', (code) => {
			clearTimeout(timer);
			reject(new Error(`Ended with exit code ${code}:\n${output()}`));
		});
	});
}
