import { readStdcopyHeader, stdcopyHeaderBytes } from '../../../wire/docker/stdcopy.ts';
import type { Wire } from '../../../trace/steps.ts';
import type { ByteWindow } from './byte-window.ts';
import { RawWalker } from './raw-walker.ts';
import { headerAt, type Step, type Walker } from './walker.ts';

/** What a Docker daemon sends: multiplexed without a terminal, raw with one. */
export class StdcopyWalker implements Walker {
	readonly wire: Wire = 'D';
	/** Undefined while nobody knows whether there is a terminal. */
	#raw: boolean | undefined;
	readonly #rest = new RawWalker();

	constructor(tty: boolean | undefined) {
		this.#raw = tty;
	}

	next(at: number, window: ByteWindow): Step {
		this.#raw ??= isNoHeader(window.look(at, stdcopyHeaderBytes).data);
		if (this.#raw) return this.#rest.next(at, window);
		const header = headerAt(at, stdcopyHeaderBytes, window);
		if (typeof header === 'string') {
			// Too short to tell yet.
			if (header === 'wait') this.#raw = undefined;
			return header;
		}
		const len = stdcopyHeaderBytes + readStdcopyHeader(header).len;
		return window.covers(at, len) ? { kind: 'stdcopy', len } : 'wait';
	}

	passHole(_len: number, lost: boolean): boolean {
		return !lost;
	}
}

/** Nothing that a terminal prints begins like a header: a number up to 3 and three zeros. */
function isNoHeader(start: Uint8Array): boolean {
	return (start[0] ?? 0) > 3 || start.subarray(1, 4).some((byte) => byte !== 0);
}
