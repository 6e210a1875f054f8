import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { describe, expect, it } from 'vitest';
import { inodeIn, peerProcess } from '../../src/lib/server/tracer/peer-process.ts';

const head =
	'  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const rest = '01 00000000:00000000 00:00000000 00000000  1000        0';
/** Lines as Linux writes them on x86: 127.0.0.1 is 0100007F, and port 40000 is 9C40. */
const v4 = [
	head,
	`   0: 0100007F:192B 00000000:0000 0A ${rest.slice(3)} 100 1 0000 100 0 0 10 0`,
	`   1: 0100007F:9C40 0100007F:0050 ${rest} 101 1 0000 20 4 30 10 -1`,
	`   2: 0200007F:9C40 0100007F:192B ${rest} 102 1 0000 20 4 30 10 -1`,
	`   3: 0100007F:9C40 0100007F:192B ${rest} 103 1 0000 20 4 30 10 -1`,
	`   4: 0100007F:192B 0100007F:9C40 ${rest} 104 1 0000 20 4 30 10 -1`,
	`   5: 0100007F:9C41 0100007F:192B 06 ${rest.slice(3)} 0 1 0000 20 4 30 10 -1`
].join('\n');
const loopback6 = '00000000000000000000000001000000';
const mapped = '0000000000000000FFFF00000100007F';
const v6 = [
	head,
	`   0: ${loopback6}:9C40 ${loopback6}:192B ${rest} 201 1 0000 20 4 30 10 -1`,
	`   1: ${mapped}:9C42 ${mapped}:192B ${rest} 202 1 0000 20 4 30 10 -1`,
	`   2: B80D0120000000000000000001000000:9C40 ${loopback6}:192B ${rest} 203 1 0000 20 4 30 10 -1`
].join('\n');

const at = (address: string, port: number) => ({ address, port });
const inode = (table: string, from: string, port: number, to = from) =>
	inodeIn(table, { from: at(from, port), to: at(to, 6443) }, 'LE');

describe('the socket of a client', () => {
	it('is the one with both ends, whoever else has the same port', () => {
		expect(inode(v4, '127.0.0.1', 40_000)).toBe('103');
		expect(inode(v4, '127.0.0.2', 40_000, '127.0.0.1')).toBe('102');
		expect(inode(v4, '127.0.0.1', 40_001)).toBeUndefined();
		expect(inode(v4, '127.0.0.3', 40_000)).toBeUndefined();
	});

	it('may be an IPv6 one', () => {
		expect(inode(v6, '::1', 40_000)).toBe('201');
		expect(inode(v6, '2001:db8::1', 40_000, '::1')).toBe('203');
		expect(inode(v6, 'fe80::1%eth0', 40_000, '::1')).toBeUndefined();
	});

	it('is the same when either end takes an IPv4 address for a mapped one', () => {
		expect(inode(v4, '::ffff:127.0.0.1', 40_000)).toBe('103');
		expect(inode(v6, '127.0.0.1', 40_002)).toBe('202');
		expect(inode(v6, '::ffff:127.0.0.1', 40_002)).toBe('202');
	});

	it('is read as the machine writes it', () => {
		const big = `${head}\n   0: 7F000001:9C40 7F000001:192B ${rest} 301 1 0000 20 4 30 10 -1`;
		const peer = { from: at('127.0.0.1', 40_000), to: at('127.0.0.1', 6443) };
		expect(inodeIn(big, peer, 'BE')).toBe('301');
		expect(inodeIn(big, peer, 'LE')).toBeUndefined();
	});
});

it.runIf(process.platform === 'linux').each([
	['127.0.0.1', '127.0.0.1'],
	['::', '127.0.0.1']
])('finds the process that has connected to %s', async (listen, address) => {
	const server = net.createServer().listen(0, listen);
	await once(server, 'listening');
	const { port } = server.address() as net.AddressInfo;
	const connect = `require('net').connect(${port}, '${address}').on('close', () => process.exit())`;
	const child = spawn(process.execPath, ['-e', connect]);
	const [socket] = (await once(server, 'connection')) as [net.Socket];
	const from = { address: socket.remoteAddress!, port: socket.remotePort! };
	const to = { address: socket.localAddress!, port: socket.localPort! };
	expect((await peerProcess({ from, to }))?.split(':')[0]).toBe(String(child.pid));
	socket.destroy();
	server.close();
	await once(child, 'close');
});
