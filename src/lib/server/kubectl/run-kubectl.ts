/**
 * The embedded kubectl: one command line, as kubectl 1.15.0 would run it, against a real API server over its own TLS
 * connections. It announces nothing: the API server announces kubectl's arrows, embedded or not.
 */
import type { Readable, Writable } from 'node:stream';
import type { Clock, Limits } from '../limits.ts';
import type { CommandContext, Terminal } from './command-context.ts';
import {
	commandFlags,
	globalFlags,
	otherCommands,
	suggestions,
	type ServedCommand
} from './commands.ts';
import { runDelete } from './delete.ts';
import { Discovery, type DiscoveryCache } from './discovery.ts';
import { runExec } from './exec.ts';
import { findCommand, FlagError, FlagNotHere, parseFlags, type ParsedFlags } from './flags.ts';
import { runGet } from './get.ts';
import { helpText, isServed, usageHint, usageText } from './help.ts';
import { Klog, places } from './klog.ts';
import { RestClient } from './rest-client.ts';
import { restConfig, type Kubeconfig } from './rest-config.ts';
import { runRun } from './run.ts';
import { Aggregate, explainError, StatusError, UrlError } from './status-error.ts';
import { runVersion } from './version.ts';

export type { DiscoveryCache } from './discovery.ts';
export type { Terminal } from './command-context.ts';

export interface RunKubectlOptions {
	/** Begins with `kubectl`, as `parsePrompt` returns it. */
	argv: readonly string[];
	kubeconfig: Kubeconfig;
	/** Where `-v=6` says that it was loaded from. */
	kubeconfigPath: string;
	/** A UUID, new for each command. */
	session: string;
	stdin: Readable;
	stdout: Writable;
	stderr: Writable;
	/** Where the outputs of a remote command go, if not where kubectl's own words go. */
	exec?: { stdout: Writable; stderr: Writable };
	/** Present when stdin is a terminal. */
	terminal?: Terminal;
	now: () => Date;
	pid: number;
	/** Kept between commands; entries live 10 minutes. */
	discovery: DiscoveryCache;
	limits: Limits;
	clock: Clock;
	/** SIGINT: ends the command at once with 130. */
	signal?: AbortSignal;
}

const interrupted = 130;
/** klog.Fatal's exit code, which 1.15 ends with at `-v=2` or more whatever the error. */
const fatalCode = 255;

const runners: Record<
	Exclude<ServedCommand, 'help'>,
	(context: CommandContext) => Promise<void>
> = {
	exec: runExec,
	get: runGet,
	run: runRun,
	delete: runDelete,
	version: runVersion
};

/** Runs one command and resolves with its exit code. It rejects for a fault of its own alone, never for the user's. */
export async function runKubectl(options: RunKubectlOptions): Promise<number> {
	const err = (text: string) => void options.stderr.write(text);
	const out = (text: string) => void options.stdout.write(text);
	const found = findCommand(options.argv.slice(1), globalFlags);
	if (!found || found.name === 'help') return help(options, found?.rest ?? options.argv.slice(1));
	if (!isServed(found.name)) return unknownCommand(found.name, err);
	let flags: ParsedFlags;
	try {
		flags = parseFlags(found.rest, { ...globalFlags, ...commandFlags[found.name] });
	} catch (error) {
		if (error instanceof FlagNotHere) err(`${error.message}\n`);
		else if (error instanceof FlagError)
			err(`Error: ${error.message}\n\n\n${usageText(found.name)}`);
		else throw error;
		return 1;
	}
	if (flags.bool('help')) {
		out(helpText(found.name));
		return 0;
	}
	return runCommand(options, found.name as keyof typeof runners, flags);
}

function help({ stdout, stderr }: RunKubectlOptions, args: readonly string[]): number {
	const word = findCommand(args, globalFlags)?.name;
	try {
		if (word === undefined) parseFlags(args, globalFlags);
	} catch (error) {
		const isNotHere = error instanceof FlagNotHere;
		stderr.write(`${isNotHere ? '' : 'Error: '}${(error as Error).message}\n`);
		if (!isNotHere) stderr.write(`${usageHint}\n`);
		return 1;
	}
	if (word !== undefined && !isServed(word)) {
		return unknownCommand(word, (text) => void stderr.write(text));
	}
	stdout.write(helpText(word));
	return 0;
}

function unknownCommand(name: string, err: (text: string) => void): number {
	if (otherCommands.includes(name)) {
		err(`error: the kubectl embedded in Execscope does not serve "kubectl ${name}"\n`);
		return 1;
	}
	const close = suggestions(name);
	const hint =
		close.length > 0
			? `\n\nDid you mean this?\n${close.map((each) => `\t${each}\n`).join('')}`
			: '';
	err(`Error: unknown command ${JSON.stringify(name)} for "kubectl"${hint}\n${usageHint}\n`);
	return 1;
}

async function runCommand(
	options: RunKubectlOptions,
	name: keyof typeof runners,
	flags: ParsedFlags
): Promise<number> {
	const { stdin, stdout, stderr, terminal, now, pid, limits, clock, signal } = options;
	const err = (text: string) => void stderr.write(text);
	const klog = new Klog({ level: flags.int('v', 0), pid, now, clock, write: err });
	let client: RestClient | undefined;
	const run = async () => {
		klog.info(6, places.configLoaded, `Config loaded from file:  ${options.kubeconfigPath}`);
		const config = restConfig(options.kubeconfig, {
			context: flags.text('context'),
			namespace: flags.text('namespace')
		});
		const command = `kubectl ${name}`;
		client = new RestClient({ config, session: options.session, command, klog, clock });
		const discovery = new Discovery(client, options.discovery, now);
		await runners[name]({
			command,
			flags,
			namespace: config.namespace,
			client,
			discovery,
			stdin,
			remote: options.exec ?? { stdout, stderr },
			terminal,
			now,
			limits,
			clock,
			signal,
			out: (text) => void stdout.write(text),
			err
		});
		return 0;
	};
	const command = run();
	const abort = whenAborted(signal);
	try {
		return await Promise.race([command, abort.promise]);
	} catch (error) {
		if (error instanceof Interrupted) {
			terminal?.raw(false);
			// What is under way ends with its connections, and nobody waits for how.
			command.catch(() => {});
			return interrupted;
		}
		return checkErr(error as Error, klog, err);
	} finally {
		abort.forget();
		client?.close();
	}
}

class Interrupted extends Error {}

function whenAborted(signal?: AbortSignal): { promise: Promise<never>; forget(): void } {
	let abort = () => {};
	const promise = new Promise<never>((_, reject) => (abort = () => reject(new Interrupted())));
	if (signal?.aborted) abort();
	signal?.addEventListener('abort', abort);
	return { promise, forget: () => signal?.removeEventListener('abort', abort) };
}

/** cmdutil.CheckErr: says it on stderr and gives the exit code. */
function checkErr(error: Error, klog: Klog, err: (text: string) => void): number {
	for (const each of error instanceof Aggregate ? error.errors : [error]) logDetails(each, klog);
	const { text, code } = explainError(error);
	if (klog.level >= 2) {
		klog.fatal(text);
		return fatalCode;
	}
	err(text.endsWith('\n') ? text : `${text}\n`);
	return code;
}

function logDetails(error: Error, klog: Klog): void {
	if (error instanceof StatusError) {
		// Go formats the list of arguments itself: hence the brackets.
		const shown = `[${JSON.stringify(error.status, null, 2)}]`;
		klog.info(4, places.serverResponse, `server response object: ${shown}`);
	}
	if (error instanceof UrlError) {
		klog.info(
			4,
			places.connectionError,
			`Connection error: ${error.op} ${error.url}: ${error.message}`
		);
	}
}
