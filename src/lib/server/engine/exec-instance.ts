/** One exec of the Docker API: created, started once, then only there to be inspected (moby daemon/exec.go). */
import { type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { execCommand } from './command-lines.ts';
import type { Container } from './container.ts';
import { exitCodeOf } from './monitor.ts';
import type { PipePool } from './pipe-pool.ts';
import { whyNotStart } from './find-command.ts';
import { spawnSealed } from '../transport/spawn-sealed.ts';
import { openStdio, type Stdio } from './stdio.ts';

interface ExecConfig {
	argv: string[];
	env: string[];
	cwd: string;
	user: string;
	tty: boolean;
	stdin: boolean;
	stdout: boolean;
	stderr: boolean;
	detachKeys: string;
}

/** The running end of an exec: what it reads (undefined: nothing of ours) and what it prints. */
export type Streams = Pick<Stdio, 'stdin' | 'outputs'>;

/** The runtime would not start it; `message` is the sentence that clients see. */
export class StartFailure extends Error {
	override name = 'StartFailure';
}

export class ExecInstance {
	readonly id = randomBytes(32).toString('hex');
	readonly container: Container;
	readonly config: ExecConfig;
	state: 'created' | 'running' | 'finished' = 'created';
	exitCode: number | null = null;
	/** Host pid of its process. */
	pid = 0;
	/** Told of its start and its end. */
	happened: (what: 'start' | 'die') => void = () => {};
	#stdio: Stdio | undefined;
	#child: ChildProcess | undefined;
	#gate: Duplex | undefined;
	#waiting: (() => void)[] = [];
	#exited: Promise<number> | undefined;

	constructor(container: Container, config: ExecConfig) {
		this.container = container;
		this.config = config;
	}

	/**
	 * Brings its process to the threshold: inside all namespaces, with its streams, waiting for `go`.
	 * Throws StartFailure in the runtime's words.
	 */
	async prepare(pipes: PipePool, detached: boolean): Promise<Streams> {
		this.state = 'running';
		try {
			return await this.#prepare(pipes, detached);
		} catch (error) {
			this.finish(126);
			throw error;
		}
	}

	async #prepare(pipes: PipePool, detached: boolean): Promise<Streams> {
		const { container, config } = this;
		if (config.user && !/^(0|root)?(:(0|root)?)?$/.test(config.user))
			throw new StartFailure(
				`unable to find user ${config.user}: no matching entries in passwd file`
			);
		const env = container.env(config.env, config.tty);
		const path = env.find((entry) => entry.startsWith('PATH='))?.slice('PATH='.length) ?? '';
		const cwd = config.cwd || container.config.WorkingDir || '/';
		const problem = await whyNotStart(container.state.pid, { argv: config.argv, cwd, path });
		if (problem) throw new StartFailure(problem);
		const streams = await this.#spawn(pipes, detached, { env, cwd });
		await this.#threshold();
		this.#waiting.splice(0).forEach((resolve) => resolve());
		return streams;
	}

	async #spawn(
		pipes: PipePool,
		detached: boolean,
		{ env, cwd }: { env: string[]; cwd: string }
	): Promise<Streams> {
		const { container, config } = this;
		const argv = execCommand({
			...{ pid: container.state.pid, cwd, env },
			...{ argv: config.argv, tty: config.tty, uid: container.uid }
		});
		const { tty } = config;
		const wanted = (stream: 'stdin' | 'stdout' | 'stderr') => config[stream] && !detached;
		const stdio = await openStdio(pipes, {
			...{ uid: container.uid, tty },
			...{ stdin: wanted('stdin'), stdout: wanted('stdout'), stderr: wanted('stderr') }
		});
		this.#stdio = stdio;
		const [stdin, ...outputs] = stdio.child;
		this.#start(argv, [tty ? 'ignore' : stdin, ...outputs]); // the terminal: see command-lines.ts
		stdio.give(this.#child!);
		return stdio;
	}

	#start(argv: string[], stdio: (number | 'ignore')[]): void {
		const child = spawnSealed(argv, { uid: this.container.uid, stdio: [...stdio, 'pipe'] });
		this.#child = child;
		this.#gate = child.stdio[3] as Duplex; // 'pipe' above makes it one
		this.#exited = new Promise((resolve) => {
			child.once('exit', (code, signal) => {
				this.#gate!.destroy();
				resolve(exitCodeOf(code, signal));
			});
			child.once('error', () => {
				if (child.pid !== undefined) return;
				this.#stdio?.close();
				resolve(126);
			});
		});
	}

	/** Waits until the process says that it is inside, and notes its pid as the host sees it. */
	async #threshold(): Promise<void> {
		const gate = this.#gate!;
		const arrived = await new Promise<boolean>((resolve) => {
			gate.once('data', () => resolve(true));
			gate.on('error', () => {}); // the exit tells
			void this.#exited!.then(() => resolve(false));
		});
		if (!arrived) throw new StartFailure(await this.#whyNotInside());
		this.pid = onlyChildOf(this.#child!.pid!);
	}

	async #whyNotInside(): Promise<string> {
		const code = await this.exited();
		const why = this.container.running
			? `the container's namespaces could not be entered (${code})`
			: 'cannot exec in a stopped container';
		return `OCI runtime exec failed: exec failed: ${why}: unknown`;
	}

	/** Lets the process run its command. */
	go(): void {
		this.#gate?.end('\n');
		this.happened('start');
	}

	/** Ends a process that waits at the threshold, or runs. */
	abandon(): void {
		this.#child?.kill('SIGKILL'); // what it started inside has its own pdeathsig
	}

	/** Exit code of the process (126: it never was); what it wrote may still be on its way. */
	exited(): Promise<number> {
		return this.#exited ?? Promise.resolve(126);
	}

	finish(exitCode: number): void {
		this.state = 'finished';
		this.exitCode = exitCode;
		if (this.pid) this.happened('die');
		this.#waiting.splice(0).forEach((resolve) => resolve());
	}

	/** Resolves when its process is there to be resized (or has ended). */
	started(): Promise<void> {
		if (this.#child && this.pid) return Promise.resolve();
		return new Promise((resolve) => this.#waiting.push(resolve));
	}

	/** False when there is nothing left to resize. */
	resize(cols: number, rows: number): boolean {
		if (this.state !== 'running') return false;
		this.#stdio?.resize(cols, rows);
		return true;
	}
}

/** nsenter forks once to enter the pid namespace, and waits for that child. */
function onlyChildOf(pid: number): number {
	try {
		return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()) || pid;
	} catch {
		return pid; // a kernel without this list: the pid of nsenter is the nearest there is
	}
}
