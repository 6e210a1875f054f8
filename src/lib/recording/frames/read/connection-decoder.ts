import { latin1 } from '../../../wire/bytes.ts';
import type { Direction } from '../../../trace/event.ts';
import type { Wire } from '../../../trace/steps.ts';
import type { ByteStore } from '../../byte-store.ts';
import type { Connection } from '../../recording.ts';
import { ByteWindow } from './byte-window.ts';
import { FrameIndex } from './frame-index.ts';
import { Http1Walker, type Exchange } from './http1-walker.ts';
import { http2Preface, Http2Walker } from './http2-walker.ts';
import { RawWalker } from './raw-walker.ts';
import { SpdyWalker } from './spdy-walker.ts';
import { StdcopyWalker } from './stdcopy-walker.ts';
import type { Step, Walker } from './walker.ts';
import { WebSocketWalker } from './websocket-walker.ts';

/** No direction is decoded further than this from where it begins, nor into more frames, nor keeping more. */
export const maxDecodedBytes = 16 * 1024 * 1024;
const maxFrames = 1_000_000;
const maxKeptBytes = 4 * 1024 * 1024;
/** What is kept of so many bytes, or read of so many, is as much work as a small frame is: some 3 microseconds. */
const keptAtOnce = 50;
const readAtOnce = 400;

/** One direction: its frames so far, and every reader that it had, by where that began. */
export class Side {
	readonly dir: Direction;
	readonly index: FrameIndex;
	readonly window: ByteWindow;
	/** `from` is undefined until the first byte after the one before is reached. */
	readonly walkers: { from: number | undefined; walker: Walker }[] = [];
	kept = 0;
	lost = false;
	/** A frame is being read: it must not be asked for the next one meanwhile. */
	busy = false;
	/** What there was of the connection when the next frame was not whole: as long as that is all, it is not looked at again. */
	waits: string | undefined;

	constructor(dir: Direction, from: number, window: ByteWindow) {
		this.dir = dir;
		this.index = new FrameIndex(from);
		this.window = window;
	}

	get full(): boolean {
		const { end, from, length } = this.index;
		return end - from >= maxDecodedBytes || length >= maxFrames || this.kept >= maxKeptBytes;
	}

	/** The reader of the frame at a place. */
	walkerAt(o: number): Walker | undefined {
		return this.walkers.findLast(({ from }) => from !== undefined && from <= o)?.walker;
	}

	wireAt(o: number): Wire {
		return this.walkerAt(o)?.wire ?? 'H';
	}
}

/** Decodes one connection, each direction once, from where the recording begins, as far as it is asked for. */
export class ConnectionDecoder {
	readonly sides: Record<Direction, Side>;
	readonly #proto: Connection['proto'];
	readonly #whole: boolean;
	readonly #methods: string[] = [];
	readonly #upgrades: (string | false)[] = [];
	#tty: boolean | undefined;
	/** In small frames: a block of headers is as much as many of them. */
	#work = 0;
	readonly #bytes: ByteStore;
	readonly #c: string;

	constructor(bytes: ByteStore, connection: Pick<Connection, 'c' | 'offset' | 'proto'>) {
		const { c, offset, proto } = connection;
		this.#bytes = bytes;
		this.#c = c;
		this.#proto = proto;
		this.#whole = offset[0] === 0;
		this.sides = {
			'>': new Side('>', offset[0], new ByteWindow(bytes, c, '>')),
			'<': new Side('<', offset[1], new ByteWindow(bytes, c, '<'))
		};
	}

	/**
	 * Decodes until the byte before `end` is in a frame, as far as can be, or until it was as much work as `most` small
	 * frames; tells how much it was.
	 */
	reach(dir: Direction, end: number, most = Infinity): number {
		const side = this.sides[dir];
		side.window.until = Math.max(side.window.until, end);
		const before = this.#work;
		while (this.#work - before < most && side.index.end < end && this.step(dir));
		return this.#work - before;
	}

	/** Decodes one more frame; false when there is none. */
	step(dir: Direction): boolean {
		const side = this.sides[dir];
		if (side.busy || side.full) return false;
		if (side.waits !== undefined && side.waits === this.#known) return this.#gaveUp(side);
		const at = side.index.end;
		const { data, hole } = side.window.look(at, 1);
		if (data.length === 0) {
			if (!hole) return false;
			this.#work++;
			side.index.add(hole.missing, hole.len, 0, true);
			side.lost = !this.#walker(side).passHole(hole.len, side.lost);
			return true;
		}
		if (side.lost) return this.#skip(side);
		return this.#take(side, this.#read(side));
	}

	#read(side: Side): Step {
		side.busy = true;
		try {
			return this.#walker(side).next(side.index.end, side.window, side.index.length);
		} catch {
			// Every codec throws an error of its own for bytes that are not its protocol.
			return 'lost';
		} finally {
			side.busy = false;
		}
	}

	#take(side: Side, step: Step): boolean {
		this.#work++;
		if (step === 'wait') {
			// A hole further on shows only when somebody asks for what is behind it.
			side.waits = this.#bytes.isWhole(this.#c, side.dir, side.index.end) ? this.#known : undefined;
			return this.#gaveUp(side);
		}
		if (step === 'again') return true;
		if (step === 'lost') {
			side.lost = true;
			return this.#skip(side);
		}
		side.index.add(step.kind, step.len, step.x ?? 0, step.goesOn);
		side.kept += step.keeps ?? 0;
		this.#work += Math.floor((step.keeps ?? 0) / keptAtOnce + step.len / readAtOnce);
		return true;
	}

	/** A frame whose rest lies behind the limit will never be whole. */
	#gaveUp(side: Side): boolean {
		const left = maxDecodedBytes - (side.index.end - side.index.from);
		if (side.window.until - side.index.end <= left) return false;
		side.kept = maxKeptBytes;
		return false;
	}

	#skip(side: Side): boolean {
		const { data } = side.window.look(side.index.end, 64 * 1024);
		side.index.add('unreadable', data.length, 0, true);
		this.#work += Math.floor(data.length / readAtOnce);
		return true;
	}

	/** How much there is of both directions, and how far they are read: each may wait for the other. */
	get #known(): string {
		return (['>', '<'] as const)
			.map((dir) => {
				const { index, walkers } = this.sides[dir];
				return `${this.#bytes.end(this.#c, dir)} ${index.end} ${walkers.length}`;
			})
			.join();
	}

	#walker(side: Side): Walker {
		if (side.walkers.length === 0)
			side.walkers.push({ from: undefined, walker: this.#first(side) });
		const last = side.walkers.at(-1)!;
		last.from ??= side.index.end;
		return last.walker;
	}

	#first(side: Side): Walker {
		if (this.#isHttp2()) return new Http2Walker(side.dir, this.#whole);
		return new Http1Walker(side.dir, this.#exchange);
	}

	#isHttp2(): boolean {
		if (this.#proto) return this.#proto === 'h2';
		const { window, index } = this.sides['>'];
		return latin1(window.look(index.from, 14).data) === http2Preface.slice(0, 14);
	}

	readonly #exchange: Exchange = {
		methodOf: (k) => {
			while (this.#methods[k] === undefined && this.step('>'));
			return this.#methods[k];
		},
		upgradeOf: (k) => {
			while (this.#upgrades[k] === undefined && this.step('<'));
			return this.#upgrades[k];
		},
		asked: (k, method) => {
			this.#methods[k] = method;
		},
		wantsTerminal: (tty) => {
			this.#tty = tty;
		},
		answered: (k, upgrade) => {
			this.#upgrades[k] = upgrade;
		},
		goOn: (dir, protocol) => {
			if (dir === '<' && /^tcp\b/i.test(protocol)) this.#readTerminal();
			this.sides[dir].walkers.push({ from: undefined, walker: this.#after(dir, protocol) });
		}
	};

	/** Whether there is a terminal stands in the body of the request that started the exec. */
	#readTerminal(): void {
		const { walkers } = this.sides['>'];
		while (this.#tty === undefined && walkers.length < 2 && this.step('>'));
	}

	#after(dir: Direction, protocol: string): Walker {
		const [name = '', chosen = ''] = protocol.split(' ');
		if (/^spdy\//i.test(name)) return new SpdyWalker();
		if (/^websocket$/i.test(name)) return new WebSocketWalker(chosen);
		if (/^tcp$/i.test(name) && dir === '<') return new StdcopyWalker(this.#tty);
		return new RawWalker();
	}
}
