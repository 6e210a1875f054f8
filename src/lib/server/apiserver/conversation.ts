/**
 * One request and its answer, as they are told to the trace: who announced the request, under which id, and the
 * answer just before it is written. Requests of kubelets are announced by themselves.
 */
import http, { type IncomingMessage } from 'node:http';
import type { Facts } from '../../trace/event.ts';
import type { LaneId } from '../../trace/lanes.ts';
import type { StepId } from '../../trace/steps.ts';
import type { Message, Run, Tap, Trace } from '../../trace/trace.ts';
import { arrivalOf, peerOf } from '../transport/tapped-server.ts';
import { isNode, type UserInfo } from './authentication.ts';

export interface Conversation {
	/** Undefined for housekeeping that belongs to no open run: it is not recorded. */
	run: Run | undefined;
	/** The announced request; undefined as long as nobody announced it. */
	asked: Message | undefined;
	/** Where the request arrived, and who sent it, for the announcement. */
	request: Pick<Message, 'arrival' | 'from'>;
	/** The request's line and the user, which every announcement of it shows. */
	facts: Facts;
}

/** Finds the run of a request. Only a kubelet's own traceparent is believed. */
export async function converse(
	trace: Trace,
	request: IncomingMessage,
	user: UserInfo | undefined
): Promise<Conversation> {
	const { sink, k } = arrivalOf(request);
	const arrival = { tap: sink as Tap, k };
	const client = request.headers['user-agent'];
	const facts = {
		method: request.method,
		url: request.url,
		...(user ? { user: user.name, by: user.by } : {})
	};
	const from = laneOf(user, client);
	const conversation = { request: { arrival, from }, facts };
	if (isNode(user)) {
		const traceparent = one(request.headers['traceparent']);
		if (!trace.find({ traceparent })) return { run: undefined, asked: undefined, ...conversation };
		const { run, request: asked } = await trace.receive({ arrival, traceparent, client, from });
		return { run, asked, ...conversation };
	}
	const { run } = await trace.receive({
		arrival,
		session: one(request.headers['kubectl-session']),
		peer: peerOf(request),
		client,
		from
	});
	return { run, asked: undefined, ...conversation };
}

/** Announces the request unless its sender did. */
export async function ask(talk: Conversation, id: StepId, facts: Facts = {}): Promise<void> {
	if (!talk.run || talk.asked) return;
	talk.asked = await talk.run.step(id, {
		n: `${String(talk.facts['method'])} ${String(talk.facts['url'])}`,
		facts: { ...talk.facts, ...facts },
		...talk.request
	});
}

/** Announces the answer; resolves when it may be written. */
export async function answer(talk: Conversation, status: number, facts: Facts): Promise<void> {
	if (!talk.run || !talk.asked) return;
	const n = `${status} ${http.STATUS_CODES[status] ?? ''}`.trim();
	await talk.run.reply(talk.asked, { n, facts: { status, ...facts } });
}

/** A call inside the API server; resolves to what marks its return. */
export async function call(
	talk: Conversation,
	id: StepId,
	n: string,
	fn: string,
	facts: Facts
): Promise<() => void> {
	return talk.run ? talk.run.call(id, { n, fn, facts }) : () => {};
}

/** Every program of the Kubernetes family names its commit; the first word is only the name of the binary. */
export function laneOf(user: UserInfo | undefined, client: string | undefined): LaneId {
	if (isNode(user)) return 'kubelet';
	return / kubernetes\//.test(client ?? '') ? 'kubectl' : 'client';
}

function one(value: string | string[] | undefined): string | undefined {
	return Array.isArray(value) ? value[0] : value;
}
