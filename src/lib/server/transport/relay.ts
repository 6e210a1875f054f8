import { chmod } from 'node:fs/promises';
import net from 'node:net';
import { socketOptions, type Address } from './address.ts';
import type { Sink } from './tapped-duplex.ts';
import { listen, type Listening } from './tapped-server.ts';

/**
 * A transparent relay in front of a program's socket: whoever speaks to the published address is passed on byte
 * for byte, and a sink sees each chunk before it is passed on. The far side may be ours or foreign, it cannot tell.
 * A sink that returns a promise holds that direction back until it is settled.
 */
export async function startRelay(options: {
	published: Address;
	target: Address;
	open(): Sink;
}): Promise<Listening> {
	const sockets = new Set<net.Socket>();
	const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
		const target = net.connect({ ...socketOptions(options.target), allowHalfOpen: true });
		const sink = options.open();
		let gone = false;
		const closed = (by: 'client' | 'server') => {
			if (gone) return;
			gone = true;
			sink.closed(by);
		};
		for (const socket of [client, target]) {
			sockets.add(socket);
			socket.on('close', () => sockets.delete(socket));
		}
		pass(client, target, (chunk) => sink.bytes('>', chunk));
		pass(target, client, (chunk) => sink.bytes('<', chunk));
		client.on('close', () => closed('client'));
		target.on('close', () => closed('server'));
	});
	await listen(server, options.published);
	if (options.published.kind === 'unix') await chmod(options.published.path, 0o600);
	return {
		address: options.published,
		async close() {
			const done = new Promise<void>((resolve) => server.close(() => resolve()));
			for (const socket of sockets) socket.destroy();
			await done;
		}
	};
}

/** Copies one direction, chunk after chunk, half-close included; an error on either side ends both. */
function pass(
	from: net.Socket,
	to: net.Socket,
	show: (chunk: Buffer) => void | Promise<void>
): void {
	let last: Promise<void> = Promise.resolve();
	let waiting = 0;
	const write = (chunk: Buffer) => {
		if (!to.destroyed && !to.write(chunk)) {
			from.pause();
			to.once('drain', () => {
				if (waiting === 0) from.resume();
			});
		}
	};
	from.on('data', (chunk: Buffer) => {
		const held = waiting > 0 ? undefined : show(chunk);
		if (waiting === 0 && !held) return write(chunk);
		waiting++;
		from.pause();
		last = last
			.then(() => held ?? show(chunk))
			.then(() => write(chunk))
			.catch(() => {
				from.destroy();
				to.destroy();
			})
			.finally(() => {
				if (--waiting === 0 && !to.writableNeedDrain) from.resume();
			});
	});
	from.on('end', () => void last.then(() => to.end()));
	from.on('error', () => {
		to.destroy();
	});
	from.on('close', () => {
		if (from.errored || !from.readableEnded) to.destroy();
	});
	from.resume();
}
