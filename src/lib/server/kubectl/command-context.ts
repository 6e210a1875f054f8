/** What a command of kubectl works with: cmdutil.Factory and genericclioptions.IOStreams. */
import type { Readable, Writable } from 'node:stream';
import type { Clock, Limits } from '../limits.ts';
import type { Discovery } from './discovery.ts';
import type { ParsedFlags } from './flags.ts';
import type { TerminalSize } from './remote-command.ts';
import type { RestClient } from './rest-client.ts';

/** A terminal at both ends of kubectl: stdin can be made raw, and the window has a size. */
export interface Terminal {
	size(): TerminalSize;
	/** Calls back on each change; the returned function ends that. */
	onResize(changed: () => void): () => void;
	raw(on: boolean): void;
}

export interface CommandContext {
	/** `kubectl exec`, as usage hints name it. */
	command: string;
	flags: ParsedFlags;
	namespace: string;
	client: RestClient;
	discovery: Discovery;
	stdin: Readable;
	/** Where the outputs of a remote command go. */
	remote: { stdout: Writable; stderr: Writable };
	terminal?: Terminal;
	now: () => Date;
	limits: Limits;
	clock: Clock;
	signal?: AbortSignal;
	/** kubectl's own words. */
	out(text: string): void;
	err(text: string): void;
}

/** metav1.ObjectMeta and the rest of an object, as far as kubectl looks. */
export interface KubeObject {
	kind?: string;
	apiVersion?: string;
	metadata: { name: string; namespace?: string; uid?: string; resourceVersion?: string };
}

export interface Pod extends KubeObject {
	spec: { containers: { name: string }[] };
	status?: { phase?: string };
}
