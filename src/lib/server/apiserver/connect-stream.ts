/**
 * A stream to a pod: `ConnectResource` (apiserver `pkg/endpoints/handlers/rest.go`) and what the `Connect` of each
 * verb does alike (`pkg/registry/core/pod/rest/subresources.go`). Finds the kubelet, sends the upgrade request on, and
 * hands the two connections to the proxy.
 */
import type { TLSSocket } from 'node:tls';
import type { Facts } from '../../trace/event.ts';
import { eras, type EraId } from '../../trace/eras.ts';
import type { StepId } from '../../trace/steps.ts';
import type { Message, Trace } from '../../trace/trace.ts';
import { headerValues } from '../../wire/http1/head.ts';
import type { Clock, Limits } from '../limits.ts';
import { copyRefusal } from '../transport/copy-refusal.ts';
import { forwardedHeaders } from '../transport/forwarded-headers.ts';
import type { BackendResponse } from '../transport/read-response.ts';
import type { TappedDuplex } from '../transport/tapped-duplex.ts';
import { tlsSocketOf } from '../transport/tapped-server.ts';
import { isSwitched, splice } from '../transport/upgrade-aware-proxy.ts';
import type { ApiRequest } from './api-request.ts';
import { connectWithRedirects } from './connect-with-redirects.ts';
import { answer, call } from './conversation.ts';
import { dialKubelet, type KubeletClient } from './dial.ts';
import type { Node } from './objects.ts';
import { addressOf, judgeRedirect } from './redirect-rule.ts';
import { badRequest, methodNotAllowed, StatusError } from './status.ts';
import type { Store } from './store.ts';
import {
	streamLocation,
	type StreamLocation,
	type StreamLocator,
	type StreamTarget
} from './stream-location.ts';

/** A verb that ends in streams, as far as it differs from the others above the kubelet. */
export interface StreamVerb {
	/** `ExecREST.Connect`. */
	connect: string;
	/** `ExecLocation`, a function of the package `pod`. */
	locate: string;
	ids: { location: StepId; kubelet: StepId };
	/** The options of the request, as they are shown, and what it wants to reach. Throws 400 as a Status. */
	read(query: URLSearchParams): { options: Facts; target: StreamTarget };
}

export interface StreamContext extends Omit<StreamLocator, 'chooseText'> {
	nodes: Store<Node>;
	kubeletClient: KubeletClient;
	trace: Pick<Trace, 'boot'>;
	limits: Limits;
	clock: Clock;
}

/** Answers by itself once the kubelet has answered; before that it throws what the client is to read. */
export async function connectStream(
	api: ApiRequest,
	context: StreamContext,
	verb: StreamVerb
): Promise<'taken'> {
	const { info, url, talk } = api;
	if (info.verb !== 'create' && info.verb !== 'get') throw methodNotAllowed();
	if (url.searchParams.has('dryRun')) throw badRequest('dryRun is not supported');
	const { options, target } = verb.read(url.searchParams);
	const connected = await call(talk, 'connect', verb.connect, verb.connect, {
		via: 'ConnectResource',
		verb: 'CONNECT',
		namespace: info.namespace,
		name: info.name,
		options
	});
	const { era } = talk.run ?? context.trace.boot;
	const location = await locate(api, context, verb, target, era).finally(connected);
	const { upgrade } = api;
	if (!upgrade) throw badRequest('Upgrade request required');
	await tryUpgrade(api, context, upgrade, location, verb, era);
	return 'taken';
}

async function locate(
	{ info, talk }: ApiRequest,
	{ pods, nodes }: StreamContext,
	verb: StreamVerb,
	target: StreamTarget,
	era: EraId
): Promise<StreamLocation> {
	const { chooseText } = eras[era];
	const find = () => streamLocation({ pods, nodes, chooseText }, info, target);
	const foreseen = foresee(find);
	const n = 'url' in foreseen ? `${verb.locate} is ${foreseen.url}` : foreseen.error;
	const facts = { pod: info.name, ...foreseen };
	const located = await call(talk, verb.ids.location, n, `pod.${verb.locate}`, facts);
	try {
		return find();
	} finally {
		located();
	}
}

/** A call is told when it begins; what it will return is worked out for the telling, and again after a hold. */
function foresee(
	find: () => StreamLocation
): { url: string; container?: string; node: string } | { error: string } {
	try {
		const { url, node, container } = find();
		return { ...(container === undefined ? {} : { container }), node, url: url.href };
	} catch (error) {
		return { error: error instanceof Error ? error.message : String(error) };
	}
}

async function tryUpgrade(
	api: ApiRequest,
	context: StreamContext,
	client: TappedDuplex,
	location: StreamLocation,
	{ ids }: StreamVerb,
	era: EraId
): Promise<void> {
	const { talk, request } = api;
	const gone = new AbortController();
	let socket: TLSSocket | undefined;
	const leave = () => {
		gone.abort();
		socket?.destroy();
	};
	client.on('close', leave);
	let sent: Message | undefined;
	const { refuses3xx } = eras[era];
	const backend = await connectWithRedirects<TLSSocket>({
		method: request.method ?? 'GET',
		location: location.url,
		headers: forwardedHeaders(request, tlsSocketOf(request)?.remoteAddress),
		async dial(to) {
			if (client.destroyed) throw new Error('context canceled');
			socket = await dialKubelet(addressOf(to), context.kubeletClient, gone.signal);
			return socket;
		},
		async announce(method, to, redirects) {
			const id = redirects === 0 ? ids.kubelet : 'follow-redirect';
			sent = await announce(api, id, location, method, to, redirects);
			return sent && talk.run ? ['traceparent', talk.run.traceparent(sent)] : undefined;
		},
		...(refuses3xx
			? {}
			: { judge: (from: URL, to: URL) => judgeRedirect(from, to, context.nodes.list()) }),
		maxRedirects: context.limits.redirects,
		maxResponseBytes: context.limits.redirectResponseBytes
	});
	client.off('close', leave);
	const { status = 0 } = backend.head;
	const unexpected = refuses3xx && status < 400 && status !== 101;
	if (client.destroyed || unexpected) backend.socket.destroy();
	if (unexpected) throw new Error(`invalid upgrade response: status code ${status}`);
	if (!client.destroyed) await finish(api, context, client, backend, sent);
}

/** Says what is about to be sent to the kubelet: the request, or the GET that follows its redirect. */
async function announce(
	{ talk }: ApiRequest,
	id: StepId,
	{ node, url: first }: StreamLocation,
	method: string,
	url: URL,
	redirects: number
): Promise<Message | undefined> {
	const facts = { node, method, url: url.href };
	return talk.run?.step(id, {
		n: `${method} ${url.pathname}${url.search}`,
		facts:
			redirects === 0
				? { ...facts, fn: 'UpgradeAwareHandler.tryUpgrade' }
				: { ...facts, fn: 'ConnectWithRedirects', redirects, sameHost: url.host === first.host }
	});
}

async function finish(
	api: ApiRequest,
	{ clock, limits }: StreamContext,
	client: TappedDuplex,
	backend: BackendResponse,
	sent: Message | undefined
): Promise<void> {
	const { talk, request } = api;
	const { head } = backend;
	if (isSwitched(head, request.headers.upgrade ?? '')) {
		if (talk.run && talk.asked && sent) talk.run.splice(talk.asked, sent);
		return splice(client, backend);
	}
	talk.run?.refused();
	const [bytes] = headerValues(head, 'content-length');
	await answer(talk, head.status ?? 0, {
		from: 'kubelet',
		...(bytes === undefined ? {} : { bytes: Number(bytes) }),
		...(head.status === 302 ? { redirect: 'other host name: handed to the client' } : {})
	});
	const copying = { method: request.method ?? 'GET', clock, limitMs: limits.refusalCopyMs };
	return copyRefusal(client, backend, copying);
}

/** What the answer to a failed upgrade says beside its status: which rule refused a redirect. */
export function refusalFacts(error: unknown): { redirect?: string } {
	const refused = error instanceof StatusError && error.status.code === 502;
	return refused ? { redirect: 'same host name, but no address of a node' } : {};
}
