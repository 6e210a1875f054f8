/**
 * The options of a stream under the kubelet's names: `streamParams` in `pkg/registry/core/pod/strategy.go`, with the
 * parameters of `pkg/apis/core/types.go`. Of exec, attach and port-forward alike; each sets what it has.
 */
export interface StreamOptions {
	command?: readonly string[];
	stdin?: boolean;
	stdout?: boolean;
	stderr?: boolean;
	tty?: boolean;
	/** Of a port-forward without SPDY: there, each stream names its port. */
	ports?: readonly number[];
}

/** Sorted by name, as Go's `url.Values.Encode` sorts them. */
export function streamParams(options: StreamOptions): string {
	const ports = options.ports ?? [];
	return [
		...(options.command ?? []).map((word) => `command=${queryEscape(word)}`),
		...(options.stderr ? ['error=1'] : []),
		...(options.stdin ? ['input=1'] : []),
		...(options.stdout ? ['output=1'] : []),
		...(ports.length > 0 ? [`port=${queryEscape(ports.join(','))}`] : []),
		...(options.tty ? ['tty=1'] : [])
	].join('&');
}

/** Go's `url.QueryEscape`: a blank is `+`, and only letters, digits and `-_.~` stand for themselves. */
function queryEscape(text: string): string {
	return encodeURIComponent(text)
		.replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
		.replaceAll('%20', '+');
}
