/**
 * `pods/log`: `LogREST` in `pkg/registry/core/pod/rest/log.go`. No stream, no upgrade: a plain GET at the kubelet, whose
 * body is copied to the client as it comes (`StreamObject` of apiserver `pkg/endpoints/handlers/responsewriters`).
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { eras } from '../../trace/eras.ts';
import type { Message } from '../../trace/trace.ts';
import {
	parsePodLogOptions,
	validatePodLogOptions,
	type PodLogOptions
} from '../../wire/pod-log-options.ts';
import { drained } from '../transport/drained.ts';
import type { ApiRequest, Handled } from './api-request.ts';
import type { StreamContext } from './connect-stream.ts';
import { answer, call, type Conversation } from './conversation.ts';
import { getFromKubelet } from './kubelet-get.ts';
import { logLocation, type LogLocation } from './log-location.ts';
import type { PodVerb } from './pod-verb.ts';
import { badRequest, invalid, methodNotAllowed } from './status.ts';

export const logRest: PodVerb = {
	verb: 'logs',
	ids: { http: 'get-log', webSocket: 'get-log' },
	asked: told,
	commandOf: told,
	serve
};

/** What the query says, as far as it can be read; who cannot be read is refused later, by name. */
function told(query: URLSearchParams) {
	try {
		const { follow, previous, timestamps, ...rest } = parsePodLogOptions(query);
		const flags = { follow, previous, timestamps };
		const given = Object.entries(flags).filter(([, is]) => is);
		const { container, ...numbers } = rest;
		return { ...(container ? { container } : {}), ...Object.fromEntries(given), ...numbers };
	} catch {
		return {};
	}
}

async function serve(api: ApiRequest, context: StreamContext): Promise<Handled> {
	const { info, url, talk, request } = api;
	if (info.verb !== 'get') throw methodNotAllowed();
	const options = readOptions(url.searchParams, info.name);
	const location = await locate(api, context, options);
	if (!location) return { status: 204, body: '' };
	const gone = new AbortController();
	const leave = () => gone.abort();
	request.socket.once('close', leave);
	try {
		const sent = await announce(talk, location);
		const headers: Record<string, string> = {
			'User-Agent': 'Go-http-client/1.1',
			'Accept-Encoding': 'gzip'
		};
		if (sent && talk.run) headers['traceparent'] = talk.run.traceparent(sent);
		const kubelet = await getFromKubelet({
			...{ url: location.url, client: context.kubeletClient, signal: gone.signal, headers },
			...{ resource: 'pods/log', name: info.name }
		});
		await answer(talk, 200, { from: 'kubelet', follow: options.follow });
		await copy(kubelet, api.respond(), { talk, sent });
	} finally {
		request.socket.off('close', leave);
		gone.abort();
	}
	return 'taken';
}

/** Throws 400 for what cannot be read, 422 for what cannot be. */
function readOptions(query: URLSearchParams, name: string): PodLogOptions {
	let options: PodLogOptions;
	try {
		options = parsePodLogOptions(query);
	} catch (error) {
		throw badRequest((error as Error).message);
	}
	const errors = validatePodLogOptions(options);
	if (errors.length > 0) throw invalid('PodLogOptions', name, errors);
	return options;
}

async function locate(
	{ info, talk }: ApiRequest,
	{ pods, nodes }: StreamContext,
	options: PodLogOptions
): Promise<LogLocation | undefined> {
	const { chooseText } = eras[talk.run?.era ?? '1.15-redirect'];
	const find = () => logLocation({ pods, nodes, chooseText }, info, options);
	const foreseen = foresee(find);
	const said = foreseen.url ?? foreseen.error ?? 'nowhere: no node has the pod';
	const facts = { via: 'LogREST.Get', pod: info.name, ...foreseen };
	const located = await call(
		talk,
		'log-location',
		`LogLocation is ${said}`,
		'pod.LogLocation',
		facts
	);
	try {
		return find();
	} finally {
		located();
	}
}

/** A call is told when it begins; what it will return is worked out for the telling, and again after a hold. */
function foresee(find: () => LogLocation | undefined): { url?: string; error?: string } {
	try {
		const found = find();
		return found ? { ...found, url: found.url.href } : {};
	} catch (error) {
		return { error: error instanceof Error ? error.message : String(error) };
	}
}

/** Says what is about to be asked of the kubelet. */
async function announce(
	{ run }: Conversation,
	{ node, url }: LogLocation
): Promise<Message | undefined> {
	return run?.step('kubelet-log', {
		n: `GET ${url.pathname}${url.search}`,
		facts: { node, method: 'GET', url: url.href }
	});
}

/**
 * Head at once, so that a client knows that it follows something, then every piece as it comes. When the kubelet is gone
 * in the middle, the answer ends as if there were no more: so does upstream.
 */
async function copy(
	from: IncomingMessage,
	to: ServerResponse,
	{ talk, sent }: { talk: Conversation; sent: Message | undefined }
): Promise<void> {
	to.writeHead(200, { 'Content-Type': 'text/plain' });
	to.flushHeaders();
	let at = 0;
	try {
		for await (const piece of from as AsyncIterable<Buffer>) {
			if (to.destroyed) return;
			const place = { dir: '<', body: at, len: piece.length } as const;
			if (sent && talk.asked)
				talk.run?.crossed({ on: sent, ...place }, { on: talk.asked, ...place });
			at += piece.length;
			if (!to.write(piece)) await drained(to);
		}
	} catch {
		// The kubelet broke off, or the client left.
	}
	to.end();
}
