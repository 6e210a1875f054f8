/**
 * Who may talk to the kubelet: `InstallAuthFilter` of `pkg/kubelet/server/server.go` with the attributes of
 * `pkg/kubelet/server/auth.go`. Upstream asks the API server by SubjectAccessReview whether the user may; this one
 * has a list of certificate names.
 */
import { TLSSocket } from 'node:tls';

interface Attributes {
	user: string;
	verb: string;
	resource: 'nodes';
	subresource: string;
}

export type Judgement =
	| { allowed: true; attributes: Attributes }
	| { allowed: false; status: 401 | 403; message: string; reason: string; attributes?: Attributes };

const verbs: Record<string, string> = {
	POST: 'create',
	GET: 'get',
	PUT: 'update',
	PATCH: 'patch',
	DELETE: 'delete'
};

/** The first path that fits decides the subresource of `nodes`; all other paths are `proxy`. */
const subresources: readonly (readonly [path: string, subresource: string])[] = [
	['/stats', 'stats'],
	['/metrics', 'metrics'],
	['/logs', 'log'],
	['/spec', 'spec']
];

/** `GetRequestAttributes`: what is asked for, in the words of an authorizer. */
function requestAttributes(user: string, method: string, path: string): Attributes {
	const found = subresources.find(([prefix]) => path === prefix || path.startsWith(`${prefix}/`));
	return { user, verb: verbs[method] ?? '', resource: 'nodes', subresource: found?.[1] ?? 'proxy' };
}

/** Judges a request by the client certificate of its connection. */
export function judge(
	socket: TLSSocket | undefined,
	clients: readonly string[],
	method: string,
	path: string
): Judgement {
	const user = authenticate(socket);
	if (typeof user !== 'string') {
		return { allowed: false, status: 401, message: 'Unauthorized', reason: user.reason };
	}
	const attributes = requestAttributes(user, method, path);
	if (clients.includes(user)) return { allowed: true, attributes };
	const { verb, resource, subresource } = attributes;
	return {
		allowed: false,
		status: 403,
		message: `Forbidden (user=${user}, verb=${verb}, resource=${resource}, subresource=${subresource})`,
		reason: 'this name is not among those that may use the kubelet',
		attributes
	};
}

/** Whether one of those that may use the kubelet is at the other end of a connection. */
export function isFromClient(client: unknown, clients: readonly string[]): boolean {
	const user = client instanceof TLSSocket ? authenticate(client) : undefined;
	return typeof user === 'string' && clients.includes(user);
}

/** The certificate's common name, or why there is none to believe. */
function authenticate(socket: TLSSocket | undefined): string | { reason: string } {
	if (!socket) return { reason: 'not a TLS connection' };
	const { subject } = socket.getPeerCertificate();
	if (!subject) return { reason: 'no client certificate' };
	if (!socket.authorized) {
		return { reason: `client certificate not trusted: ${String(socket.authorizationError)}` };
	}
	const name: unknown = subject.CN;
	if (typeof name === 'string' && name !== '') return name;
	return { reason: 'the client certificate has no single common name' };
}
