/**
 * Who is asking: apiserver `pkg/authentication/request/{x509,bearertoken}` and the static token file. A client
 * certificate that our CA signed (CN is the user, O the groups), or else a bearer token. No anonymous user.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { tlsSocketOf } from '../transport/tapped-server.ts';

export interface UserInfo {
	name: string;
	groups: string[];
	/** How it was proved; a word for the trace, never the proof. */
	by: 'client certificate' | 'bearer token';
}

export interface Token {
	token: string;
	user: string;
	groups: string[];
}

const authenticated = 'system:authenticated';

/** The user behind a request; undefined when nothing or nothing true was shown. */
export function authenticate(
	request: IncomingMessage,
	tokens: readonly Token[]
): UserInfo | undefined {
	return (
		byCertificate(tlsSocketOf(request)) ?? byToken(request.headers.authorization ?? '', tokens)
	);
}

/** Kubelets: the only ones whose traceparent is believed. */
export function isNode(user: UserInfo | undefined): boolean {
	return user !== undefined && user.groups.includes('system:nodes');
}

/** The node that a kubelet's name stands for; undefined for everybody else. */
export function nodeNameOf(user: UserInfo): string | undefined {
	return isNode(user) ? /^system:node:(.+)$/.exec(user.name)?.[1] : undefined;
}

/** Whether a kubelet is at the other end of a connection. */
export function isFromNode(client: unknown): boolean {
	return client instanceof TLSSocket && isNode(byCertificate(client));
}

function byCertificate(socket: TLSSocket | undefined): UserInfo | undefined {
	if (!socket?.authorized) return undefined;
	const subject: Record<string, string | string[] | undefined> | undefined =
		socket.getPeerCertificate().subject;
	const name = one(subject?.['CN']);
	if (!name) return undefined;
	const groups = [subject?.['O'] ?? []].flat();
	return { name, groups: [...groups, authenticated], by: 'client certificate' };
}

function one(value: string | string[] | undefined): string | undefined {
	return Array.isArray(value) ? value[0] : value;
}

function byToken(authorization: string, tokens: readonly Token[]): UserInfo | undefined {
	const shown = /^Bearer +([^ ]+) *$/i.exec(authorization)?.[1];
	if (shown === undefined) return undefined;
	const digest = sha256(shown);
	// Every token is compared, all the way: how long it takes says nothing about any of them.
	const matching = tokens.filter(({ token }) => timingSafeEqual(sha256(token), digest));
	const found = matching[0];
	if (!found) return undefined;
	return { name: found.user, groups: [...found.groups, authenticated], by: 'bearer token' };
}

function sha256(text: string): Buffer {
	return createHash('sha256').update(text).digest();
}
