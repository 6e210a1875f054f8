/**
 * gRPC errors in Go's words: `google.golang.org/grpc/status`, whose text a kubelet hands on to its client. grpc-js
 * words its own errors differently, so those are put the way the Go client of 1.15 says them.
 */
import type { ServiceError } from '@grpc/grpc-js';
import { formatAddress, type Address } from '../transport/address.ts';

/** `codes.Code` of grpc-go, by number. */
const codeNames = [
	'OK',
	'Canceled',
	'Unknown',
	'InvalidArgument',
	'DeadlineExceeded',
	'NotFound',
	'AlreadyExists',
	'PermissionDenied',
	'ResourceExhausted',
	'FailedPrecondition',
	'Aborted',
	'OutOfRange',
	'Unimplemented',
	'Internal',
	'Unavailable',
	'DataLoss',
	'Unauthenticated'
] as const;

export type CodeName = (typeof codeNames)[number];

export class RpcError extends Error {
	readonly code: CodeName;

	constructor(code: CodeName, desc: string) {
		super(`rpc error: code = ${code} desc = ${desc}`);
		this.name = 'RpcError';
		this.code = code;
	}
}

/** What `context.WithTimeout` makes of a call that took too long. */
export function deadlineExceeded(): RpcError {
	return new RpcError('DeadlineExceeded', 'context deadline exceeded');
}

/** Reads an error of grpc-js; `address` is where the call went. */
export function toRpcError(error: ServiceError, address: Address): RpcError {
	const code = codeNames[error.code] ?? 'Unknown';
	if (code === 'DeadlineExceeded') return deadlineExceeded();
	if (code === 'Unavailable') return new RpcError(code, unavailable(error.details, address));
	return new RpcError(code, error.details);
}

/** Go's words for the errno of a `connect`. */
const connectErrors: Record<string, string> = {
	ECONNREFUSED: 'connection refused',
	ENOENT: 'no such file or directory',
	EACCES: 'permission denied',
	ECONNRESET: 'connection reset by peer'
};

/** `dial tcp 127.0.0.1:1: connect: connection refused`, as Go's net package words a failed dial. */
export function dialError(error: NodeJS.ErrnoException | string, address: Address): string {
	const errno = typeof error === 'string' ? error : (error.code ?? error.message);
	const network = address.kind === 'unix' ? 'unix' : 'tcp';
	const place = address.kind === 'unix' ? address.path : formatAddress(address);
	return `dial ${network} ${place}: connect: ${connectErrors[errno] ?? errno}`;
}

/** A server may say Unavailable too; only what grpc-js itself says of a missing connection is reworded. */
function unavailable(details: string, address: Address): string {
	if (/^Connection dropped/.test(details)) return 'transport is closing';
	if (!/^No connection established/.test(details)) return details;
	const errno = /\bE[A-Z]{4,}\b/.exec(details)?.[0];
	if (!errno) return 'transport is closing';
	return `connection error: desc = "transport: Error while dialing ${dialError(errno, address)}"`;
}
