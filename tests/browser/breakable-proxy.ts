import http from 'node:http';
import net from 'node:net';
import type { Duplex } from 'node:stream';

/** What lies between a browser and the product, and can break as a network does: without a word to either end. */
export interface BreakableProxy {
	/** For `newContext({ proxy })`. */
	server: string;
	/** Cuts every connection, and refuses new ones until it is mended. */
	break(): void;
	mend(): void;
	close(): Promise<void>;
}

/** Starts a proxy on a free port of this machine; WebSockets pass it by CONNECT, all else as requests. */
export async function startBreakableProxy(): Promise<BreakableProxy> {
	const sockets = new Set<Duplex>();
	let broken = false;
	const follow = (socket: Duplex) => {
		sockets.add(socket);
		socket.on('error', () => socket.destroy());
		socket.on('close', () => sockets.delete(socket));
	};
	const proxy = http.createServer((request, response) => {
		const url = new URL(request.url ?? '');
		const { method, headers } = request;
		const onward = http.request(url, { method, headers, agent: false }, (answer) => {
			response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
			answer.pipe(response);
		});
		onward.on('error', () => response.destroy());
		request.pipe(onward);
	});
	proxy.on('connection', (socket: net.Socket) => {
		if (broken) return socket.destroy();
		follow(socket);
	});
	proxy.on('connect', (request, client: Duplex) => {
		const { hostname, port } = new URL(`http://${request.url}`);
		const onward = net.connect(Number(port), hostname, () => {
			client.write('HTTP/1.1 200 Connection established\r\n\r\n');
			client.pipe(onward).pipe(client);
		});
		follow(onward);
		onward.on('close', () => client.destroy());
		client.on('close', () => onward.destroy());
	});
	const cut = () => {
		for (const socket of sockets) socket.destroy();
	};
	await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
	return {
		server: `http://127.0.0.1:${(proxy.address() as net.AddressInfo).port}`,
		break() {
			broken = true;
			cut();
		},
		mend: () => void (broken = false),
		close: () =>
			new Promise((resolve) => {
				proxy.close(() => resolve());
				cut();
			})
	};
}
