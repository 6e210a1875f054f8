import { ByteQueue, uint32 } from '../bytes.ts';
import { ProtobufError } from './protobuf-error.ts';

/** A message on a gRPC stream: 5 bytes of header, then the protobuf. `o` is the header's place, `dataAt` the data's. */
export interface GrpcMessage {
	o: number;
	len: number;
	dataAt: number;
	compressed: boolean;
	data: Uint8Array;
}

/** What the kubelet takes at most. */
export const maxGrpcMessageBytes = 16 * 1024 * 1024;

const headerBytes = 5;

/** Reads messages from the DATA of one HTTP/2 stream in one direction. Throws ProtobufError for one that is too long. */
export class GrpcMessageReader {
	readonly #queue = new ByteQueue();

	push(data: Uint8Array): GrpcMessage[] {
		this.#queue.push(data);
		const messages: GrpcMessage[] = [];
		for (let message = this.#next(); message; message = this.#next()) messages.push(message);
		return messages;
	}

	#next(): GrpcMessage | undefined {
		const header = this.#queue.peek(headerBytes);
		if (!header) return undefined;
		const length = uint32(header, 1);
		if (length > maxGrpcMessageBytes) throw new ProtobufError(`gRPC message of ${length} bytes`);
		const o = this.#queue.at;
		const whole = this.#queue.take(headerBytes + length);
		return (
			whole && {
				o,
				len: whole.length,
				dataAt: o + headerBytes,
				compressed: whole[0] !== 0,
				data: whole.subarray(headerBytes)
			}
		);
	}
}
