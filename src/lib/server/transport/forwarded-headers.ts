/**
 * The headers that go on to a backend: those of the client, without its credentials, with `X-Forwarded-For`, in the
 * order and spelling in which Go's `http.Request.Write` puts them. apimachinery `pkg/util/proxy/upgradeaware.go`.
 */
import type { IncomingMessage } from 'node:http';

/**
 * Dropped: what proves who the client is (the authentication filter upstream takes it away), what tells a run (only
 * our own word on it counts), and Host, which the caller names.
 */
const dropped = new Set([
	'authorization',
	'host',
	'impersonate-group',
	'impersonate-user',
	'traceparent',
	'tracestate',
	'transfer-encoding',
	'x-forwarded-for'
]);
/** Go writes these first. */
const first = ['user-agent', 'content-length'];

export function forwardedHeaders(
	request: Pick<IncomingMessage, 'rawHeaders' | 'headers'>,
	clientIp: string | undefined
): [name: string, value: string][] {
	const pairs = pairsOf(request.rawHeaders).filter(([name]) => !dropped.has(name.toLowerCase()));
	const before = request.headers['x-forwarded-for'];
	const chain = [...[before ?? []].flat(), ...(clientIp ? [withoutMapping(clientIp)] : [])];
	const rank = (name: string) => {
		const at = first.indexOf(name.toLowerCase());
		return at < 0 ? first.length : at;
	};
	return (
		[...pairs, ...(chain.length > 0 ? [['X-Forwarded-For', chain.join(', ')]] : [])]
			.map(([name, value]) => [canonical(name!), value!] as [string, string])
			// An exec has no body; what follows its head belongs to the stream.
			.map(([name, value]) => [name, name === 'Content-Length' ? '0' : value] as [string, string])
			.sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0))
	);
}

function pairsOf(raw: readonly string[]): [string, string][] {
	const pairs: [string, string][] = [];
	for (let at = 0; at + 1 < raw.length; at += 2) pairs.push([raw[at]!, raw[at + 1]!]);
	return pairs;
}

/** `x-stream-protocol-version` as Go spells it: a capital after each dash. */
function canonical(name: string): string {
	return name.toLowerCase().replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

/** An IPv4 client of a socket that takes both families. */
function withoutMapping(address: string): string {
	return address.replace(/^::ffff:/, '');
}
