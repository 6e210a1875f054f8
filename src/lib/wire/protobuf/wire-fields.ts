import { ProtobufError } from './protobuf-error.ts';

/** A field as it stands on the wire, without knowledge of its message. Places count from the start of the bytes. */
export type WireField = { number: number; o: number; len: number } & (
	| { wire: 'varint' | 'fixed64' | 'fixed32'; value: bigint }
	/** `valueAt` is the place of the bytes behind their length. */
	| { wire: 'bytes'; value: Uint8Array; valueAt: number }
);

const wires = { 0: 'varint', 1: 'fixed64', 2: 'bytes', 5: 'fixed32' } as const;

/** A message with more fields than this is refused: each costs far more memory than its two bytes. */
const maxFields = 65_536;

/** Reads the fields of a message in order. Throws ProtobufError. */
export function readFields(bytes: Uint8Array): WireField[] {
	const fields: WireField[] = [];
	for (let at = 0; at < bytes.length;) {
		if (fields.length === maxFields) throw new ProtobufError('too many fields');
		const field = readField(bytes, at);
		fields.push(field);
		at += field.len;
	}
	return fields;
}

function readField(bytes: Uint8Array, o: number): WireField {
	const tag = readVarint(bytes, o);
	const number = Number(tag.value >> 3n);
	const wire = wires[Number(tag.value & 7n) as keyof typeof wires];
	if (number === 0 || number >= 2 ** 29 || !wire) throw new ProtobufError(`malformed tag at ${o}`);
	if (wire === 'varint') {
		const { value, end } = readVarint(bytes, tag.end);
		return { number, wire, value, o, len: end - o };
	}
	if (wire !== 'bytes') {
		const size = wire === 'fixed64' ? 8 : 4;
		const value = littleEndian(slice(bytes, tag.end, size));
		return { number, wire, value, o, len: tag.end + size - o };
	}
	const length = readVarint(bytes, tag.end);
	if (length.value > bytes.length) throw new ProtobufError(`field ${number} ends too early`);
	const value = slice(bytes, length.end, Number(length.value));
	return { number, wire, value, valueAt: length.end, o, len: length.end + value.length - o };
}

/** A number in the low 7 bits of each byte, low ones first; 64 bits at most. */
export function readVarint(bytes: Uint8Array, at: number): { value: bigint; end: number } {
	let value = 0n;
	for (let place = 0; place < 10; place++) {
		const byte = bytes[at + place];
		if (byte === undefined) throw new ProtobufError('number ends too early');
		value |= BigInt(byte & 0x7f) << BigInt(7 * place);
		if (byte < 0x80) return { value: BigInt.asUintN(64, value), end: at + place + 1 };
	}
	throw new ProtobufError('number too long');
}

function slice(bytes: Uint8Array, at: number, length: number): Uint8Array {
	if (at + length > bytes.length) throw new ProtobufError('field ends too early');
	return bytes.subarray(at, at + length);
}

function littleEndian(bytes: Uint8Array): bigint {
	return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
