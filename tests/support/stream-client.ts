import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https, { type RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { SpdyConnection } from '../../src/lib/server/transport/spdy-connection.ts';
import type { SpdyStream } from '../../src/lib/server/transport/spdy-stream.ts';

/** Who asks: certificates in PEM. */
export interface Identity {
	ca: string;
	cert?: string;
	key?: string;
}

export interface HttpsAnswer {
	status: number;
	headers: Record<string, string | string[] | undefined>;
	text: string;
}

const agent = 'curl/7.88.1';
const clientOf = (url: string) => (url.startsWith('http:') ? http : https);

/** One request as curl makes it, on a connection of its own. */
export async function curl(
	url: string,
	identity: Identity,
	options: RequestOptions = {}
): Promise<HttpsAnswer> {
	const request = clientOf(url).request(url, {
		agent: false,
		...identity,
		...options,
		headers: { 'User-Agent': agent, Connection: 'close', ...options.headers }
	});
	request.end();
	const [response] = (await once(request, 'response')) as [IncomingMessage];
	let text = '';
	response.setEncoding('utf8');
	for await (const chunk of response) text += chunk as string;
	return { status: response.statusCode ?? 0, headers: response.headers, text };
}

/** Asks for an upgrade to SPDY as a client would that knows no kubectl; throws when it is refused. */
export async function curlSpdy(
	url: string,
	identity: Identity,
	protocol: string,
	method = 'POST'
): Promise<{ connection: SpdyConnection; socket: Duplex }> {
	const request = clientOf(url).request(url, {
		agent: false,
		...identity,
		method,
		headers: {
			'User-Agent': agent,
			Connection: 'Upgrade',
			Upgrade: 'SPDY/3.1',
			'X-Stream-Protocol-Version': protocol,
			'Content-Length': '0'
		}
	});
	request.end();
	const { socket, head } = await new Promise<Upgraded>((resolve, reject) => {
		request.on('upgrade', (_response, socket, head) => resolve({ socket, head }));
		request.on('response', ({ statusCode }) => reject(new Error(`refused with ${statusCode}`)));
		request.on('error', reject);
	});
	if (head.length > 0) socket.unshift(head);
	return { connection: new SpdyConnection(socket, { role: 'client' }), socket };
}

/** Redeems a token URL, or whatever else answers with a SPDY stream of an exec without stdin: what came on each. */
export async function curlExec(
	url: string,
	identity: Identity,
	method = 'POST'
): Promise<{ stdout: string; stderr: string; error: string }> {
	const { connection, socket } = await curlSpdy(url, identity, 'v4.channel.k8s.io', method);
	const error = await connection.open({ streamtype: 'error' });
	const stdout = await connection.open({ streamtype: 'stdout' });
	const stderr = await connection.open({ streamtype: 'stderr' });
	const all = await Promise.all([stdout, stderr, error].map(textOf));
	connection.close();
	socket.destroy();
	return { stdout: all[0]!, stderr: all[1]!, error: all[2]! };
}

interface Upgraded {
	socket: Duplex;
	head: Buffer;
}

/** All that comes on a stream. */
export async function textOf(stream: SpdyStream): Promise<string> {
	const chunks: Uint8Array[] = [];
	for await (const { data } of stream) chunks.push(data);
	return Buffer.concat(chunks).toString();
}
