import { uint16, uint24, uint32, utf8 } from '../../../wire/bytes.ts';
import { ResizeDecoder } from '../../../wire/remote-command/resize.ts';
import { readErrorStream } from '../../../wire/remote-command/status.ts';
import { streamProtocols } from '../../../wire/remote-command/protocols.ts';
import { controlTypes, finFlag, frameHeaderBytes, rstStatus } from '../../../wire/spdy/frames.ts';
import type { Box } from '../frame.ts';
import type { Side } from '../read/connection-decoder.ts';
import type { Entry } from '../read/frame-index.ts';
import { SpdyWalker } from '../read/spdy-walker.ts';
import type { Described } from './described.ts';
import { box, Layout, payload } from './layout.ts';
import { hexOf } from './text-of.ts';

const names = new Map<number, string>(
	Object.entries(controlTypes).map(([name, type]) => [type, name.toUpperCase().replace('-', '_')])
);
const rstNames = ['', ...Object.keys(rstStatus).map(constant)];
const goawayNames = ['OK', 'PROTOCOL_ERROR', 'INTERNAL_ERROR'];

function constant(name: string): string {
	return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/** `streamOf` is what a stream is for, wherever that was said. */
export function describeSpdy(
	{ o, len }: Entry,
	side: Side,
	streamOf: (id: number) => string | undefined
): Described {
	const header = side.window.bytes(o, Math.min(len, frameHeaderBytes + 8));
	if (header[0]! < 0x80) return data(o, len, header, side, streamOf(uint32(header, 0)));
	const type = uint16(header, 2);
	const name = names.get(type) ?? `control frame ${type}`;
	const id = uint32(header, frameHeaderBytes) & 0x7fffffff;
	const headers = headersAt(o, side);
	const stream = type === controlTypes['syn-stream'] ? headers['streamtype'] : streamOf(id);
	return {
		name: words(name, type, id, stream),
		facts: { ...(hasFin(header, type) ? { fin: 'true' } : {}), ...headers },
		box: () => control(o, len, type, name, side)
	};
}

function words(name: string, type: number, id: number, stream: string | undefined): string {
	if (type === controlTypes.settings || type === controlTypes.goaway) return name;
	if (type === controlTypes.ping) return `${name} ${id}`;
	return [name, id, stream].filter((word) => word !== undefined).join(' ');
}

function hasFin(header: Uint8Array, type: number): boolean {
	return type !== controlTypes.settings && (header[4]! & finFlag) !== 0;
}

function headersAt(o: number, side: Side): Record<string, string> {
	const walker = side.walkerAt(o);
	return (walker instanceof SpdyWalker && walker.headers.get(o)) || {};
}

function data(
	o: number,
	len: number,
	header: Uint8Array,
	side: Side,
	stream: string | undefined
): Described {
	const id = uint32(header, 0);
	const fin = (header[4]! & finFlag) !== 0;
	const size = len - frameHeaderBytes;
	return {
		name: ['DATA', id, stream, fin ? 'FIN' : undefined]
			.filter((one) => one !== undefined)
			.join(' '),
		payload: size,
		facts: { ...(fin ? { fin: 'true' } : {}), ...saidOn(stream, o + frameHeaderBytes, size, side) },
		box: () => {
			const layout = new Layout(header.subarray(0, frameHeaderBytes), o);
			layout.take('stream', 4, String(id));
			flags(layout, fin ? 'FIN' : '');
			layout.take('length', 3, String(size));
			return box('SPDY/3.1 DATA', o, len, layout.fields, rider(stream, o + 8, size, side));
		}
	};
}

/** What rides in a frame of a stream, as a box of its own. */
export function rider(stream: string | undefined, o: number, len: number, side: Side): Box[] {
	if (len === 0) return [];
	const name = stream === 'error' || stream === 'resize' ? 'JSON' : 'data';
	return [box(stream ?? 'data', o, len, payload(name, o, len, side.window))];
}

const v4 = streamProtocols.find((protocol) => protocol.name.startsWith('v4'))!;
const factBytes = 4096;

/** How the command ended, or how big the terminal is, when the bytes say that. */
export function saidOn(
	stream: string | undefined,
	o: number,
	len: number,
	side: Side
): Record<string, string> {
	if ((stream !== 'error' && stream !== 'resize') || len === 0 || len > factBytes) return {};
	return saidIn(stream, side.window.bytes(o, len));
}

export function saidIn(stream: string | undefined, bytes: Uint8Array): Record<string, string> {
	try {
		if (stream === 'error') {
			if (!utf8(bytes).startsWith('{')) return {};
			const outcome = readErrorStream(bytes, v4);
			if (outcome.kind === 'exit') return { exit: String(outcome.code) };
			return outcome.kind === 'success' ? { exit: '0' } : { error: outcome.message };
		}
		const size = stream === 'resize' ? new ResizeDecoder().push(bytes).at(-1) : undefined;
		return size ? { size: `${size.width}x${size.height}` } : {};
	} catch {
		// The stream says something else: its bytes are shown all the same.
		return {};
	}
}

function flags(layout: Layout, words: string): void {
	layout.take('flags', 1, ([byte = 0]) => words || (byte === 0 ? '0' : hexOf(Uint8Array.of(byte))));
}

const number = (bytes: Uint8Array) => String(uint32(bytes, 0));
const id = (bytes: Uint8Array) => String(uint32(bytes, 0) & 0x7fffffff);

function control(o: number, len: number, type: number, name: string, side: Side): Box {
	const layout = new Layout(side.window.bytes(o, len), o);
	layout.take('control, version', 2, (bytes) => `1, ${uint16(bytes, 0) & 0x7fff}`);
	layout.take('type', 2, name);
	flags(layout, hasFin(layout.bytes, type) ? 'FIN' : '');
	layout.take('length', 3, (bytes) => String(uint24(bytes, 0)));
	const says = Object.entries(headersAt(o, side));
	const block = () => layout.take('header block', layout.left, hexOf, { says });
	switch (type) {
		case controlTypes['syn-stream']:
			layout.take('stream', 4, id);
			layout.take('associated stream', 4, id);
			layout.take('priority', 1, ([byte = 0]) => String(byte >> 5));
			layout.take('slot', 1, ([byte = 0]) => String(byte));
			block();
			break;
		case controlTypes['syn-reply']:
		case controlTypes.headers:
			layout.take('stream', 4, id);
			block();
			break;
		case controlTypes['rst-stream']:
			layout.take('stream', 4, id);
			layout.take('status', 4, (bytes) => rstNames[uint32(bytes, 0)] ?? number(bytes));
			break;
		case controlTypes.goaway:
			layout.take('last good stream', 4, id);
			layout.take('status', 4, (bytes) => goawayNames[uint32(bytes, 0)] ?? number(bytes));
			break;
		case controlTypes.ping:
			layout.take('id', 4, number);
			break;
		case controlTypes['window-update']:
			layout.take('stream', 4, id);
			layout.take('delta', 4, id);
			break;
		case controlTypes.settings:
			layout.take('count', 4, number);
			while (layout.left >= 8 && layout.fields.length < 1000) {
				layout.take('flags', 1, ([byte = 0]) => String(byte));
				layout.take('setting', 3, (bytes) => String(uint24(bytes, 0)));
				layout.take('value', 4, number);
			}
			break;
	}
	layout.rest();
	return box(`SPDY/3.1 ${name}`, o, len, layout.fields);
}
