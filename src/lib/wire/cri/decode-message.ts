import { decodeFields, type DecodedMessage } from '../protobuf/decode-message.ts';
import { criSchema } from './schema.ts';
import { enumValues } from './schema/enums.ts';
import { criServices } from './schema/services.ts';

/**
 * Names the fields of a message of the container runtime interface. Fields of an unknown message, and fields that are
 * newer than v1alpha2, are named by their number. Throws ProtobufError for bytes that are no protobuf.
 */
export function decodeMessage(typeName: string, bytes: Uint8Array): DecodedMessage {
	return decodeFields(criSchema, enumValues, typeName, bytes);
}

/**
 * The messages that a gRPC path stands for (`/runtime.v1alpha2.RuntimeService/Exec`); undefined when the path is none
 * of the interface's. The later `runtime.v1` has the same fields under the same numbers.
 */
export function messagesOfPath(path: string): { request: string; response: string } | undefined {
	const [, service, call] = /^\/runtime\.v1(?:alpha2)?\.(\w+)\/(\w+)$/.exec(path) ?? [];
	const calls: readonly string[] =
		Object.entries(criServices).find(([name]) => name === service)?.[1] ?? [];
	if (call === undefined || !calls.includes(call)) return undefined;
	return { request: `${call}Request`, response: `${call}Response` };
}
