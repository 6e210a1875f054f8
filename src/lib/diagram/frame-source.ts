import { framesOf } from '../recording/frames/frames-of.ts';
import type { Recording } from '../recording/recording.ts';
import type { FrameSource, Part } from './row.ts';

/** More frames of one step than this are not drawn: the panel has them all. */
const framesOfStep = 40;

/** The frames of each step as rows of the ladder, on every socket that its bytes crossed. Decoded when asked for. */
export function framesIn(recording: Recording): FrameSource {
	const known = new Map<number, Omit<Part, 'kind'>[]>();
	const partsOf = (index: number): Omit<Part, 'kind'>[] => {
		let parts = known.get(index);
		if (!parts) known.set(index, (parts = decode(index)));
		return parts;
	};

	function decode(index: number): Omit<Part, 'kind'>[] {
		const item = recording.items.at(index);
		const found = item?.kind === 'arrow' ? framesOf(recording, item) : [];
		const parts = found.flatMap(({ frames }) =>
			frames.map((frame) => {
				const connection = recording.connections.get(frame.c);
				const [client, server] = [connection?.from ?? item!.from, connection?.to ?? item!.to];
				const { c, dir, o, len, wire, name, trouble } = frame;
				const [from, to] = dir === '>' ? [client, server] : [server, client];
				return { name, trouble, span: { c, dir, o, len }, from, to, wire };
			})
		);
		return parts.slice(0, framesOfStep);
	}

	return {
		count: (index) => partsOf(index).length,
		at: (index, k) => partsOf(index)[k]!,
		isEcho(index) {
			const [frame, ...others] = partsOf(index);
			const item = recording.items.at(index);
			if (!frame || !item || others.length > 0) return false;
			return frame.name === item.n && frame.from === item.from && frame.to === item.to;
		}
	};
}
