/** What was read is not protobuf, or not a stream of gRPC messages. */
export class ProtobufError extends Error {
	override name = 'ProtobufError';
}
