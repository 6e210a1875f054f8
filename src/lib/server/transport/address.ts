/** Where a program listens. One type, so that a socket may be TCP, a unix path or a named pipe. */
export type Address = { kind: 'tcp'; host: string; port: number } | { kind: 'unix'; path: string };

/** Options for `net.connect`, `tls.connect` and `server.listen`. */
export function socketOptions(address: Address): { host: string; port: number } | { path: string } {
	return address.kind === 'tcp'
		? { host: address.host, port: address.port }
		: { path: address.path };
}

/** `127.0.0.1:10250`, `[::1]:10250`, or `unix:///run/docker.sock`. */
export function formatAddress(address: Address): string {
	if (address.kind === 'unix') return `unix://${address.path}`;
	const host = address.host.includes(':') ? `[${address.host}]` : address.host;
	return `${host}:${address.port}`;
}
