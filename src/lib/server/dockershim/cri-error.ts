/** An error with the gRPC code that crosses; any other error crosses as Unknown, as a plain Go error does. */
import grpc from '@grpc/grpc-js';

export type CriCode = 'InvalidArgument' | 'NotFound' | 'ResourceExhausted' | 'Unimplemented';

export class CriError extends Error {
	override name = 'CriError';
	readonly code: CriCode;

	constructor(code: CriCode, message: string) {
		super(message);
		this.code = code;
	}
}

const numbers: Record<CriCode, grpc.status> = {
	InvalidArgument: grpc.status.INVALID_ARGUMENT,
	NotFound: grpc.status.NOT_FOUND,
	ResourceExhausted: grpc.status.RESOURCE_EXHAUSTED,
	Unimplemented: grpc.status.UNIMPLEMENTED
};

/** What grpc is told, and the code's name in Go's spelling. */
export function toGrpcStatus(error: unknown): {
	code: grpc.status;
	name: CriCode | 'Unknown';
	details: string;
} {
	const details = error instanceof Error ? error.message : String(error);
	if (error instanceof CriError) return { code: numbers[error.code], name: error.code, details };
	return { code: grpc.status.UNKNOWN, name: 'Unknown', details };
}
