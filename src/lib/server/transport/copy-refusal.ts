/**
 * An answer of a backend that is no 101: the other half of `UpgradeAwareHandler.tryUpgrade`. It is copied back as it
 * is, head and body and nothing after them, and both connections end, so that nobody can go on talking to the backend
 * in our name (CVE-2018-1002105).
 */
import { bodyLength } from '../../wire/http1/body-length.ts';
import type { Head } from '../../wire/http1/head.ts';
import { Http1Decoder } from '../../wire/http1/http1-decoder.ts';
import type { BackendResponse } from './read-response.ts';
import type { TappedDuplex } from './tapped-duplex.ts';
import { flushedClient } from './upgrade-aware-proxy.ts';

export interface CopyOptions {
	/** Of the request that was refused: the answer to a HEAD has no body. */
	method: string;
	clock: { after(ms: number, act: () => void): () => void };
	limitMs: number;
}

/** Resolves when both connections are closed. */
export function copyRefusal(
	client: TappedDuplex,
	{ socket, head, bytes }: BackendResponse,
	{ method, clock, limitMs }: CopyOptions
): Promise<void> {
	return new Promise((resolve) => {
		const share = shareOf(head, method);
		let over = false;
		const end = () => {
			if (over) return;
			over = true;
			stop();
			socket.destroy();
			void flushedClient(client).then(resolve);
		};
		const stop = clock.after(limitMs, () => {
			end();
			client.destroy();
		});
		const take = (chunk: Buffer) => {
			if (over) return;
			const { len, last } = share(chunk);
			client.write(chunk.subarray(0, len));
			if (last) end();
		};
		client.on('close', end);
		client.write(bytes.subarray(0, head.size));
		take(bytes.subarray(head.size));
		if (over) return;
		socket.on('data', take).on('end', end).on('close', end);
		socket.resume();
	});
}

/** Tells of each chunk after the head how many bytes still belong to the answer, and whether it ends there. */
type Share = (chunk: Buffer) => { len: number; last: boolean };

function shareOf(head: Head, method: string): Share {
	const length = lengthOf(head, method);
	if (length === 'close') return (chunk) => ({ len: chunk.length, last: false });
	if (length === 'chunked') return chunkedShare(head);
	let left = length;
	return (chunk) => {
		const len = Math.min(left, chunk.length);
		left -= len;
		return { len, last: left === 0 };
	};
}

/** An answer whose length nobody can tell ends with its head. */
function lengthOf(head: Head, method: string): number | 'chunked' | 'close' {
	try {
		return bodyLength(head, method);
	} catch {
		return 0;
	}
}

/** Byte by byte: what follows the last chunk is no HTTP answer, and must not be read as one. */
function chunkedShare({ headers }: Head): Share {
	const decoder = new Http1Decoder('response');
	const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
	decoder.push(Buffer.from(`HTTP/1.1 200 OK\r\n${lines}\r\n`, 'latin1'));
	return (chunk) => {
		for (let at = 0; at < chunk.length; at++) {
			try {
				const events = decoder.push(chunk.subarray(at, at + 1));
				if (events.some(({ type }) => type === 'end')) return { len: at + 1, last: true };
			} catch {
				return { len: at, last: true };
			}
		}
		return { len: chunk.length, last: false };
	};
}
