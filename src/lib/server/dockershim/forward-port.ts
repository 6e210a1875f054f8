/**
 * Joins a connection to a port inside a pod: `streamingRuntime.portForward` of
 * `pkg/kubelet/dockershim/docker_streaming_others.go`. Upstream runs `nsenter -t PID -n socat - TCP4:localhost:PORT`;
 * here a small relay stands in for socat, and joins the pod's user namespace too, since the pod has one of its own.
 */
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { hostPath, spawnSealed } from '../transport/spawn-sealed.ts';
import { relayProgram } from './relay-program.ts';
import type { PortConnection } from './serve-portforward.ts';

export interface PortTarget {
	containerId: string;
	/** Host pid of a process in the pod's network. */
	pid: number;
	port: number;
	/** Aborted when the shim stops. */
	signal: AbortSignal;
}

/** Resolves when the connection has ended; throws what upstream would: how the relay ended, and what it complained of. */
export async function forwardPort(target: PortTarget, connection: PortConnection): Promise<void> {
	const { containerId, pid, port, signal } = target;
	if (port < 0 || port > 0xffff) throw new Error(`invalid port ${port}`);
	if (!lookPath('nsenter')) throw new Error('unable to do port forwarding: nsenter not found.');
	const relay = relayProgram();
	if (!relay) throw new Error('unable to do port forwarding: socat not found.');
	const join = ['nsenter', '--target', String(pid), '--user', '--net', '--preserve-credentials'];
	await connection.opening({
		...{ containerId, pid },
		command: [...join, '--', relay.name, '-', `TCP4:localhost:${port}`].join(' ')
	});
	const ended = AbortSignal.any([connection.gone, signal]);
	if (ended.aborted) return;
	const argv = [...join, '--', ...withoutRights, ...relay.argv, String(port)];
	await carry(spawnSealed(argv, { uid: ownerOf(pid), stdio: 'pipe' }), connection, ended);
}

/** Entering a user namespace gives all capabilities in it: they go before the relay begins, which dies with us. */
const withoutRights = [
	...['setpriv', '--no-new-privs', '--bounding-set=-all', '--inh-caps=-all'],
	...['--pdeathsig', 'KILL', '--']
];

async function carry(
	relay: ChildProcess,
	connection: PortConnection,
	ended: AbortSignal
): Promise<void> {
	const stop = () => void relay.kill('SIGKILL');
	ended.addEventListener('abort', stop);
	let complaint = '';
	relay.stderr!.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
	const closed = new Promise<string | undefined>((resolve) => {
		relay.on('error', ({ message }) => resolve(message));
		relay.on('close', (code, killer) => resolve(endOf(code, killer)));
	});
	let refused: Error | undefined;
	send(connection.input, relay).catch((error: Error) => {
		refused = error;
		stop();
	});
	try {
		for await (const chunk of relay.stdout!) await connection.output(chunk as Buffer);
		const end = await closed;
		if (refused) throw refused;
		if (end !== undefined && !ended.aborted) throw new Error(`${end}: ${complaint}`);
	} finally {
		stop();
		ended.removeEventListener('abort', stop);
	}
}

/** Reads to the end, also when the relay has gone: what is left unread would stop all streams beside it. */
async function send(input: PortConnection['input'], relay: ChildProcess): Promise<void> {
	const { stdin } = relay;
	// That the relay has ended is seen by its end.
	stdin!.on('error', () => {});
	for await (const { data } of input) {
		if (!stdin!.writable || stdin!.write(data)) continue;
		await new Promise<void>((resolve) => {
			const go = () => {
				stdin!.off('drain', go);
				stdin!.off('close', go);
				resolve();
			};
			stdin!.on('drain', go);
			stdin!.on('close', go);
		});
	}
	stdin!.end();
}

/** As Go tells it (`os.ProcessState.String`); undefined for success. */
function endOf(code: number | null, killer: NodeJS.Signals | null): string | undefined {
	if (code === 0) return undefined;
	return code === null ? `signal: ${killer}` : `exit status ${code}`;
}

/** The user that a pod's processes run as: only he, or root, may enter; as root we become him. */
function ownerOf(pid: number): number | undefined {
	if (process.getuid?.() !== 0) return undefined;
	return statSync(`/proc/${pid}`).uid;
}

function lookPath(name: string): boolean {
	return hostPath.split(':').some((dir) => {
		try {
			accessSync(path.join(dir, name), constants.X_OK);
			return true;
		} catch {
			return false; // in another folder, or nowhere
		}
	});
}
