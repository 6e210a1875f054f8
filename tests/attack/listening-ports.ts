import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface ListeningPort {
	port: number;
	loopback: boolean;
	six: boolean;
}

/** Reads from the system what a process listens on: nothing that the product says of itself is believed. */
export function listeningPorts(pid: number): ListeningPort[] {
	const inodes = new Set(
		readdirSync(`/proc/${pid}/fd`).map((fd) => {
			try {
				return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
			} catch {
				return undefined; // closed meanwhile
			}
		})
	);
	return ['tcp', 'tcp6'].flatMap((table) =>
		readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
			.split('\n')
			.map((row) => row.trim().split(/\s+/))
			.filter((columns) => columns[3] === '0A' && inodes.has(columns[9]))
			.map(([, local = '']) => {
				const [address = '', port = ''] = local.split(':');
				const loopback = ['0100007F', '00000000000000000000000001000000'].includes(address);
				return { port: parseInt(port, 16), loopback, six: table === 'tcp6' };
			})
	);
}
