import { randomUUID } from 'node:crypto';
import { PassThrough, Writable } from 'node:stream';
import type { PromptSession } from '../prompt-sessions.ts';
import type { Kubeconfig } from '../kubeconfig.ts';
import { runKubectl, type DiscoveryCache } from '../kubectl/run-kubectl.ts';
import type { Clock, Limits } from '../limits.ts';
import type { RunLog, Tracer } from '../tracer.ts';
import { textWriter } from './text-writer.ts';

export interface KubectlIo {
	owner: string;
	/** A terminal of this size; undefined: no terminal, and stdin is `stdin` or nothing. */
	size?: [cols: number, rows: number];
	began?(run: string): void;
	/** Everything that kubectl printed, in order. */
	printed?(stream: 'stdout' | 'stderr', chunk: Uint8Array): void;
}

export interface EmbeddedKubectl extends PromptSession {
	stdin: PassThrough;
	done: Promise<number>;
}

/** Discovery answers that kubectl keeps on disk for ten minutes; ours keeps them as long as the cluster lives. */
const discovery = new WeakMap<Tracer, DiscoveryCache>();

/** Runs one embedded kubectl; what it prints besides its streams goes into the recording of its run. */
export function runEmbeddedKubectl(parts: {
	argv: string[];
	io: KubectlIo;
	kubeconfig: Kubeconfig;
	/** The file that `kubectl -v` names. */
	kubeconfigPath: string;
	tracer: Tracer;
	limits: Limits;
	clock: Clock;
}): EmbeddedKubectl {
	const { argv, io, kubeconfig, kubeconfigPath, tracer, limits, clock } = parts;
	const session = randomUUID();
	const stdin = new PassThrough();
	const abort = new AbortController();
	let size = io.size;
	const listeners = new Set<() => void>();
	const early: (() => void)[] = [];
	let run: RunLog | undefined;
	tracer.expect(session, {
		argv,
		owner: io.owner,
		...(size ? { size } : {}),
		began(begun) {
			run = begun;
			for (const say of early.splice(0)) say();
			io.began?.(begun.id);
		}
	});
	/** What kubectl says itself. */
	const ownWords = (stream: 'stdout' | 'stderr') => {
		const words = textWriter((text) => {
			const say = () => run?.tty(stream === 'stdout' ? 'o' : 'e', text);
			if (run) say();
			else early.push(say);
		});
		return new Writable({
			write(chunk: Buffer, _encoding, done) {
				io.printed?.(stream, chunk);
				words.write(chunk);
				// At once, or the last words would wait for the first ones when kubectl has ended already.
				done();
			},
			final: (done) => void words.end(() => done())
		});
	};
	const own = { stdout: ownWords('stdout'), stderr: ownWords('stderr') };
	/** What the exec prints: its bytes are recorded where they cross. */
	const execOutput = (stream: 'stdout' | 'stderr') =>
		new Writable({
			write(chunk: Buffer, _encoding, done) {
				io.printed?.(stream, chunk);
				done();
			}
		});
	const cache: DiscoveryCache = discovery.get(tracer) ?? (new Map() as DiscoveryCache);
	discovery.set(tracer, cache);
	const done = runKubectl({
		argv,
		kubeconfig,
		kubeconfigPath,
		session,
		stdin,
		...own,
		exec: { stdout: execOutput('stdout'), stderr: execOutput('stderr') },
		...(size
			? {
					terminal: {
						size: () => ({ cols: size![0], rows: size![1] }),
						onResize(listener: () => void) {
							listeners.add(listener);
							return () => listeners.delete(listener);
						},
						raw() {}
					}
				}
			: {}),
		now: () => new Date(),
		pid: process.pid,
		discovery: cache,
		limits,
		clock,
		signal: abort.signal
	}).finally(() => {
		for (const words of Object.values(own)) words.end();
		tracer.forget(session);
	});
	return {
		stdin,
		done,
		input(text) {
			stdin.write(text);
		},
		resize(cols, rows) {
			size = [cols, rows];
			for (const listener of listeners) listener();
		},
		stop() {
			abort.abort();
		}
	};
}
