/**
 * The way of every request: `DefaultBuildHandlerChain` (apiserver `pkg/server/config.go`), that is authentication and
 * authorization, and then `director` (`handler.go`), which finds who answers. Audit and admission webhooks are left out.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StepId } from '../../trace/steps.ts';
import { Dropped, type Trace } from '../../trace/trace.ts';
import type { Clock, Limits } from '../limits.ts';
import type { TappedDuplex } from '../transport/tapped-duplex.ts';
import { reviewAccess } from './access-review.ts';
import type { Answer, ApiRequest, Handled } from './api-request.ts';
import { authenticate, isNode, type Token, type UserInfo } from './authentication.ts';
import { tellCommand } from './command.ts';
import { rowOf } from './api-groups.ts';
import { refusalFacts, type StreamContext } from './connect-stream.ts';
import { answer, ask, call, converse, type Conversation } from './conversation.ts';
import {
	apiGroups,
	apiResources,
	apiVersions,
	namedGroup,
	rootPaths,
	versionInfo
} from './discovery.ts';
import { impersonated } from './impersonation.ts';
import type { LegacyStorage } from './install-legacy-api.ts';
import type { KubeObject } from './objects.ts';
import type { PodVerb } from './pod-verb.ts';
import { podVerbOf } from './pod-verbs.ts';
import { authorize, refusal, resourcePath } from './rbac.ts';
import { requestInfo, type RequestInfo } from './request-info.ts';
import { handleResource, type HandlerContext } from './resource-handlers.ts';
import { noSuchResource, unauthorized } from './status.ts';
import { stepIdOf } from './step-id.ts';
import type { ResourceStorage } from './storage.ts';
import { bodyOf, errorAnswer, responseOn, writeAnswer } from './write-answer.ts';

export interface ChainContext {
	trace: Trace;
	tokens: readonly Token[];
	storage: LegacyStorage;
	/** What a verb needs that leads to a kubelet. */
	streams: StreamContext;
	clock: Clock;
	limits: Limits;
	now(): number;
	created: HandlerContext['created'];
	/** `host:port` that discovery names. */
	serverAddress: string;
}

/** Answers a request, whatever happens; `upgrade` is the connection when the client asked for one. */
export async function serve(
	context: ChainContext,
	request: IncomingMessage,
	plain: ServerResponse | undefined,
	upgrade: TappedDuplex | undefined
): Promise<void> {
	try {
		const url = urlOf(request.url ?? '/');
		const info = requestInfo(request.method ?? 'GET', url);
		const user = authenticate(request, context.tokens);
		const talk = await converse(context.trace, request, user);
		const respond = once(() => plain ?? responseOn(request, upgrade!));
		const handled = await handle(context, { request, upgrade, url, info, talk, user, respond });
		if (handled === 'taken' || request.socket.destroyed) return;
		const bytes = Buffer.byteLength(bodyOf(handled));
		await answer(talk, handled.status, { bytes, ...handled.facts });
		writeAnswer(respond(), handled);
	} catch (error) {
		// Dropped by the driver, or nobody left to answer: the client sees its connection end.
		if (!(error instanceof Dropped)) console.error('apiserver:', error);
		request.socket.destroy();
	}
}

interface Arrived extends Omit<ApiRequest, 'user'> {
	user: UserInfo | undefined;
}

async function handle(context: ChainContext, arrived: Arrived): Promise<Handled> {
	const { request, info, talk, upgrade } = arrived;
	const id = stepIdOf(request, info);
	const verb = podVerbOf(info);
	try {
		if (verb) await announceVerb(talk, arrived, verb, id);
		else await ask(talk, id);
		if (!arrived.user) throw unauthorized();
		const user = impersonated(request, arrived.user);
		if (!verb && id !== 'discovery' && !isNode(user)) tellCommand(talk.run, info, request);
		await check(talk, user, info);
		return await route(context, { ...arrived, user });
	} catch (error) {
		if (error instanceof Dropped) throw error;
		if (verb && upgrade) talk.run?.refused();
		const refused = errorAnswer(error);
		return verb ? { ...refused, facts: { ...refused.facts, ...refusalFacts(error) } } : refused;
	}
}

/** What kubectl decided before it asked stands in the query; the upgrade itself is one try. */
async function announceVerb(
	talk: Conversation,
	{ request, url, info, upgrade }: Arrived,
	verb: PodVerb,
	id: StepId
): Promise<void> {
	const { run } = talk;
	const query = url.searchParams;
	if (run && upgrade) run.attempt(`${url.pathname}${url.search}`);
	tellCommand(run, info, request, { verb, query });
	const container = query.get('container');
	if (run && container && verb.choosesIn && talk.request.from === 'kubectl') {
		const chosen = await run.call('choose-container', {
			n: `container ${container}`,
			fn: verb.choosesIn,
			facts: { inferred: true, from: 'the query of the request', container }
		});
		chosen();
	}
	await ask(talk, id, {
		upgrade: request.headers.upgrade,
		...verb.asked(query),
		protocols: protocolsOf(request)
	});
}

function protocolsOf({ headersDistinct }: IncomingMessage): string[] {
	const offered =
		headersDistinct['x-stream-protocol-version'] ?? headersDistinct['sec-websocket-protocol'];
	return (offered ?? []).flatMap((value) => value.split(',')).map((value) => value.trim());
}

/** Throws 403 when no role of the user allows it. */
async function check(talk: Conversation, user: UserInfo, info: RequestInfo): Promise<void> {
	const { allowed, reason } = authorize(user, info);
	const resource = resourcePath(info);
	const id =
		podVerbOf(info) !== undefined
			? 'authorize'
			: resource === 'pods' && info.verb === 'get' && !isNode(user)
				? 'authorize-get'
				: undefined;
	if (id) {
		const { namespace, name, verb } = info;
		const facts = { user: user.name, groups: user.groups, verb, resource, namespace, name };
		const n = `RBAC: ${user.name} may ${allowed ? '' : 'not '}${verb} ${resource}`;
		const done = await call(talk, id, n, 'RBACAuthorizer.Authorize', { ...facts, allowed, reason });
		done();
	}
	if (!allowed) throw refusal(user, info);
}

function route(context: ChainContext, api: ApiRequest): Promise<Handled> | Handled {
	const { info, talk } = api;
	if (!info.isResource) return plainPath(context, info, talk);
	const row = rowOf(info);
	if (!row || info.rest.length > 0) throw noSuchResource();
	if (info.group === 'authorization.k8s.io') return reviewAccess(api, row.kind);
	const verb = podVerbOf(info);
	if (verb) return verb.serve(api, context.streams);
	return handleResource(api, storageOf(context.storage, info.resource), context);
}

function storageOf(storage: LegacyStorage, resource: string): ResourceStorage<KubeObject> {
	// Each storage takes and gives its own kind only; the handlers treat all kinds alike.
	return storage[resource as keyof LegacyStorage] as unknown as ResourceStorage<KubeObject>;
}

const notThere: Answer = { status: 404, body: '404 page not found\n' };

function plainPath(context: ChainContext, info: RequestInfo, talk: Conversation): Answer {
	if (info.verb !== 'get' && info.verb !== 'head') return notThere;
	const path = info.path.replace(/(.)\/$/, '$1');
	switch (path) {
		case '/':
			return { status: 200, body: rootPaths() };
		case '/api':
			return { status: 200, body: apiVersions(context.serverAddress) };
		case '/apis':
			return { status: 200, body: apiGroups() };
		case '/api/v1':
			return { status: 200, body: apiResources() };
		case '/version':
			return { status: 200, body: versionInfo(talk.run?.era ?? context.trace.boot.era) };
		case '/healthz':
		case '/livez':
		case '/readyz':
			return { status: 200, body: 'ok' };
		default: {
			const body = namedGroup(path);
			return body ? { status: 200, body } : notThere;
		}
	}
}

/** What is no path (`*`, another server's URL) becomes one that leads nowhere. */
function urlOf(target: string): URL {
	const path = target.startsWith('/') ? target : `/${encodeURIComponent(target)}`;
	return new URL(`https://apiserver${path}`);
}

function once<T>(make: () => T): () => T {
	let made: T | undefined;
	return () => (made ??= make());
}
