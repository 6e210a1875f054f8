/**
 * Which streams an exec or an attach wants, from the kubelet's own query parameters (`input`, `output`, `error`, `tty`; kubectl's
 * are named otherwise): `NewOptions` of `pkg/kubelet/server/remotecommand/httpstream.go`.
 */
export interface StreamOptions {
	stdin: boolean;
	stdout: boolean;
	stderr: boolean;
	tty: boolean;
}

/** Reads the parameters; a string is the refusal. With a terminal there is no stderr: it is dropped, not refused. */
export function newOptions(query: URLSearchParams): StreamOptions | string {
	const tty = query.get('tty') === '1';
	const stdin = query.get('input') === '1';
	const stdout = query.get('output') === '1';
	const stderr = query.get('error') === '1' && !tty;
	if (!stdin && !stdout && !stderr) return 'you must specify at least 1 of stdin, stdout, stderr';
	return { stdin, stdout, stderr, tty };
}
