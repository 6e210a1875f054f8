/**
 * WebSocket at the streaming server: `createWebSocketStreams` of `pkg/kubelet/server/remotecommand/websocket.go` and
 * apiserver `pkg/util/wsstream/conn.go`. Upstream's knows no v5, the only one that new clients offer, and refuses it;
 * the older ones it would serve, which this version does not.
 */
import type { IncomingMessage } from 'node:http';
import type { Facts } from '../../trace/event.ts';

const upstreamProtocols = [
	'',
	'channel.k8s.io',
	'base64.channel.k8s.io',
	'v4.channel.k8s.io',
	'v4.base64.channel.k8s.io'
];

export function isWebSocketRequest({ headers }: IncomingMessage): boolean {
	const connection = String(headers.connection ?? '').toLowerCase();
	return connection.includes('upgrade') && String(headers.upgrade).toLowerCase() === 'websocket';
}

/** The refusal, to the byte as Go's x/net/websocket writes it: a head alone, ended by the end of the connection. */
export function refuseWebSocket(request: IncomingMessage): { bytes: string; facts: Facts } {
	const offered = (request.headersDistinct['sec-websocket-protocol'] ?? [])
		.flatMap((line) => line.split(','))
		.map((name) => name.trim());
	const known = (offered.length === 0 ? [''] : offered).filter((name) =>
		upstreamProtocols.includes(name)
	);
	const reason =
		known.length === 0
			? `requested protocol(s) are not supported: [${offered.join(' ')}]; supports [${upstreamProtocols.join(' ')}]`
			: 'Execscope serves exec by SPDY/3.1 only: upstream knows this WebSocket protocol, this version does not.';
	const body = known.length === 0 ? '' : `${reason}\n`;
	return {
		bytes: `HTTP/1.1 403 Forbidden\r\n\r\n${body}`,
		facts: { status: 403, offered, reason }
	};
}
