import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import type { Cluster } from '../../src/lib/server/cluster.ts';
import { livePage, type LivePage } from './page-client.ts';

/** The socket of pages, behind which a cluster believes the role that it is told: what comes after the guard. */
export interface LiveDoor {
	/** A page in the browser `who`. */
	open(role: string, who?: string): Promise<LivePage>;
	close(): Promise<void>;
}

export async function serveLive(cluster: Cluster): Promise<LiveDoor> {
	const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
	server.on('connection', (socket, request) => {
		socket.on('error', () => socket.terminate());
		const [, role = '', who = ''] = (request.url ?? '').split('/');
		void cluster.live(socket, role, who);
	});
	await new Promise((resolve) => server.once('listening', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		async open(role, who = 'a browser') {
			const socket = new WebSocket(`ws://127.0.0.1:${port}/${role}/${encodeURIComponent(who)}`);
			const page = livePage(socket);
			await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
			return page;
		},
		close: () =>
			new Promise((resolve) => {
				for (const socket of server.clients) socket.terminate();
				server.close(() => resolve());
			})
	};
}
