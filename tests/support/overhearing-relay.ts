import net from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import type { Pki } from '../../src/lib/server/pki.ts';
import { socketOptions, type Address } from '../../src/lib/server/transport/address.ts';

/** What crossed one connection, in both directions. */
export interface Overheard {
	'>': Buffer[];
	'<': Buffer[];
}

export interface OverhearingRelay {
	address: Address;
	/** Connections in the order in which they were opened. */
	heard: Overheard[];
	close(): Promise<void>;
}

export interface RelayOptions {
	listen: Address;
	target(): Address;
	/** Ends TLS with the cluster's own CA, and speaks to the target as the client named itself. */
	pki?: Pki;
}

/** A relay of the tests' own: it knows nothing of taps, and keeps every byte that it passes on. */
export async function overhear({ listen, target, pki }: RelayOptions): Promise<OverhearingRelay> {
	const heard: Overheard[] = [];
	const sockets = new Set<Duplex>();
	const keep = <S extends Duplex>(socket: S): S => {
		sockets.add(socket);
		socket.on('close', () => sockets.delete(socket));
		socket.on('error', () => {});
		return socket;
	};
	const accept = (client: Duplex) => {
		keep(client);
		const bytes: Overheard = { '>': [], '<': [] };
		heard.push(bytes);
		void dial(client, target(), pki).then(
			(server) => {
				keep(server);
				pass(client, server, bytes['>']);
				pass(server, client, bytes['<']);
			},
			() => client.destroy()
		);
	};
	const server = pki
		? tls.createServer(await serving(pki), accept)
		: net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, accept);
	await new Promise<void>((resolve) => server.listen(socketOptions(listen), resolve));
	const bound = server.address();
	const port = bound !== null && typeof bound === 'object' ? bound.port : 0;
	return {
		address: listen.kind === 'tcp' ? { ...listen, port } : listen,
		heard,
		async close() {
			for (const socket of sockets) socket.destroy();
			await new Promise<void>((resolve) => server.close(() => resolve()));
		}
	};
}

async function serving(pki: Pki): Promise<tls.TlsOptions> {
	const pair = await pki.issue({ cn: 'relay', ips: ['127.0.0.1'], usage: 'server' });
	return {
		...pair,
		ca: pki.ca.cert,
		requestCert: true,
		rejectUnauthorized: false,
		ALPNProtocols: ['http/1.1'],
		allowHalfOpen: true
	};
}

async function dial(client: Duplex, target: Address, pki: Pki | undefined): Promise<Duplex> {
	const to = socketOptions(target);
	if (!pki || !(client instanceof tls.TLSSocket)) {
		const socket = net.connect({ ...to, allowHalfOpen: true });
		return connected(socket, 'connect');
	}
	client.pause();
	const { subject } = client.getPeerCertificate() as { subject?: { CN: string; O?: string } };
	const own = subject
		? await pki.issue({
				cn: subject.CN,
				...(subject.O === undefined ? {} : { o: subject.O }),
				usage: 'client'
			})
		: {};
	return connected(tls.connect({ ...to, ...own, ca: pki.ca.cert }), 'secureConnect');
}

function connected(socket: net.Socket, event: 'connect' | 'secureConnect'): Promise<Duplex> {
	return new Promise((resolve, reject) => {
		socket.once('error', reject);
		socket.once(event, () => resolve(socket));
	});
}

function pass(from: Duplex, to: Duplex, bytes: Buffer[]): void {
	from.on('data', (chunk: Buffer) => {
		bytes.push(chunk);
		if (to.writable && !to.write(chunk)) {
			from.pause();
			to.once('drain', () => from.resume());
		}
	});
	from.on('end', () => to.end());
	from.on('close', () => {
		if (!from.readableEnded) to.destroy();
	});
	from.resume();
}
