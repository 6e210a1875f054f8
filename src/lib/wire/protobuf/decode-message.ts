import { utf8 } from '../bytes.ts';
import { ProtobufError } from './protobuf-error.ts';
import type { EnumValues, Schema, SchemaField } from './schema.ts';
import { readFields, readVarint, type WireField } from './wire-fields.ts';

/** A message with a name for each field that came. Places count from the start of the outermost message. */
export interface DecodedMessage {
	type: string;
	fields: DecodedField[];
}

export interface DecodedField {
	/** As in the .proto file; `#17` for one that is not there, or not of that type. */
	name: string;
	number: number;
	/** Place of the whole field: tag, length and value. */
	o: number;
	len: number;
	value: DecodedValue;
}

/** 64-bit numbers are decimal text. */
export type DecodedValue =
	string | number | boolean | Uint8Array | DecodedMessage | (string | number | boolean)[];

const maxDepth = 20;
const mapEntry = { 1: ['key', 'string'], 2: ['value', 'string'] } as const;

/** Names the fields of a message. Throws ProtobufError for bytes that are no message, or none of that depth. */
export function decodeFields(
	schema: Schema,
	enums: EnumValues,
	type: string,
	bytes: Uint8Array
): DecodedMessage {
	const message = (name: string, body: Uint8Array, at: number, depth: number): DecodedMessage => {
		if (depth > maxDepth) throw new ProtobufError('message too deep');
		const rows = name === 'map' ? mapEntry : schema[name];
		const fields = readFields(body).map((field) => {
			const row = rows?.[field.number as keyof typeof rows];
			const value = row && named(row, field, at, depth);
			const place = { number: field.number, o: at + field.o, len: field.len };
			return value === undefined || !row
				? { name: `#${field.number}`, ...place, value: unnamed(field) }
				: { name: row[0], ...place, value };
		});
		return { type: name, fields };
	};
	const named = (row: SchemaField, field: WireField, at: number, depth: number) => {
		const [, type, repeated] = row;
		const isNumber = numbers.has(type) || Object.hasOwn(enums, type);
		if (field.wire === 'varint') return isNumber ? number(type, enums, field.value) : undefined;
		if (field.wire !== 'bytes') return undefined;
		if (isNumber) return repeated ? packed(type, enums, field.value) : undefined;
		if (type === 'string') return utf8(field.value);
		if (type === 'bytes') return field.value;
		return message(type, field.value, at + field.valueAt, depth + 1);
	};
	return message(type, bytes, 0, 0);
}

const numbers = new Set(['bool', 'int32', 'uint32', 'int64', 'uint64']);

function number(type: string, enums: EnumValues, value: bigint): string | number | boolean {
	switch (type) {
		case 'bool':
			return value !== 0n;
		case 'int64':
			return BigInt.asIntN(64, value).toString();
		case 'uint64':
			return value.toString();
		case 'uint32':
			return Number(BigInt.asUintN(32, value));
		default: {
			const small = Number(BigInt.asIntN(32, value));
			return (Object.hasOwn(enums, type) ? enums[type]?.[small] : undefined) ?? small;
		}
	}
}

function packed(type: string, enums: EnumValues, bytes: Uint8Array): (string | number | boolean)[] {
	const values: (string | number | boolean)[] = [];
	for (let at = 0; at < bytes.length;) {
		const { value, end } = readVarint(bytes, at);
		values.push(number(type, enums, value));
		at = end;
	}
	return values;
}

function unnamed(field: WireField): string | Uint8Array {
	return field.wire === 'bytes' ? field.value : field.value.toString();
}
