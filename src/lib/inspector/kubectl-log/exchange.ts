/** One request of kubectl and what came back, as its log can tell of them. */
export interface Exchange {
	verb: string;
	/** As kubectl wrote it, with scheme and host. */
	url: string;
	upgrade: 'no' | 'spdy' | 'websocket';
	/** Those that kubectl's log can see: what the transport adds below it does not show. */
	headers: Headers;
	body: string | undefined;
	bearer: boolean;
	answer: Answer | undefined;
}

export interface Answer {
	/** `200 OK`. */
	status: string;
	headers: Headers;
	body: string | undefined;
	ms: number;
}

export type Headers = readonly (readonly [name: string, value: string])[];

/** Set below the place that logs, or by the HTTP client itself. */
const unseen = new Set([
	'host',
	'content-length',
	'connection',
	'upgrade',
	'kubectl-command',
	'kubectl-session',
	'accept-encoding',
	'sec-websocket-key',
	'sec-websocket-version'
]);

/** Of the headers on the wire those that the log shows, in the order in which kubectl 1.15 sets them. */
export function loggedHeaders(wire: Headers): [string, string][] {
	const late = ['authorization', 'content-type', 'user-agent'];
	const rank = (name: string) => late.indexOf(name.toLowerCase());
	return wire
		.filter(([name]) => !unseen.has(name.toLowerCase()))
		.map(([name, value]): [string, string] => [canonical(name), value])
		.sort(([a], [b]) => rank(a) - rank(b));
}

/** `sec-WebSocket-Protocol` to `Sec-Websocket-Protocol`, as Go's http.Header has its keys. */
export function canonical(name: string): string {
	return name.toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}
