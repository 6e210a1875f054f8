/**
 * Where the kubelet of a node listens: `NodeConnectionInfoGetter` in `pkg/kubelet/client/kubelet_client.go`, from
 * what the kubelet registered itself, with the address types that kubeadm prefers.
 */
import type { Node } from './objects.ts';
import { failure } from './status.ts';

export interface ConnectionInfo {
	host: string;
	port: number;
}

const preferredAddressTypes = ['InternalIP', 'ExternalIP', 'Hostname'];
const defaultPort = 10250;

/** Throws 500 without a reason when the node has no address that we could use. */
export function connectionInfo({ status }: Pick<Node, 'status'>): ConnectionInfo {
	const addresses = status.addresses ?? [];
	for (const preferred of preferredAddressTypes) {
		const host = addresses.find(({ type }) => type === preferred)?.address;
		const port = status.daemonEndpoints?.kubeletEndpoint?.Port || defaultPort;
		if (host) return { host, port };
	}
	const known = addresses.map(({ type, address }) => `{${type} ${address}}`).join(' ');
	throw failure(500, undefined, `no preferred addresses found; known addresses: [${known}]`);
}

/** `host:port` as it stands in URLs and in `Host`. */
export function hostPort({ host, port }: ConnectionInfo): string {
	return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
