/** One container: its configuration, and the life of its PID 1 (moby daemon/start.go, kill.go, monitor.go). */
import { type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import os from 'node:os';
import type { Duplex, Readable } from 'node:stream';
import { bootCommand } from './command-lines.ts';
import { DockerError } from './docker-error.ts';
import type { PipePool } from './pipe-pool.ts';
import { whyNotStart } from './find-command.ts';
import type { Image } from './images.ts';
import { writePidFile } from './pid-file.ts';
import { choosePodUid, releasePodUid } from './pod-uid.ts';
import type { HostConfig } from './refuse.ts';
import { spawnSealed } from './spawn-sealed.ts';

export interface ContainerConfig {
	Hostname: string;
	Cmd: string[] | null;
	Entrypoint: string[] | null;
	Env: string[] | null;
	WorkingDir: string;
	Labels: Record<string, string>;
	[key: string]: unknown;
}

export interface ContainerState {
	status: 'created' | 'running' | 'exited';
	pid: number;
	exitCode: number;
	error: string;
	startedAt: string;
	finishedAt: string;
}

const never = '0001-01-01T00:00:00Z';
/** How much of what PID 1 prints is kept: enough for the reason of an end. */
const keptOutput = 16 * 1024;

export class Container {
	readonly id = randomBytes(32).toString('hex');
	readonly created = new Date();
	readonly name: string;
	readonly image: Image;
	readonly config: ContainerConfig;
	readonly hostConfig: HostConfig;
	/** Whose namespaces this one joins. */
	readonly joins: Container | undefined;
	state: ContainerState = {
		status: 'created',
		pid: 0,
		exitCode: 0,
		error: '',
		startedAt: never,
		finishedAt: never
	};
	/** The host's user of every process in it; undefined: that of the engine. */
	uid: number | undefined;
	#monitor: ChildProcess | undefined;
	#ended: Promise<void> = Promise.resolve();
	#starting: Promise<void> | undefined;
	#output = '';
	#doomed = false;
	#whenEnded: () => void;

	constructor(
		options: {
			name: string;
			image: Image;
			config: ContainerConfig;
			hostConfig: HostConfig;
			joins?: Container | undefined;
		},
		whenEnded: () => void
	) {
		this.name = options.name;
		this.image = options.image;
		this.config = options.config;
		this.hostConfig = options.hostConfig;
		this.joins = options.joins;
		this.#whenEnded = whenEnded;
	}

	get running(): boolean {
		return this.state.status === 'running';
	}

	get hostname(): string {
		return this.joins?.hostname ?? (this.config.Hostname || this.id.slice(0, 12));
	}

	get argv(): string[] {
		return [...(this.config.Entrypoint ?? []), ...(this.config.Cmd ?? [])];
	}

	/** The environment of its processes, `more` added, as dockerd puts it together. */
	env(more: readonly string[], tty: boolean): string[] {
		const env = new Map<string, string>();
		const add = (entry: string) => {
			const [key, ...value] = entry.split('=');
			if (key && entry.includes('=')) env.set(key, value.join('='));
		};
		this.image.env.forEach(add);
		add(`HOSTNAME=${this.hostname}`);
		if (tty) add('TERM=xterm');
		this.config.Env?.forEach(add);
		more.forEach(add);
		if (!env.has('HOME')) add('HOME=/root');
		return [...env].map(([key, value]) => `${key}=${value}`);
	}

	/** Boots it and lets its command go. Throws dockerd's 400 with the reason when it cannot. */
	async start(dir: string, pipes: PipePool): Promise<void> {
		this.#starting ??= this.#boot(dir, pipes).finally(() => {
			this.#starting = undefined;
			this.#doomed = false;
		});
		await this.#starting;
	}

	async #boot(dir: string, pipes: PipePool): Promise<void> {
		if (this.joins && !this.joins.running)
			throw new DockerError(
				409,
				`cannot join network of a non running container: ${this.joins.id}`
			);
		this.uid = this.joins ? this.joins.uid : choosePodUid();
		this.#output = '';
		const out = await pipes.take('out', this.uid);
		if (this.#doomed) throw this.#failed('the container is being removed');
		const argv = bootCommand({
			join: this.joins?.state.pid,
			hostname: this.hostname,
			extra: this.image.extra,
			env: this.env([], false),
			cwd: this.config.WorkingDir || '/',
			argv: this.argv,
			uid: this.uid
		});
		const monitor = spawnSealed(argv, {
			uid: this.uid,
			stdio: ['ignore', out.child, out.child, 'pipe']
		});
		out.give();
		const printed = this.#keep(out.socket);
		this.#monitor = monitor;
		const gate = monitor.stdio[3] as Duplex; // 'pipe' above makes it one
		let forgetPid = () => {};
		this.#ended = new Promise((resolve) => {
			const end = async (code: number | null, signal: NodeJS.Signals | null) => {
				// A reader that is gone stops a PID 1 which has just been forked and outlived its monitor.
				gate.destroy();
				await printed; // nothing can hold it open: the whole pid namespace ended with its PID 1
				forgetPid();
				this.#exited(exitCodeOf(code, signal, this.#output));
				resolve();
			};
			monitor.once('exit', (code, signal) => void end(code, signal));
			monitor.once('error', (error) => {
				this.#output += `${error.message}\n`;
				if (monitor.pid === undefined) void end(127, null);
			});
		});
		const pid = await firstLine(gate, this.#ended);
		if (pid === undefined) throw this.#failed(lastLine(this.#output));
		forgetPid = writePidFile(dir, this.id, pid);
		const problem = await this.#problem(pid);
		if (problem) {
			kill(pid, 'SIGKILL');
			await this.#ended;
			throw this.#failed(problem);
		}
		this.state = {
			...this.state,
			status: 'running',
			pid,
			exitCode: 0,
			error: '',
			startedAt: new Date().toISOString(),
			finishedAt: never
		};
		gate.end('\n');
		if (monitor.exitCode !== null || monitor.signalCode !== null) {
			await this.#ended; // killed while it was looked at
			this.#exited(137);
		}
	}

	async #problem(pid: number): Promise<string | undefined> {
		const env = this.env([], false).find((entry) => entry.startsWith('PATH='));
		return whyNotStart(pid, {
			argv: this.argv,
			cwd: this.config.WorkingDir || '/',
			path: env?.slice('PATH='.length) ?? ''
		});
	}

	#failed(reason: string): DockerError {
		const message = `OCI runtime create failed: ${reason.replace(/^OCI runtime exec failed: exec failed: /, '')}`;
		this.state = { ...this.state, status: 'created', exitCode: 127, error: message };
		releasePodUid(this.joins ? undefined : this.uid);
		return new DockerError(400, message);
	}

	/** Keeps the end of what it prints, and reads on so that it is never held up. Resolves when it prints no more. */
	#keep(output: Readable): Promise<void> {
		output.setEncoding('utf8');
		output.on('data', (text: string) => {
			this.#output = (this.#output + text).slice(-keptOutput);
		});
		return new Promise((resolve) => output.once('close', resolve));
	}

	#exited(code: number): void {
		if (!this.running) return;
		this.state = {
			...this.state,
			status: 'exited',
			pid: 0,
			exitCode: code,
			finishedAt: new Date().toISOString()
		};
		releasePodUid(this.joins ? undefined : this.uid);
		this.#whenEnded();
	}

	/** Sends a signal to PID 1. */
	signal(signal: NodeJS.Signals): void {
		if (this.running) kill(this.state.pid, signal);
	}

	/** Resolves when its PID 1 is gone. */
	async ended(): Promise<void> {
		await this.#ended;
	}

	/** Ends it at once, whatever it is doing; the kernel ends every process in its pid namespace with it. */
	async kill(): Promise<void> {
		const monitor = this.#monitor;
		this.#doomed = this.#starting !== undefined;
		if (this.running) kill(this.state.pid, 'SIGKILL');
		else if (monitor?.pid && monitor.exitCode === null && monitor.signalCode === null)
			kill(monitor.pid, 'SIGKILL');
		await this.#starting?.catch(() => {}); // whoever started it is told
		await this.#ended;
	}
}

function kill(pid: number, signal: NodeJS.Signals): void {
	try {
		process.kill(pid, signal);
	} catch {
		// it ended by itself
	}
}

/** What a shell would say: 128 and the signal's number, or the code. */
export function exitCodeOf(
	code: number | null,
	signal: NodeJS.Signals | null,
	output = ''
): number {
	if (signal) return 128 + os.constants.signals[signal];
	// util-linux 2.38 cannot repeat a SIGKILL of its child to itself and says so instead.
	if (code === 1 && /sigprocmask unblock failed/.test(output)) return 137;
	return code ?? 0;
}

const lastLine = (text: string) => text.trim().split('\n').at(-1) || 'the boot script said nothing';

/** The number that arrives on the gate, or undefined when the monitor ends first. */
function firstLine(gate: Duplex, ended: Promise<void>): Promise<number | undefined> {
	return new Promise((resolve) => {
		let text = '';
		gate.on('error', () => {}); // the monitor's end tells
		gate.on('data', (chunk: Buffer) => {
			text += chunk.toString();
			if (text.includes('\n')) resolve(Number(text));
		});
		void ended.then(() => resolve(undefined));
	});
}
