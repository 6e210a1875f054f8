/**
 * The start of an exec: the connection stops being HTTP and becomes the exec's own streams (moby
 * api/server/router/container/exec.go and daemon/exec.go).
 */
import type { Duplex } from 'node:stream';
import type { LaneId } from '../../trace/lanes.ts';
import { Dropped, type Message, type Run } from '../../trace/trace.ts';
import { encodeFrameHeader } from '../../wire/docker/stdcopy.ts';
import { drained } from './drained.ts';
import { StartFailure, type ExecInstance, type Streams } from './exec-instance.ts';
import type { PipePool } from './pipe-pool.ts';

const headerBytes = 8;

/** Whom the trace is told about: the run, the request that was answered, and a client that does not tell itself. */
export interface Teller {
	run: Run;
	asked: Message;
	/** The lane of a client that announces nothing; undefined: our own shim, which does. */
	foreign: LaneId | undefined;
}

/** Runs an exec without a connection. Resolves once its process runs; throws StartFailure. */
export async function startDetached(
	exec: ExecInstance,
	pipes: PipePool,
	teller: Teller
): Promise<void> {
	const { outputs } = await exec.prepare(pipes, true);
	for (const { source } of outputs) source.resume();
	await letGo(exec, teller);
	void exec.exited().then(async (code) => {
		exec.finish(code);
		await tellExit(exec, teller).catch(() => {}); // dropped: nobody waits for this
	});
}

/**
 * Serves the raw stream of an exec on `connection`, whose head has been sent, to its end. Without `input` nothing is
 * read from the client, and the process finds its stdin at its end.
 */
export async function serveExecStream(
	exec: ExecInstance,
	pipes: PipePool,
	connection: Duplex,
	options: { framed: boolean; teller: Teller; input: boolean }
): Promise<void> {
	const stream = new ExecStream(exec, connection, options);
	let streams: Streams;
	try {
		streams = await startOf(exec, pipes);
	} catch (error) {
		if (!(error instanceof StartFailure)) throw error;
		await stream.send('stdout', Buffer.from(`${error.message}\r\n`), 'engine');
		stream.end();
		return;
	}
	const { stdin } = streams;
	try {
		await letGo(exec, options.teller);
	} catch (error) {
		for (const { source } of streams.outputs) source.destroy();
		stdin?.end();
		throw error;
	}
	if (options.input) void stream.receive(stdin).catch(() => connection.destroy());
	else stdin?.end();
	const outputs = streams.outputs.map(async ({ stream: name, source }) => {
		for await (const chunk of source) await stream.send(name, chunk as Buffer, 'container');
	});
	const exited = exec.exited().then((code) => exec.finish(code));
	await Promise.all([...outputs, exited]);
	stdin?.end();
	await tellExit(exec, options.teller);
	stream.end();
}

/** An exec runs once; the second time its stream is one sentence. */
async function startOf(exec: ExecInstance, pipes: PipePool): Promise<Streams> {
	if (exec.state !== 'created')
		throw new StartFailure(`Error: Exec command ${exec.id} has already run`);
	return exec.prepare(pipes, false);
}

async function letGo(exec: ExecInstance, { run }: Teller): Promise<void> {
	const { argv, cwd, tty } = exec.config;
	try {
		const { id: execId, pid, container } = exec;
		const facts = { execId, containerId: container.id, pid, argv, cwd, tty };
		await run.step('process-start', { n: argv.join(' '), facts });
	} catch (error) {
		exec.abandon();
		void exec.exited().then((code) => exec.finish(code));
		throw error;
	}
	exec.go();
}

async function tellExit(exec: ExecInstance, { run }: Teller): Promise<void> {
	const { id, pid, exitCode } = exec;
	await run.step('process-exit', { n: `exit ${exitCode}`, facts: { execId: id, pid, exitCode } });
}

const counted = (len: number): string => `${len} ${len === 1 ? 'byte' : 'bytes'}`;

class ExecStream {
	readonly #exec: ExecInstance;
	readonly #connection: Duplex;
	readonly #framed: boolean;
	readonly #teller: Teller;
	readonly #at = { stdin: 0, stdout: 0, stderr: 0 };
	/** Bytes sent and received since the head. */
	#written = 0;
	#read = 0;

	constructor(
		exec: ExecInstance,
		connection: Duplex,
		{ framed, teller }: { framed: boolean; teller: Teller }
	) {
		this.#exec = exec;
		this.#connection = connection;
		this.#framed = framed;
		this.#teller = teller;
	}

	/** Announces a chunk and sends it; resolves when more may be sent. A client that is gone misses it. */
	async send(stream: 'stdout' | 'stderr', data: Uint8Array, from: LaneId): Promise<void> {
		const { run, asked, foreign } = this.#teller;
		const len = data.length;
		const payload = { exec: this.#exec.id, stream, at: this.#at[stream], len };
		this.#at[stream] += len;
		if (this.#connection.destroyed) return;
		const io = await run.step('io', {
			n: `${stream} ${counted(len)}`,
			facts: { stream, len },
			from,
			...(foreign ? { to: foreign } : {})
		});
		run.covers(io, payload);
		if (this.#connection.destroyed) return;
		const o = this.#written + (this.#framed ? headerBytes : 0);
		this.#written = o + len;
		run.carried(payload, { on: asked, dir: '<', o, len });
		await this.#write(
			this.#framed ? encodeFrameHeader(stream === 'stdout' ? 1 : 2, len) : [],
			data
		);
	}

	async #write(header: Uint8Array | never[], data: Uint8Array): Promise<void> {
		const connection = this.#connection;
		connection.cork();
		if (header.length > 0) connection.write(header);
		const more = connection.write(data);
		connection.uncork();
		if (!more) await drained(connection);
	}

	/** Passes what the client sends to the process, until the client's half of the connection ends or breaks. */
	async receive(stdin: Streams['stdin']): Promise<void> {
		try {
			for await (const data of this.#connection.iterator({ destroyOnReturn: false })) {
				if (stdin) await this.#toProcess(data as Buffer, stdin);
			}
		} catch (error) {
			if (error instanceof Dropped) throw error;
			// the client broke off: for the process that is the end of its input, as with dockerd
		} finally {
			stdin?.end();
		}
	}

	async #toProcess(data: Buffer, stdin: NonNullable<Streams['stdin']>): Promise<void> {
		const { run, asked, foreign } = this.#teller;
		const len = data.length;
		const payload = { exec: this.#exec.id, stream: 'stdin' as const, at: this.#at.stdin, len };
		const where = { on: asked, dir: '>' as const, o: this.#read, len };
		this.#at.stdin += len;
		this.#read += len;
		if (foreign) {
			const facts = { stream: 'stdin', len };
			const io = await run.step('io', {
				n: `stdin ${counted(len)}`,
				facts,
				from: foreign,
				to: 'container'
			});
			run.covers(io, payload);
			run.carried(payload, where);
		}
		await stdin.write(data);
	}

	end(): void {
		this.#connection.end();
	}
}
