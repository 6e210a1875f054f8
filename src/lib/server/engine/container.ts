/** One container: its configuration, and the life of its PID 1 (moby daemon/start.go, kill.go, monitor.go). */
import { randomBytes } from 'node:crypto';
import os from 'node:os';
import { join } from 'node:path';
import { bootCommand } from './command-lines.ts';
import { ContainerStreams } from './container-streams.ts';
import { DockerError } from './docker-error.ts';
import { JsonFile } from './json-file.ts';
import { Monitor } from './monitor.ts';
import type { PipePool } from './pipe-pool.ts';
import { whyNotStart } from './find-command.ts';
import type { Image } from './images.ts';
import { writePidFile } from './pid-file.ts';
import { choosePodUid, releasePodUid } from './pod-uid.ts';
import { logDriver, type HostConfig } from './refuse.ts';
import { openStdio } from './stdio.ts';

export interface ContainerConfig {
	Hostname: string;
	Cmd: string[] | null;
	Entrypoint: string[] | null;
	Env: string[] | null;
	WorkingDir: string;
	Labels: Record<string, string>;
	Tty: boolean;
	OpenStdin: boolean;
	StdinOnce: boolean;
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

/** Told of each event of a container, in Docker's words, with what more is said of it. */
type Happened = (action: 'start' | 'kill' | 'die', more?: Record<string, string>) => void;

const never = '0001-01-01T00:00:00Z';
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
	/** Host pid of its last PID 1, also when that has ended. */
	lastPid = 0;
	readonly streams = new ContainerStreams();
	/** From the first start on, if its log is kept. */
	log: JsonFile | undefined;
	#monitor: Monitor | undefined;
	#ended: Promise<void> = Promise.resolve();
	#starting: Promise<void> | undefined;
	#doomed = false;
	readonly #happened: Happened;

	constructor(
		options: {
			name: string;
			image: Image;
			config: ContainerConfig;
			hostConfig: HostConfig;
			joins?: Container | undefined;
		},
		happened: Happened
	) {
		this.name = options.name;
		this.image = options.image;
		this.config = options.config;
		this.hostConfig = options.hostConfig;
		this.joins = options.joins;
		this.#happened = happened;
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
		const monitor = await this.#spawn(dir, pipes);
		const ended = monitor.ended.then(async (code) => {
			await this.streams.drain();
			return code;
		});
		const pid = await monitor.pid;
		if (pid === undefined) {
			await ended;
			throw this.#failed(lastLine(monitor.output));
		}
		const forgetPid = writePidFile(dir, this.id, pid);
		void monitor.ended.then(forgetPid);
		const problem = await this.#problem(pid);
		if (problem || this.#doomed) {
			kill(pid, 'SIGKILL');
			await ended;
			throw this.#failed(problem ?? 'it is being removed');
		}
		const startedAt = new Date().toISOString();
		const now = { pid, exitCode: 0, error: '', startedAt, finishedAt: never };
		this.state = { ...now, status: 'running' };
		this.lastPid = pid;
		this.#ended = ended.then((code) => this.#exited(code));
		this.#happened('start');
		monitor.letGo();
	}

	async #spawn(dir: string, pipes: PipePool): Promise<Monitor> {
		const { Tty: tty, OpenStdin: stdin } = this.config;
		if (logDriver(this.hostConfig) === 'json-file')
			this.log ??= new JsonFile(join(dir, 'containers', this.id, `${this.id}-json.log`));
		const stdio = await openStdio(pipes, {
			...{ uid: this.uid, tty, stdin, stdout: true, stderr: true }
		});
		this.log?.set(true);
		this.streams.begin(stdio, this.log);
		const monitor = new Monitor(this.#bootCommand(), this.uid, stdio);
		this.#monitor = monitor;
		if (this.#doomed) monitor.kill();
		return monitor;
	}

	#bootCommand(): string[] {
		return bootCommand({
			join: this.joins?.state.pid,
			hostname: this.hostname,
			extra: this.image.extra,
			env: this.env([], this.config.Tty),
			cwd: this.config.WorkingDir || '/',
			argv: this.argv,
			tty: this.config.Tty,
			stdin: this.config.OpenStdin,
			uid: this.uid
		});
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
		this.log?.set(false);
		this.streams.end();
		return new DockerError(400, message);
	}

	#exited(code: number): void {
		this.state = {
			...this.state,
			status: 'exited',
			pid: 0,
			exitCode: code,
			finishedAt: new Date().toISOString()
		};
		releasePodUid(this.joins ? undefined : this.uid);
		this.log?.set(false);
		this.streams.end(); // now, not before: who was attached finds it exited
		this.#happened('die', { exitCode: String(code) });
	}

	/** Sends a signal to PID 1. */
	signal(signal: NodeJS.Signals): void {
		if (!this.running) return;
		this.#happened('kill', { signal: String(os.constants.signals[signal]) });
		kill(this.state.pid, signal);
	}

	/** Resolves when its PID 1 is gone. */
	async ended(): Promise<void> {
		await this.#ended;
	}

	/** Ends it at once, whatever it is doing; the kernel ends every process in its pid namespace with it. */
	async kill(): Promise<void> {
		this.#doomed = this.#starting !== undefined;
		if (this.running) this.signal('SIGKILL');
		else if (this.#starting) this.#monitor?.kill();
		await this.#starting?.catch(() => {}); // whoever started it is told
		await this.#ended;
	}

	/** It is gone for good, and so is its log. */
	discard(): void {
		this.log?.remove();
		this.streams.end();
	}
}

function kill(pid: number, signal: NodeJS.Signals): void {
	try {
		process.kill(pid, signal);
	} catch {
		// it ended by itself
	}
}

const lastLine = (text: string) => text.trim().split('\n').at(-1) || 'the boot script said nothing';
