/**
 * The start of an exec: the connection stops being HTTP and becomes the exec's own streams (moby
 * api/server/router/container/exec.go and daemon/exec.go).
 */
import type { Duplex } from 'node:stream';
import { StartFailure, type ExecInstance, type Streams } from './exec-instance.ts';
import { HijackedStream, type Teller } from './hijacked-stream.ts';
import type { PipePool } from './pipe-pool.ts';

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
	const stream = new HijackedStream(exec.id, connection, options);
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
