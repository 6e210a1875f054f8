import { readdir, readFile, readlink } from 'node:fs/promises';
import { endianness } from 'node:os';
import type { Peer } from '../../trace/trace.ts';

/**
 * The process at the other end of a loopback TCP connection, as `pid:start time`, on Linux; undefined elsewhere or
 * when it cannot be seen. For clients that say nothing of which command their requests belong to (kubectl 1.20):
 * both ends, then the socket's inode in /proc/net/tcp, then whoever has it open.
 */
export async function peerProcess(peer: Peer): Promise<string | undefined> {
	try {
		const inode = await socketInode(peer);
		return inode === undefined ? undefined : await owner(`socket:[${inode}]`);
	} catch {
		return undefined;
	}
}

async function socketInode(peer: Peer): Promise<string | undefined> {
	for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
		const inode = inodeIn(await readFile(table, 'utf8').catch(() => ''), peer, endianness());
		if (inode !== undefined) return inode;
	}
	return undefined;
}

/**
 * The inode of the client's socket in the text of /proc/net/tcp or tcp6 (proc_net_tcp.txt), whose `order` is that of the
 * machine. One end may be an IPv4 socket and the other an IPv6 one, to which the same address is a mapped one.
 */
export function inodeIn(table: string, { from, to }: Peer, order: 'LE' | 'BE'): string | undefined {
	const [local, remote] = [nameOf(from), nameOf(to)];
	for (const line of table.split('\n').slice(1)) {
		const fields = line.trim().split(/\s+/);
		// While it is being closed a connection has no socket any more.
		if (fields[9] === undefined || fields[9] === '0') continue;
		if (listed(fields[1], order) === local && listed(fields[2], order) === remote) return fields[9];
	}
	return undefined;
}

const mapped = '00000000000000000000FFFF';

/** `0100007F:1F90` as 32 hex digits in network order and the port: each 32 bits stand in the machine's order. */
function listed(field: string | undefined, order: 'LE' | 'BE'): string | undefined {
	const [address = '', port] = field?.split(':') ?? [];
	const words = address.match(/.{8}/g) ?? [];
	const bytes = words.map((word) =>
		order === 'BE' ? word : word.match(/../g)!.reverse().join('')
	);
	return `${words.length === 1 ? mapped : ''}${bytes.join('')}:${port}`;
}

function nameOf({ address, port }: Peer['from']): string {
	return `${digitsOf(address)}:${hex(port, 4)}`;
}

function digitsOf(address: string): string {
	if (!address.includes(':'))
		return (
			mapped +
			address
				.split('.')
				.map((part) => hex(Number(part), 2))
				.join('')
		);
	// A URL writes every IPv6 address alike, the last 32 bits in hex digits too.
	const { hostname } = new URL(`http://[${address.replace(/%.*/, '')}]`);
	const [head = '', tail] = hostname.slice(1, -1).split('::');
	const groups = (text: string) => (text === '' ? [] : text.split(':'));
	const [first, last] = [groups(head), groups(tail ?? '')];
	const zeros = new Array<string>(8 - first.length - last.length).fill('0');
	return [...first, ...zeros, ...last].map((group) => hex(parseInt(group, 16), 4)).join('');
}

const hex = (value: number, digits: number): string =>
	value.toString(16).toUpperCase().padStart(digits, '0');

async function owner(link: string): Promise<string | undefined> {
	// Youngest first: who asks has only just started.
	const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
	for (const pid of pids.sort((a, b) => b - a)) {
		if (pid === process.pid) continue;
		const fds = await readdir(`/proc/${pid}/fd`).catch(() => []);
		const links = await Promise.all(
			fds.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => ''))
		);
		if (!links.includes(link)) continue;
		const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
		return `${pid}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
	}
	return undefined;
}
