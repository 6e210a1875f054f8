import { readStdcopyHeader, stdcopyHeaderBytes } from '../../../wire/docker/stdcopy.ts';
import type { Side } from '../read/connection-decoder.ts';
import type { Entry } from '../read/frame-index.ts';
import type { Described } from './described.ts';
import { box, Layout, payload } from './layout.ts';

export function describeStdcopy({ o, len }: Entry, side: Side): Described {
	const header = side.window.bytes(o, stdcopyHeaderBytes);
	const { stream, len: size } = readStdcopyHeader(header);
	return {
		name: stream,
		payload: size,
		box: () => {
			const layout = new Layout(header, o);
			layout.take('stream', 1, `${header[0]}, ${stream}`);
			layout.take('zeros', 3, '0');
			layout.take('length', 4, String(size));
			const at = o + stdcopyHeaderBytes;
			const inside =
				size === 0 ? [] : [box(stream, at, size, payload('data', at, size, side.window))];
			return box('stdcopy frame', o, len, layout.fields, inside);
		}
	};
}

/** Bytes without frames: what is typed, and what a terminal shows. */
export function describeRaw({ o, len }: Entry, side: Side): Described {
	const name = side.dir === '>' ? 'stdin' : 'terminal';
	return { name, payload: len, box: () => box(name, o, len, payload('data', o, len, side.window)) };
}
