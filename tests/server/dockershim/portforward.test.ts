import { afterEach, expect, it } from 'vitest';
import {
	servePortForward,
	type PortConnection
} from '../../../src/lib/server/dockershim/serve-portforward.ts';
import { PortForwardTrace } from '../../../src/lib/server/dockershim/portforward-trace.ts';
import { defaultLimits } from '../../../src/lib/server/limits.ts';
import {
	SpdyConnection,
	StreamClosedError,
	type SpdyStream
} from '../../../src/lib/server/transport/spdy-connection.ts';
import type { TappedDuplex } from '../../../src/lib/server/transport/tapped-duplex.ts';
import { duplexPair } from '../../support/duplex-pair.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { quietTrace } from '../../support/quiet-trace.ts';
import { testShim, text, upgrade } from './shim.ts';

const closing: (() => unknown)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

/** A client and a server that forwards to what `forward` is. */
async function forwarding(forward: (port: number, each: PortConnection) => Promise<void>) {
	const trace = quietTrace();
	const clock = fakeClock();
	const [near, far] = duplexPair();
	const asked = await trace.boot.step('cri-handler', { n: 'GET' });
	const served = servePortForward({
		// In memory there is nothing to tap.
		socket: far as TappedDuplex,
		pod: 's1',
		told: new PortForwardTrace(trace.boot, asked, 's1'),
		limits: defaultLimits,
		clock,
		forward
	});
	const client = new SpdyConnection(near, { role: 'client' });
	closing.push(() => client.close());
	const open = async (requestid: string, port = '80') => {
		const error = await client.open({ streamtype: 'error', port, requestid });
		error.end();
		return { error, data: await client.open({ streamtype: 'data', port, requestid }) };
	};
	return { trace, clock, client, served, open };
}

const all = (streams: { data: SpdyStream; error: SpdyStream }) =>
	Promise.all([text(streams.data), text(streams.error)]);

async function echo(_port: number, { input, output, opening }: PortConnection) {
	await opening({ containerId: 's1', pid: 7, command: 'nsenter' });
	for await (const { data } of input) await output(data);
}

it('carries data both ways and the half-close too, and says each step', async () => {
	const { trace, client, served, open } = await forwarding(echo);
	const streams = await open('0');
	await streams.data.write(Buffer.from('hello'));
	streams.data.end();
	expect(await all(streams)).toEqual(['hello', '']);
	client.close();
	await served;
	expect(trace.said.map(({ id, n }) => `${id} ${n}`)).toEqual([
		'cri-handler GET',
		'stream-open SYN_STREAM 1 streamtype=error port=80 requestid=0',
		'stream-open:reply SYN_REPLY 1',
		'stream-open SYN_STREAM 3 streamtype=data port=80 requestid=0',
		'stream-open:reply SYN_REPLY 3',
		'forward-port localhost:80 in the pod',
		'io port 80 5 bytes',
		'io port 80 5 bytes',
		'close FIN 1, 3',
		'close RST_STREAM, GOAWAY'
	]);
	const facts = trace.said.find(({ id }) => id === 'forward-port')!.facts;
	expect(facts).toMatchObject({ containerId: 's1', pid: 7, port: 80, requestid: '0' });
});

it('tells of one refused port on its error stream, while the others go on', async () => {
	const { trace, open } = await forwarding(async (port, connection) => {
		if (port === 81) throw new Error('exit status 1: Connection refused\n');
		await echo(port, connection);
	});
	const going = await open('0');
	const refused = await open('1', '81');
	expect(await all(refused)).toEqual([
		'',
		'error forwarding port 81 to pod s1, uid : exit status 1: Connection refused\n'
	]);
	await going.data.write(Buffer.from('still here'));
	going.data.end();
	expect(await all(going)).toEqual(['still here', '']);
	expect(trace.said.filter(({ id }) => id === 'port-error')).toHaveLength(1);
});

it('does not let what nobody reads stop the others', async () => {
	const { open } = await forwarding(async (port, connection) => {
		if (port === 81) throw new Error('refused');
		await echo(port, connection);
	});
	const refused = await open('0', '81');
	await all(refused);
	await refused.data.write(Buffer.alloc(1024 * 1024));
	const going = await open('1');
	await going.data.write(Buffer.from('on'));
	going.data.end();
	expect(await all(going)).toEqual(['on', '']);
});

it('resets a stream without a port, and goes on', async () => {
	const { trace, client, open } = await forwarding(echo);
	await expect(client.open({ streamtype: 'data' })).rejects.toThrow(StreamClosedError);
	expect(trace.said.at(-1)).toMatchObject({
		id: 'stream-open:reply',
		n: 'RST_STREAM 1',
		facts: { reason: '"port" header is required' }
	});
	const streams = await open('0');
	streams.data.end();
	expect(await all(streams)).toEqual(['', '']);
});

it('gives up on a pair whose other stream does not come', async () => {
	const { clock, client, trace } = await forwarding(echo);
	const error = await client.open({ streamtype: 'error', port: '80', requestid: '0' });
	clock.advance(30_001);
	let said = '';
	for await (const { data } of error) {
		said = Buffer.from(data).toString();
		break;
	}
	expect(said).toBe('(conn=s1, request=0) timed out waiting for streams');
	expect(trace.said.at(-1)).toMatchObject({ id: 'port-error' });
});

it('ends every connection when the client has gone', async () => {
	let gone = 0;
	const { client, served, open } = await forwarding(
		(_port, connection) =>
			new Promise((resolve) =>
				connection.gone.addEventListener('abort', () => {
					gone++;
					resolve();
				})
			)
	);
	await open('0');
	await open('1');
	client.close();
	await served;
	expect(gone).toBe(2);
});

it('is prepared by CRI, for a sandbox that runs, and served in its own protocol only', async () => {
	const shim = await testShim();
	await expect(shim.call('PortForward', { pod_sandbox_id: 'gone' })).rejects.toThrow();
	const { url } = await shim.call<{ url: string }>('PortForward', { pod_sandbox_id: 'c1' });
	expect(url).toMatch(/^\/cri\/portforward\/[\w-]{8}$/);
	const { head } = await upgrade(shim.streaming, url, ['portforward.k8s.io']);
	expect(head).toBe(
		'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: portforward.k8s.io\r\n\r\n'
	);
	const other = await shim.call<{ url: string }>('PortForward', { pod_sandbox_id: 'c1' });
	const refused = await upgrade(shim.streaming, other.url, ['v4.channel.k8s.io']);
	expect(refused.head).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
	expect(refused.head).toContain('X-Accepted-Stream-Protocol-Versions: portforward.k8s.io\r\n');
});
