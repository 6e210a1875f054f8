/**
 * `docker attach`: the connection becomes the streams of a container's PID 1, from before its start to its end or until
 * the client leaves (moby daemon/attach.go, container/stream/attach.go).
 */
import type { Duplex } from 'node:stream';
import { isTrue } from './bool-value.ts';
import type { Container } from './container.ts';
import { DetachKeys, parseDetachKeys } from './detach-keys.ts';
import type { HijackedStream, Teller } from './hijacked-stream.ts';
import { readLog } from './log-reader.ts';
import type { Call, Engine } from './routes.ts';
import type { OutputName } from './stdio.ts';

interface Wanted {
	container: Container;
	outputs: OutputName[];
	stdin: boolean;
	/** First what was printed before. */
	logs: boolean;
	/** False: nothing but that. */
	stream: boolean;
	detachKeys: number[];
}

/** What a request asks for; throws dockerd's refusals. */
export function attachOptions({ state }: Engine, { key, query }: Call): Wanted {
	const is = (name: string) => isTrue(query.get(name));
	const detachKeys = parseDetachKeys(query.get('detachKeys') ?? '');
	return {
		container: state.container(key),
		outputs: (['stdout', 'stderr'] as const).filter(is),
		stdin: is('stdin'),
		logs: is('logs'),
		stream: is('stream'),
		detachKeys
	};
}

/** Serves `connection`, whose head has been sent, through `stream` to its end. */
export async function serveAttach(
	engine: Engine,
	wanted: Wanted,
	{ connection, stream, teller }: { connection: Duplex; stream: HijackedStream; teller: Teller }
): Promise<void> {
	const { container, outputs } = wanted;
	// Before the log is read: nothing is missed between.
	const attachment = container.streams.attach(wanted.stream ? outputs : []);
	const leave = () => container.streams.detach(attachment);
	connection.once('close', leave);
	try {
		if (wanted.logs) await sendLog(container, outputs, stream);
		engine.state.events.container(container, 'attach');
		if (!wanted.stream) return stream.end();
		const typed = wanted.stdin && container.config.OpenStdin;
		if (typed) void receive(engine, wanted, stream, leave).catch(() => connection.destroy());
		else connection.resume(); // whatever comes; a client may close its half at once
		for await (const chunk of attachment) await stream.send(chunk.stream, chunk.data, 'container');
		if (attachment.wasEnded) await tellExit(container, teller);
		stream.end();
	} finally {
		leave();
	}
}

async function sendLog(container: Container, outputs: OutputName[], stream: HijackedStream) {
	if (!container.log) return;
	const { signal } = new AbortController();
	for await (const entry of readLog(container.log, { follow: false, signal }))
		if (outputs.includes(entry.stream))
			await stream.send(entry.stream, Buffer.from(entry.text), 'engine');
}

/** Types into the container what the client sends, until that ends or the detach keys come. */
async function receive(
	{ state }: Engine,
	{ container, detachKeys }: Wanted,
	stream: HijackedStream,
	leave: () => void
): Promise<void> {
	const { streams, config } = container;
	const keys = config.Tty ? new DetachKeys(detachKeys) : undefined;
	let hasLeft = false;
	await stream.receive({
		async write(typed) {
			if (hasLeft) return;
			const { data, detached } = keys?.push(typed) ?? { data: typed, detached: false };
			if (data.length > 0) await streams.write(data);
			if (!detached) return;
			hasLeft = true;
			state.events.container(container, 'detach');
			leave();
		},
		end() {
			// The input of a container that takes it once ends with its first client; else only this client leaves.
			if (config.StdinOnce && !config.Tty) streams.endStdin();
			else leave();
		}
	});
}

async function tellExit(container: Container, { run }: Teller): Promise<void> {
	const { id, lastPid: pid, state } = container;
	const { exitCode } = state;
	await run.step('process-exit', {
		n: `exit ${exitCode}`,
		facts: { containerId: id, pid, exitCode }
	});
}
