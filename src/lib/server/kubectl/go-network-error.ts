/** Node's network errors in the words of Go's net, crypto/tls and crypto/x509, as kubectl prints them. */
const unknownAuthority = new Set([
	'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
	'UNABLE_TO_GET_ISSUER_CERT',
	'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
	'SELF_SIGNED_CERT_IN_CHAIN',
	'DEPTH_ZERO_SELF_SIGNED_CERT',
	'CERT_SIGNATURE_FAILURE'
]);

export function goNetworkError(error: unknown, url?: string): string {
	const { code = '', message } = error as { code?: string; message: string };
	const { hostname = '', port = '' } = url ? new URL(url) : {};
	if (code === 'ECONNREFUSED')
		return `dial tcp ${hostname}:${port || 443}: connect: connection refused`;
	if (code === 'ENOTFOUND') return `dial tcp: lookup ${hostname}: no such host`;
	if (unknownAuthority.has(code)) return 'x509: certificate signed by unknown authority';
	if (code === 'CERT_HAS_EXPIRED') return 'x509: certificate has expired or is not yet valid';
	if (code === 'ECONNRESET' || code === 'EPIPE' || /socket hang up|aborted/.test(message))
		return 'EOF';
	return message;
}
