/**
 * A plain GET at a kubelet, whose body is passed on as it comes: `LocationStreamer` and its
 * `GenericHttpResponseChecker` (apiserver `pkg/registry/generic/rest`).
 */
import https from 'node:https';
import type { IncomingMessage } from 'node:http';
import { dialKubelet, type KubeletClient } from './dial.ts';
import { addressOf } from './redirect-rule.ts';
import { badRequest, failure, type StatusError } from './status.ts';

/** Of a refusal no more is read. */
const mostRead = 50_000;

export interface KubeletGet {
	url: URL;
	client: KubeletClient;
	/** Ends the request, and the body that is being read. */
	signal: AbortSignal;
	headers: Record<string, string>;
	/** What is asked for, for the words of a refusal: `pods/log`, and the name. */
	resource: string;
	name: string;
}

/** The answer, if it is one below 300. Throws a Status that says what the kubelet said, or why it cannot be reached. */
export async function getFromKubelet(get: KubeletGet): Promise<IncomingMessage> {
	const { url, client, signal, headers } = get;
	const failed = (error: Error): never => {
		const why = error.message.replace(/^error dialing backend: /, '');
		throw new Error(`Get ${JSON.stringify(url.href)}: ${why}`, { cause: error });
	};
	const socket = await dialKubelet(addressOf(url), client, signal).catch(failed);
	const answered = new Promise<IncomingMessage>((resolve, reject) => {
		const request = https.request(url, { createConnection: () => socket, headers });
		request.on('response', resolve);
		request.on('error', reject);
		request.on('close', () => reject(new Error('EOF')));
		signal.addEventListener('abort', () => socket.destroy(), { once: true });
		request.end();
	});
	const answer = await answered.catch(failed);
	if (isGood(answer)) return answer;
	try {
		throw refusal(answer.statusCode ?? 0, await textOf(answer), get);
	} finally {
		socket.destroy();
	}
}

const isGood = ({ statusCode = 0 }: IncomingMessage) => statusCode >= 200 && statusCode <= 206;

async function textOf(answer: IncomingMessage): Promise<string> {
	const pieces: Buffer[] = [];
	let left = mostRead;
	for await (const piece of answer as AsyncIterable<Buffer>) {
		pieces.push(piece.subarray(0, left));
		left -= piece.length;
		if (left <= 0) break;
	}
	return Buffer.concat(pieces).toString();
}

/** `GenericHttpResponseChecker.Check`, with `NewGenericServerResponse` for what it has no words for. */
function refusal(status: number, text: string, { resource, name }: KubeletGet): StatusError {
	if (status === 500)
		return failure(500, 'InternalError', `Internal error occurred: ${text}`, {
			causes: [{ message: text }]
		});
	if (status === 400) return badRequest(text);
	const [reason, message] = words(status, text);
	// There is no verb to name: the blank before the resource is where it would stand.
	return failure(status, reason, `${message} ( ${resource} ${name})`, { name, kind: resource });
}

function words(status: number, text: string): [reason: string, message: string] {
	switch (status) {
		case 401:
			return ['Unauthorized', 'the server has asked for the client to provide credentials'];
		case 403:
			return ['Forbidden', text];
		case 404:
			return ['NotFound', 'the server could not find the requested resource'];
		case 405:
			return [
				'MethodNotAllowed',
				'the server does not allow this method on the requested resource'
			];
		case 503:
			return ['ServiceUnavailable', 'the server is currently unable to handle the request'];
		default:
			return status > 500
				? [
						'InternalError',
						`an error on the server (${JSON.stringify(text)}) has prevented the request from succeeding`
					]
				: [
						'Unknown',
						`the server responded with the status code ${status} but did not return more information`
					];
	}
}
