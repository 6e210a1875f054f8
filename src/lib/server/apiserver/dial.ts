/**
 * Opens the TLS connection to a kubelet, with the API server's client certificate and the kubelet's certificate
 * verified: `DialURL` in apimachinery `pkg/util/proxy/dial.go`. Errors are told in Go's words, since users read them.
 */
import tls from 'node:tls';
import { hostPort, type ConnectionInfo } from './connection-info.ts';

/** PEM. */
export interface KubeletClient {
	ca: string;
	cert: string;
	key: string;
}

/** Resolves once the handshake is done. Nobody reads from the socket yet. `abort` ends the attempt. */
export function dialKubelet(
	to: ConnectionInfo,
	client: KubeletClient,
	abort: AbortSignal
): Promise<tls.TLSSocket> {
	return new Promise((resolve, reject) => {
		const socket = tls.connect({ ...to, ...client, ALPNProtocols: ['http/1.1'] });
		const refused = (error: Error) => {
			socket.destroy();
			reject(new Error(`error dialing backend: ${inGoWords(error, to)}`));
		};
		const given = () => refused(new Error('context canceled'));
		abort.addEventListener('abort', given, { once: true });
		socket.once('error', refused);
		socket.once('close', () => refused(new Error('EOF')));
		socket.once('secureConnect', () => {
			abort.removeEventListener('abort', given);
			socket.removeAllListeners('error');
			socket.removeAllListeners('close');
			// From here on a broken connection is seen as its end.
			socket.on('error', () => {});
			socket.setNoDelay(true);
			resolve(socket);
		});
	});
}

interface SystemError extends Error {
	code?: string;
	syscall?: string;
	cert?: { subjectaltname?: string };
}

const untrusted = new Set([
	'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
	'UNABLE_TO_GET_ISSUER_CERT',
	'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
	'DEPTH_ZERO_SELF_SIGNED_CERT',
	'SELF_SIGNED_CERT_IN_CHAIN',
	'CERT_SIGNATURE_FAILURE'
]);

const refusals: Record<string, string | undefined> = {
	ECONNREFUSED: 'connect: connection refused',
	EHOSTUNREACH: 'connect: no route to host',
	ENETUNREACH: 'connect: network is unreachable',
	ETIMEDOUT: 'i/o timeout'
};

function inGoWords(error: SystemError, to: ConnectionInfo): string {
	const { code = '' } = error;
	if (refusals[code]) return `dial tcp ${hostPort(to)}: ${refusals[code]}`;
	if (code === 'ENOTFOUND') return `dial tcp: lookup ${to.host}: no such host`;
	if (code === 'ECONNRESET') return 'read: connection reset by peer';
	if (untrusted.has(code)) return 'x509: certificate signed by unknown authority';
	if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
		return 'x509: certificate has expired or is not yet valid';
	}
	if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
		const names = (error.cert?.subjectaltname ?? '').replace(/(DNS|IP Address):/g, '');
		return `x509: certificate is valid for ${names || 'no name'}, not ${to.host}`;
	}
	return error.message;
}
