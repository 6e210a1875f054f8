import { encodeLine, packBytes } from '../../src/lib/recording/format.ts';
import { RecordingReader } from '../../src/lib/recording/reader.ts';
import type { Recording } from '../../src/lib/recording/recording.ts';
import type { Direction } from '../../src/lib/trace/event.ts';

const most = 64 * 1024;
const lanes = { from: 'apiserver', to: 'kubelet' };

/** A recording of one connection, `c1`, written as it goes on: for tests of what reads bytes. */
export class RecordedConnection {
	readonly #reader = new RecordingReader('made-up');
	#i = 0;
	readonly at: Record<Direction, number>;

	constructor(proto: 'http/1.1' | 'h2' | undefined, offset: [number, number] = [0, 0]) {
		this.at = { '>': offset[0], '<': offset[1] };
		this.#write({
			k: 'hdr',
			execscope: 1,
			minor: 0,
			run: 'made-up',
			owner: 'driver',
			by: 'test',
			t0: '2026-01-01T00:00:00.000Z',
			era: '1.15-redirect',
			engine: 'embedded',
			lanes: [],
			client: '',
			limits: {},
			decoders: {},
			redacted: []
		});
		this.#write({ k: 'conn', c: 'c1', ...lanes, over: 'tls', proto, offset });
	}

	get recording(): Recording {
		return this.#reader.recording;
	}

	send(dir: Direction, bytes: Uint8Array | string): this {
		const data = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
		for (let from = 0; from < data.length; from += most) {
			const part = new Uint8Array(data.subarray(from, from + most));
			this.#write({ k: 'b', c: 'c1', dir, o: this.at[dir], len: part.length, ...packBytes(part) });
			this.at[dir] += part.length;
		}
		return this;
	}

	/** Bytes that a cap left out. */
	leaveOut(dir: Direction, len: number): this {
		if (len > 0) this.#write({ k: 'gap', c: 'c1', dir, o: this.at[dir], len, crc: '00000000' });
		return this.skip(dir, len);
	}

	/** Bytes of which the file does not even say that they are missing. */
	skip(dir: Direction, len: number): this {
		this.at[dir] += len;
		return this;
	}

	/** A step that crossed in all bytes of a direction from `o` on. */
	step(s: string, dir: Direction, o: number): this {
		const of = this.#write({ k: 'step', s, ...lanes, n: '', facts: {}, chap: 'start' });
		this.#write({ k: 'sent', of, c: 'c1', dir, o, len: this.at[dir] - o });
		return this;
	}

	/** The number of the line. */
	#write(line: object): number {
		this.#reader.push(encodeLine({ i: this.#i, t: 0, ...line }));
		return this.#i++;
	}
}
