import { messagesOfPath, decodeMessage } from '../../../wire/cri/decode-message.ts';
import { criSchema } from '../../../wire/cri/schema.ts';
import type { DecodedField, DecodedMessage } from '../../../wire/protobuf/decode-message.ts';
import type { Box, Field } from '../frame.ts';
import type { Side } from '../read/connection-decoder.ts';
import { grpcHeaderBytes, Http2Walker, type Http2Stream } from '../read/http2-walker.ts';
import { box, payload } from './layout.ts';
import type { Call } from './http2.ts';
import { textOf } from './text-of.ts';

/** Longer messages are shown as bytes: their fields would be too many to read. */
const maxNamedBytes = 1024 * 1024;

/** A range of a stream's data that this frame has, and where it is in the connection. */
interface Window {
	from: number;
	to: number;
	/** Place in the connection less place in the stream's data. */
	shift: number;
}

/** The type of the messages of a direction of a call. */
function typeOf(side: Side, call: Call | undefined): string | undefined {
	const types = call?.path === undefined ? undefined : messagesOfPath(call.path);
	return side.dir === '>' ? types?.request : types?.response;
}

/** What begins in a DATA frame, `at` being where its data stands in the stream's. */
export function grpcTypeIn(
	side: Side,
	id: number,
	call: Call | undefined,
	at: number
): string | undefined {
	if (!call?.grpc) return undefined;
	const stream = streamOf(side, id);
	return stream && stream.messages.length > 0 && stream.length > at
		? typeOf(side, call)
		: undefined;
}

/** The messages in the data of a frame, one box each; one that began before or ends later has only its part here. */
export function grpcBoxes(side: Side, id: number, call: Call, from: number, to: number): Box[] {
	const stream = streamOf(side, id);
	const part = stream?.parts[lastFrom(stream.parts, from, 'o')];
	if (!stream || part?.o !== from) return [plain(side, from, to)];
	const window = { from: part.at, to: part.at + to - from, shift: from - part.at };
	const boxes: Box[] = [];
	let at = window.from;
	for (let k = lastFrom(stream.messages, at, 'o'); at < window.to; k++) {
		const message = stream.messages[k];
		if (!message || message.o >= window.to) break;
		const end = Math.min(window.to, message.o + message.len);
		if (end <= at) continue;
		boxes.push(messageBox(side, stream, message, { ...window, from: at, to: end }, call));
		at = end;
	}
	// The header of a message that the frame cuts, or what is no message.
	if (at < window.to) boxes.push(plain(side, at + window.shift, to));
	return boxes;
}

function streamOf(side: Side, id: number): Http2Stream | undefined {
	const walker = side.walkers[0]?.walker;
	return walker instanceof Http2Walker ? walker.streams.get(id) : undefined;
}

function plain(side: Side, from: number, to: number): Box {
	return box('gRPC data', from, to - from, payload('data', from, to - from, side.window));
}

/** Index of the last one that begins at or before a place; 0 when none does. */
function lastFrom<Key extends string>(
	list: readonly Record<Key, number>[],
	place: number,
	key: Key
): number {
	let low = 0;
	let high = list.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (list[middle]![key] <= place) low = middle + 1;
		else high = middle;
	}
	return Math.max(0, low - 1);
}

function messageBox(
	side: Side,
	stream: Http2Stream,
	message: { o: number; len: number },
	window: Window,
	call: Call
): Box {
	const type = typeOf(side, call);
	const o = window.from + window.shift;
	const len = window.to - window.from;
	const bodyAt = message.o + grpcHeaderBytes;
	const flag = dataOf(side, stream, message.o, 1)[0] ?? 0;
	const size = message.len - grpcHeaderBytes;
	const own = clipped(
		[
			{ name: 'compressed', o: message.o, len: 1, value: flag === 0 ? 'no' : String(flag) },
			{ name: 'length', o: message.o + 1, len: 4, value: String(size) }
		],
		window
	);
	const from = Math.max(window.from, bodyAt);
	if (from >= window.to) return box('gRPC message', o, len, own);
	const place = { o: from + window.shift, len: window.to - from };
	const named =
		flag === 0 && type !== undefined ? namedFields(side, stream, bodyAt, size, type) : undefined;
	const inside: Box = named
		? {
				...box(type!, place.o, place.len, clipped(named.fields, window)),
				absent: named.absent
			}
		: box(
				type ?? 'message',
				place.o,
				place.len,
				payload('protobuf', place.o, place.len, side.window)
			);
	return box('gRPC message', o, len, own, [inside]);
}

function namedFields(
	side: Side,
	stream: Http2Stream,
	at: number,
	size: number,
	type: string
): { fields: Field[]; absent: string[] } | undefined {
	if (size > maxNamedBytes || at + size > stream.length) return undefined;
	try {
		const message = decodeMessage(type, dataOf(side, stream, at, size));
		const fields = message.fields.map((field) => named(field, at));
		return { fields, absent: absentFrom(type, message) };
	} catch {
		// It is not protobuf: its bytes are shown all the same.
		return undefined;
	}
}

function absentFrom(type: string, message: DecodedMessage): string[] {
	const rows = Object.hasOwn(criSchema, type) ? criSchema[type as keyof typeof criSchema] : {};
	const sent = new Set(message.fields.map(({ number }) => number));
	return Object.entries(rows)
		.filter(([number]) => !sent.has(Number(number)))
		.map(([, row]) => (row as readonly [string, ...unknown[]])[0]);
}

/** A field with its place in the stream's data; of a message inside, tag and length are the first of its fields. */
function named(field: DecodedField, at: number): Field {
	const { name, value } = field;
	const place = { name, o: at + field.o, len: field.len };
	if (!isMessage(value)) return { ...place, value: textOfValue(value) };
	const first = value.fields[0];
	if (!first) return { ...place, value: '{}' };
	const inner = value.fields.map((one) => named(one, at));
	const start = { name: 'tag, length', o: place.o, len: first.o - field.o, value: '' };
	return { ...place, value: summary(value), fields: [start, ...inner] };
}

function isMessage(value: DecodedField['value']): value is DecodedMessage {
	return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array);
}

/** A map's entry reads as one: `key = value`. */
function summary({ type, fields }: DecodedMessage): string {
	if (type !== 'map') return type;
	const [key, value] = ['key', 'value'].map(
		(name) => fields.find((field) => field.name === name)?.value ?? ''
	);
	return `${textOfValue(key ?? '')} = ${textOfValue(value ?? '')}`;
}

function textOfValue(value: DecodedField['value']): string {
	if (value instanceof Uint8Array) return textOf(value);
	if (Array.isArray(value)) return value.slice(0, 100).join(', ');
	return typeof value === 'object' ? value.type : String(value).slice(0, 400);
}

/** The parts of fields that a frame has, at their places in the connection. */
function clipped(fields: readonly Field[], window: Window): Field[] {
	return fields.flatMap((field) => {
		const from = Math.max(field.o, window.from);
		const to = Math.min(field.o + field.len, window.to);
		if (from >= to) return [];
		const place = { ...field, o: from + window.shift, len: to - from };
		return [field.fields ? { ...place, fields: clipped(field.fields, window) } : place];
	});
}

/** Bytes of a stream's data, whichever frames they came in. */
function dataOf(side: Side, stream: Http2Stream, at: number, len: number): Uint8Array {
	const whole = new Uint8Array(len);
	for (let k = lastFrom(stream.parts, at, 'at'); k < stream.parts.length; k++) {
		const part = stream.parts[k]!;
		if (part.at >= at + len) break;
		const from = Math.max(at, part.at);
		const to = Math.min(at + len, part.at + part.len);
		if (from < to) whole.set(side.window.bytes(part.o + from - part.at, to - from), from - at);
	}
	return whole;
}
