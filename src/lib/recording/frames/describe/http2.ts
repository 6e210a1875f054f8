import { uint16, uint24, uint32, utf8 } from '../../../wire/bytes.ts';
import { http2Flags, http2FrameNames } from '../../../wire/http2/http2-decoder.ts';
import type { Box } from '../frame.ts';
import type { Side } from '../read/connection-decoder.ts';
import type { Entry } from '../read/frame-index.ts';
import { http2HeaderBytes, Http2Walker } from '../read/http2-walker.ts';
import type { Described } from './described.ts';
import { grpcBoxes, grpcTypeIn } from './grpc.ts';
import { box, Layout, payload } from './layout.ts';
import { hexOf, textOf } from './text-of.ts';

const errorNames = [
	'NO_ERROR',
	'PROTOCOL_ERROR',
	'INTERNAL_ERROR',
	'FLOW_CONTROL_ERROR',
	'SETTINGS_TIMEOUT',
	'STREAM_CLOSED',
	'FRAME_SIZE_ERROR',
	'REFUSED_STREAM',
	'CANCEL',
	'COMPRESSION_ERROR',
	'CONNECT_ERROR',
	'ENHANCE_YOUR_CALM',
	'INADEQUATE_SECURITY',
	'HTTP_1_1_REQUIRED'
];
const settingNames = [
	'',
	'HEADER_TABLE_SIZE',
	'ENABLE_PUSH',
	'MAX_CONCURRENT_STREAMS',
	'INITIAL_WINDOW_SIZE',
	'MAX_FRAME_SIZE',
	'MAX_HEADER_LIST_SIZE'
];
const types = {
	data: 0,
	headers: 1,
	priority: 2,
	rstStream: 3,
	settings: 4,
	pushPromise: 5,
	ping: 6,
	goaway: 7,
	windowUpdate: 8,
	continuation: 9
} as const;

/** A gRPC call of the connection. */
export interface Call {
	path: string | undefined;
	grpc: boolean;
}

export function describeHttp2(
	{ o, len, x }: Entry,
	side: Side,
	callOf: (id: number) => Call | undefined
): Described {
	if (x === -1) return preface(o, len, side);
	const header = side.window.bytes(o, http2HeaderBytes);
	const [type = 0, flags = 0] = header.subarray(3, 5);
	const id = uint32(header, 5) & 0x7fffffff;
	const name = http2FrameNames[type] ?? `frame ${type}`;
	const start = id === 0 ? name : `${name} ${id}`;
	const make = () => frameBox(o, len, type, flags, name, side, id === 0 ? undefined : callOf(id));
	if (type === types.data) {
		const { from, to } = dataIn(o, len, flags, side);
		const message = grpcTypeIn(side, id, callOf(id), x);
		const ends = flags & http2Flags.endStream ? 'END_STREAM' : undefined;
		return {
			name: [start, message ?? ends].filter((word) => word !== undefined).join(' '),
			payload: to - from,
			facts: ends === undefined ? {} : { end: 'stream' },
			box: make
		};
	}
	const said = headersAt(o, side);
	return { name: `${start} ${summary(said)}`.trim(), facts: Object.fromEntries(said), box: make };
}

function preface(o: number, len: number, side: Side): Described {
	return {
		name: 'PRI * HTTP/2.0',
		box: () => {
			const layout = new Layout(side.window.bytes(o, len), o);
			layout.take('preface', len, textOf);
			return box('HTTP/2 preface', o, len, layout.fields);
		}
	};
}

function walkerAt(o: number, side: Side): Http2Walker | undefined {
	const walker = side.walkerAt(o);
	return walker instanceof Http2Walker ? walker : undefined;
}

function headersAt(o: number, side: Side): [name: string, value: string][] {
	return walkerAt(o, side)?.headers.get(o)?.headers ?? [];
}

/** `POST /runtime.v1alpha2.RuntimeService/Exec`, `200`, `grpc-status 0`. */
function summary(headers: readonly [string, string][]): string {
	const value = (name: string) => headers.find(([known]) => known === name)?.[1];
	const [method, path, status, grpc] = [':method', ':path', ':status', 'grpc-status'].map(value);
	if (method !== undefined) return `${method} ${path ?? ''}`;
	const parts = [status, grpc === undefined ? undefined : `grpc-status ${grpc}`];
	return parts.filter((part) => part !== undefined).join(' ');
}

/** Where the data of a DATA frame is, padding aside. */
function dataIn(o: number, len: number, flags: number, side: Side): { from: number; to: number } {
	if ((flags & http2Flags.padded) === 0) return { from: o + http2HeaderBytes, to: o + len };
	const from = Math.min(o + len, o + http2HeaderBytes + 1);
	const padding = side.window.bytes(o + http2HeaderBytes, 1)[0] ?? 0;
	return { from, to: Math.max(from, o + len - padding) };
}

function frameBox(
	o: number,
	len: number,
	type: number,
	flags: number,
	name: string,
	side: Side,
	call: Call | undefined
): Box {
	const title = `HTTP/2 ${name}${type < http2FrameNames.length ? ' frame' : ''}`;
	const layout = new Layout(side.window.bytes(o, type === types.data ? http2HeaderBytes : len), o);
	layout.take('length', 3, (bytes) => String(uint24(bytes, 0)));
	layout.take('type', 1, name);
	layout.take('flags', 1, flagWords(type, flags));
	layout.take('stream', 4, id);
	if (type !== types.data) {
		content(layout, o, type, flags, side);
		layout.rest();
		return box(title, o, len, layout.fields);
	}
	const { from, to } = dataIn(o, len, flags, side);
	const pad = new Layout(side.window.bytes(layout.o, from - layout.o), layout.o);
	pad.take('pad length', pad.left, ([byte = 0]) => String(byte));
	const end = new Layout(side.window.bytes(to, o + len - to), to);
	end.take('padding', end.left, hexOf);
	const stream = uint32(layout.bytes, 5) & 0x7fffffff;
	const inside =
		to === from
			? []
			: call?.grpc
				? grpcBoxes(side, stream, call, from, to)
				: [box('data', from, to - from, payload('data', from, to - from, side.window))];
	return box(title, o, len, [...layout.fields, ...pad.fields, ...end.fields], inside);
}

function flagWords(type: number, flags: number): string {
	const words: string[] = [];
	const ends = type === types.data || type === types.headers;
	if (ends && flags & http2Flags.endStream) words.push('END_STREAM');
	if ((type === types.settings || type === types.ping) && flags & http2Flags.ack) words.push('ACK');
	const block = type === types.headers || type === types.pushPromise || type === types.continuation;
	if (block && flags & http2Flags.endHeaders) words.push('END_HEADERS');
	if ((ends || type === types.pushPromise) && flags & http2Flags.padded) words.push('PADDED');
	if (type === types.headers && flags & http2Flags.priority) words.push('PRIORITY');
	return words.join(', ') || (flags === 0 ? '0' : hexOf(Uint8Array.of(flags)));
}

const number = (bytes: Uint8Array) => String(uint32(bytes, 0));
const id = (bytes: Uint8Array) => String(uint32(bytes, 0) & 0x7fffffff);
const code = (bytes: Uint8Array) => errorNames[uint32(bytes, 0)] ?? number(bytes);

function content(layout: Layout, o: number, type: number, flags: number, side: Side): void {
	switch (type) {
		case types.headers:
		case types.pushPromise:
		case types.continuation:
			return headerBlock(layout, o, type, flags, side);
		case types.priority:
			return priority(layout);
		case types.rstStream:
			return layout.take('error code', 4, code);
		case types.settings:
			while (layout.left >= 6 && layout.fields.length < 2000) {
				const name = settingNames[uint16(layout.peek(2), 0)] ?? '';
				layout.take('setting', 2, (bytes) => name || String(uint16(bytes, 0)));
				layout.take('value', 4, number);
			}
			return;
		case types.ping:
			return layout.take('data', 8, hexOf);
		case types.goaway:
			layout.take('last stream', 4, id);
			layout.take('error code', 4, code);
			return layout.take('debug data', layout.left, utf8);
		case types.windowUpdate:
			return layout.take('increment', 4, id);
	}
}

function priority(layout: Layout): void {
	layout.take('depends on', 4, id);
	layout.take('weight', 1, ([byte = 0]) => String(byte + 1));
}

/** A block that is whole in this frame gives each header its own bytes; the parts of one that is not are one field. */
function headerBlock(layout: Layout, o: number, type: number, flags: number, side: Side): void {
	const padded = type !== types.continuation && (flags & http2Flags.padded) !== 0;
	const padding = padded ? (layout.peek(1)[0] ?? 0) : 0;
	if (padded) layout.take('pad length', 1, String(padding));
	if (type === types.headers && flags & http2Flags.priority) priority(layout);
	if (type === types.pushPromise) layout.take('promised stream', 4, id);
	const read = walkerAt(o, side)?.headers.get(o);
	const blockBytes = Math.max(0, layout.left - padding);
	const first = read?.placed?.[0];
	if (read?.placed && first?.o === layout.o) {
		for (const { len, header } of read.placed) {
			if (header) layout.take(header[0], len, header[1]);
			else layout.take('table size', len, hexOf);
		}
	} else if (read?.error !== undefined) {
		layout.take('header block', blockBytes, read.error, { trouble: 'unreadable' });
	} else {
		layout.take('header block', blockBytes, hexOf, { says: read?.headers ?? [] });
	}
	if (padding > 0) layout.take('padding', padding, hexOf);
}
