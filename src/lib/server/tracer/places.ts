import type { ControlFrame, Part } from '../../trace/trace.ts';
import { bytesOf, cut, type Range } from './ranges.ts';
import { Tail } from './tail.ts';

/** What of an exchange crossed in a chunk: of an HTTP body, or of a WebSocket message or control frame. */
export interface Crossed {
	o: number;
	len: number;
	webSocket?: { of: number | ControlFrame; data: boolean; last: boolean } | undefined;
}

interface Unit {
	/** From its first header to its end, so far. */
	o: number;
	len: number;
	/** Its own bytes, without headers. */
	data: Range[];
	whole: boolean;
}

/** Of one message; a peer that sends more of them is no client of ours. */
const mostFragments = 4096;

interface Waiting {
	part: Part;
	then: (ranges: Range[]) => void;
}

/**
 * Where the body, the messages and the control frames of one direction of one exchange lie on its connection. What has
 * not crossed yet is waited for; what lies far behind is forgotten.
 */
export class Places {
	readonly #body = new Tail<{ at: number; o: number; len: number }>();
	#bodyEnd = 0;
	/** Only an upgraded WebSocket has any. */
	readonly #units = new Map<'message' | ControlFrame, Units>();
	#waiting: Waiting[] = [];

	/** These bytes crossed: who waited for what is whole with them gets it. */
	crossed({ o, len, webSocket }: Crossed): void {
		if (webSocket) {
			const kind = typeof webSocket.of === 'number' ? 'message' : webSocket.of;
			const units = this.#units.get(kind) ?? new Units();
			this.#units.set(kind, units);
			units.crossed(o, len, webSocket.data, webSocket.last);
		} else {
			const last = this.#body.last;
			if (last && last.o + last.len === o) last.len += len;
			else this.#body.push({ at: this.#bodyEnd, o, len }, o);
			this.#bodyEnd += len;
		}
		for (const { part, then } of this.#waiting.splice(0)) this.find(part, then);
	}

	/** Nothing more will cross: who waits gets what there is of it. */
	end(): void {
		for (const { part, then } of this.#waiting.splice(0)) {
			const ranges = this.#found(part).ranges;
			if (ranges.length > 0) then(ranges);
		}
	}

	/** Calls `then` with where that is, once all of it has crossed: now, or later. Never for what is forgotten. */
	find(part: Part, then: (ranges: Range[]) => void): void {
		const { ranges, whole } = this.#found(part);
		if (whole && ranges.length > 0) then(ranges);
		else if (!whole) this.#waiting.push({ part, then });
	}

	#found(part: Part): { ranges: Range[]; whole: boolean } {
		if ('body' in part) return this.#inBody(part.body, part.len);
		const unit =
			'message' in part
				? this.#units.get('message')?.at(part.message)
				: this.#units.get(part.control)?.at(part.nth);
		if (unit === 'forgotten') return { ranges: [], whole: true };
		if (!unit) return { ranges: [], whole: false };
		if (!('message' in part) || part.at === undefined)
			return { ranges: [[unit.o, unit.len]], whole: unit.whole };
		const ranges = cut(unit.data, part.at, part.len ?? Infinity);
		const whole = unit.whole || (part.len !== undefined && bytesOf(ranges) === part.len);
		return { ranges, whole };
	}

	#inBody(at: number, len: number): { ranges: Range[]; whole: boolean } {
		const ranges: Range[] = [];
		const pieces = this.#body.from((one) => one.at + one.len <= at);
		if (pieces[0] && pieces[0].at > at) return { ranges: [], whole: true };
		for (const piece of pieces) {
			if (piece.at >= at + len) break;
			const skip = Math.max(0, at - piece.at);
			ranges.push([piece.o + skip, Math.min(piece.len, at + len - piece.at) - skip]);
		}
		return { ranges, whole: this.#bodyEnd >= at + len };
	}
}

/** Messages, or control frames of one kind, by their numbers. */
class Units {
	readonly #tail = new Tail<Unit>();

	crossed(o: number, len: number, data: boolean, last: boolean): void {
		let unit = this.#tail.last;
		if (!unit || unit.whole) {
			unit = { o, len: 0, data: [], whole: false };
			this.#tail.push(unit, o);
		}
		unit.len = o + len - unit.o;
		unit.whole = last;
		if (!data) return;
		const before = unit.data.at(-1);
		if (before && before[0] + before[1] === o) before[1] += len;
		else if (unit.data.length < mostFragments) unit.data.push([o, len]);
	}

	/** Undefined for one that has not begun. */
	at(nth: number): Unit | 'forgotten' | undefined {
		return this.#tail.nth(nth);
	}
}
