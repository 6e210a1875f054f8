import { readdir, readFile, readlink } from 'node:fs/promises';

/**
 * The process at the other end of a loopback TCP connection, as `pid:start time`, on Linux; undefined elsewhere or
 * when it cannot be seen. For clients that say nothing of which command their requests belong to (kubectl 1.20):
 * port, then the socket's inode in /proc/net/tcp, then whoever has it open.
 */
export async function peerProcess(port: number): Promise<string | undefined> {
	try {
		const inode = await socketInode(port);
		return inode === undefined ? undefined : await owner(`socket:[${inode}]`);
	} catch {
		return undefined;
	}
}

async function socketInode(port: number): Promise<string | undefined> {
	const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
	for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
		const text = await readFile(table, 'utf8').catch(() => '');
		for (const line of text.split('\n').slice(1)) {
			const fields = line.trim().split(/\s+/);
			if (fields[1]?.endsWith(local) && fields[9] !== '0') return fields[9];
		}
	}
	return undefined;
}

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
