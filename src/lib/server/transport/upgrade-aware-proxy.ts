/**
 * What API server and kubelet do with a backend's answer to an upgrade: `UpgradeAwareHandler.tryUpgrade` in apimachinery
 * `pkg/util/proxy/upgradeaware.go`. Raw bytes are spliced only after a verified 101 (CVE-2018-1002105); what happens
 * with any other answer is in `copy-refusal.ts`.
 */
import { finished, type Duplex } from 'node:stream';
import { hasToken, headerValues, type Head } from '../../wire/http1/head.ts';
import type { BackendResponse } from './read-response.ts';
import type { TappedDuplex } from './tapped-duplex.ts';

/** A 101 of HTTP/1.1 (1.0 has no upgrades) that says it upgraded to what was asked for. */
export function isSwitched(head: Head, protocol: string): boolean {
	return (
		head.startLine.startsWith('HTTP/1.1 101') &&
		hasToken(head, 'connection', 'upgrade') &&
		headerValues(head, 'upgrade').some((value) => value.toLowerCase() === protocol.toLowerCase())
	);
}

/** Copies bytes both ways until the first direction ends. Resolves when both connections are closed. */
export function splice(client: TappedDuplex, backend: BackendResponse): Promise<void> {
	const { socket, bytes } = backend;
	client.write(bytes);
	copy(socket, client);
	copy(client, socket);
	return new Promise((resolve) => {
		const end = () => {
			socket.off('end', end).off('close', end);
			client.off('end', end).off('close', end);
			void Promise.all([flushed(socket), flushedClient(client)]).then(() => resolve());
		};
		socket.on('end', end).on('close', end);
		client.on('end', end).on('close', end);
		if (socket.destroyed || client.destroyed) end();
	});
}

function copy(from: Duplex, to: Duplex): void {
	const drained = () => from.resume();
	from.on('data', (chunk: Buffer) => {
		if (to.destroyed || to.writableEnded) return;
		if (!to.write(chunk)) from.pause();
	});
	from.on('error', () => {});
	to.on('drain', drained);
	from.resume();
}

/** Ends a connection after what was written to it has left, then closes it for good. */
function flushed(socket: Duplex): Promise<void> {
	return new Promise((resolve) => {
		finished(socket, { readable: false }, () => {
			socket.destroy();
			resolve();
		});
		socket.end();
	});
}

/** The tapped end is finished as soon as its socket has taken the bytes; they have left when the socket is. */
export function flushedClient(client: TappedDuplex): Promise<void> {
	return new Promise((resolve) => {
		finished(client.socket, { readable: false }, () => {
			client.destroy();
			resolve();
		});
		client.end();
	});
}
