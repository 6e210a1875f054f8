/**
 * Which redirects of a kubelet are followed: `ValidateProxyRedirects` (same host name), and stricter than upstream
 * only an address of a node of this cluster, so that a kubelet cannot send us to another port of its host.
 */
import { connectionInfo, type ConnectionInfo } from './connection-info.ts';
import type { Node } from './objects.ts';
import { failure } from './status.ts';

/** Host and port of a URL; the scheme's own port when it names none. */
export function addressOf({ hostname, port, protocol }: URL): ConnectionInfo {
	const host = hostname.replace(/^\[(.*)\]$/, '$1');
	return { host, port: port ? Number(port) : protocol === 'https:' ? 443 : 80 };
}

/** Another host name: the client gets the 302. Same name but no node's address: throws 502. */
export function judgeRedirect(from: URL, to: URL, nodes: readonly Node[]): 'follow' | 'hand back' {
	if (to.hostname !== from.hostname) return 'hand back';
	if (to.protocol === 'https:' && nodes.some((node) => listensAt(node, addressOf(to)))) {
		return 'follow';
	}
	throw failure(
		502,
		undefined,
		`redirect to ${to.origin} refused: no kubelet of this cluster listens there`
	);
}

function listensAt(node: Node, { host, port }: ConnectionInfo): boolean {
	try {
		const known = connectionInfo(node);
		return known.host === host && known.port === port;
	} catch {
		// A node without an address listens nowhere.
		return false;
	}
}
