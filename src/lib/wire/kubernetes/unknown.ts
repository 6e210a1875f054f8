import { utf8 } from '../bytes.ts';
import { ProtobufError } from '../protobuf/protobuf-error.ts';
import { readFields } from '../protobuf/wire-fields.ts';

/** An object of the API as protobuf: what kind it is stands in front of its bytes, apimachinery `runtime.Unknown`. */
export interface Unknown {
	apiVersion: string;
	kind: string;
	raw: Uint8Array;
}

/** `k8s` and a zero byte: apimachinery `pkg/runtime/serializer/protobuf`. */
const magic = [0x6b, 0x38, 0x73, 0];

/** Reads the envelope of a body of `application/vnd.kubernetes.protobuf`. Throws ProtobufError. */
export function decodeUnknown(bytes: Uint8Array): Unknown {
	if (magic.some((byte, at) => bytes[at] !== byte)) {
		throw new ProtobufError('provided data does not appear to be a protobuf message');
	}
	const unknown: Unknown = { apiVersion: '', kind: '', raw: new Uint8Array() };
	for (const field of readFields(bytes.subarray(magic.length))) {
		if (field.wire !== 'bytes') continue;
		if (field.number === 1) Object.assign(unknown, typeMeta(field.value));
		if (field.number === 2) unknown.raw = field.value;
	}
	return unknown;
}

function typeMeta(bytes: Uint8Array): Partial<Unknown> {
	const type: Partial<Unknown> = {};
	for (const field of readFields(bytes)) {
		if (field.wire !== 'bytes') continue;
		if (field.number === 1) type.apiVersion = utf8(field.value);
		if (field.number === 2) type.kind = utf8(field.value);
	}
	return type;
}
