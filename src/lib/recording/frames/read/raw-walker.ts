import type { Wire } from '../../../trace/steps.ts';
import type { ByteWindow } from './byte-window.ts';
import type { Step, Walker } from './walker.ts';

const pieceBytes = 64 * 1024;

/** Bytes without frames, as a terminal of Docker's sends them. */
export class RawWalker implements Walker {
	readonly wire: Wire = 'D';

	next(at: number, window: ByteWindow): Step {
		const { data } = window.look(at, pieceBytes);
		return { kind: 'raw', len: data.length, goesOn: true };
	}

	passHole(): boolean {
		return true;
	}
}
