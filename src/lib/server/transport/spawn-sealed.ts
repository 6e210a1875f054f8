/**
 * Spawning on behalf of a container: no terminal, no environment, no working directory and no file descriptor of
 * this program goes along. Node closes its own descriptors on exec, but neither those it inherited nor the ends of a pty.
 */
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const closeOnExec = 0o2000000;
export const hostPath = '/usr/sbin:/usr/bin:/sbin:/bin';

/** Numbers above 9 can be closed by bash only, not by a POSIX sh. */
const closeInBash = 'while [ "$1" != -- ]; do eval "exec $1>&-"; shift; done; shift; exec "$@"';
const closeInPerl =
	'use POSIX (); while ((my $fd = shift) ne "--") { POSIX::close($fd) } exec { $ARGV[0] } @ARGV';

/**
 * Starts `argv` in a session of its own, as `uid` if given. `stdio` says what it gets as 0, 1, 2 (and 3);
 * every other descriptor of this process is closed before the program starts.
 */
export function spawnSealed(
	argv: readonly string[],
	options: { uid?: number | undefined; stdio: StdioOptions }
): ChildProcess {
	const given = Array.isArray(options.stdio) ? options.stdio.length : 3;
	const [file, ...args] = closing(leakingDescriptors(given), argv);
	return spawn(file!, args, {
		detached: true, // a session of its own: else /dev/tty would be the operator's terminal
		cwd: '/',
		env: { PATH: hostPath },
		stdio: options.stdio,
		...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid })
	});
}

function closing(descriptors: number[], argv: readonly string[]): readonly string[] {
	if (descriptors.length === 0) return argv;
	const numbers = descriptors.map(String);
	if (existsSync('/bin/bash'))
		return ['/bin/bash', '-c', closeInBash, 'seal', ...numbers, '--', ...argv];
	return ['/usr/bin/perl', '-e', closeInPerl, ...numbers, '--', ...argv];
}

/** Descriptors of this process, from `given` up, that would survive an exec. */
function leakingDescriptors(given: number): number[] {
	return readdirSync('/proc/self/fd')
		.map(Number)
		.filter((fd) => fd >= given && survivesExec(fd));
}

function survivesExec(fd: number): boolean {
	try {
		const flags = /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'));
		return (parseInt(flags?.[1] ?? '0', 8) & closeOnExec) === 0;
	} catch {
		return false; // the descriptor by which the folder itself was read
	}
}
