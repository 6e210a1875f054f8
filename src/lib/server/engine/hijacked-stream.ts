/** A connection that has stopped being HTTP: in frames or raw, what a process prints goes out and what is typed comes in. */
import type { Duplex } from 'node:stream';
import type { LaneId } from '../../trace/lanes.ts';
import { Dropped, type Message, type Run } from '../../trace/trace.ts';
import { encodeFrameHeader } from '../../wire/docker/stdcopy.ts';
import { drained } from '../transport/drained.ts';
import type { Stdin } from './stdio.ts';

const headerBytes = 8;

/** Whom the trace is told about: the run, the request that was answered, and a client that does not tell itself. */
export interface Teller {
	run: Run;
	asked: Message;
	/** The lane of a client that announces nothing; undefined: our own shim, which does. */
	foreign: LaneId | undefined;
}

const counted = (len: number): string => `${len} ${len === 1 ? 'byte' : 'bytes'}`;

export class HijackedStream {
	readonly #id: string;
	readonly #connection: Duplex;
	readonly #framed: boolean;
	readonly #teller: Teller;
	readonly #at = { stdin: 0, stdout: 0, stderr: 0 };
	/** Bytes sent and received since the head. */
	#written = 0;
	#read = 0;

	/** `id` names it in the trace: that of the exec, or of the container that is attached to. */
	constructor(
		id: string,
		connection: Duplex,
		{ framed, teller }: { framed: boolean; teller: Teller }
	) {
		this.#id = id;
		this.#connection = connection;
		this.#framed = framed;
		this.#teller = teller;
	}

	/** Announces a chunk and sends it; resolves when more may be sent. A client that is gone misses it. */
	async send(stream: 'stdout' | 'stderr', data: Uint8Array, from: LaneId): Promise<void> {
		const { run, asked, foreign } = this.#teller;
		const len = data.length;
		const payload = { exec: this.#id, stream, at: this.#at[stream], len };
		this.#at[stream] += len;
		if (this.#connection.destroyed) return;
		const io = await run.step('io', {
			n: `${stream} ${counted(len)}`,
			facts: { stream, len },
			from,
			...(foreign ? { to: foreign } : {})
		});
		run.covers(io, payload);
		if (this.#connection.destroyed) return;
		const o = this.#written + (this.#framed ? headerBytes : 0);
		this.#written = o + len;
		run.carried(payload, { on: asked, dir: '<', o, len });
		await this.#write(
			this.#framed ? encodeFrameHeader(stream === 'stdout' ? 1 : 2, len) : [],
			data
		);
	}

	async #write(header: Uint8Array | never[], data: Uint8Array): Promise<void> {
		const connection = this.#connection;
		connection.cork();
		if (header.length > 0) connection.write(header);
		const more = connection.write(data);
		connection.uncork();
		if (!more) await drained(connection);
	}

	/** Passes what the client sends to the process, until the client's half of the connection ends or breaks. */
	async receive(stdin: Stdin | undefined): Promise<void> {
		try {
			for await (const data of this.#connection.iterator({ destroyOnReturn: false })) {
				if (stdin) await this.#toProcess(data as Buffer, stdin);
			}
		} catch (error) {
			if (error instanceof Dropped) throw error;
			// the client broke off: for the process that is the end of its input, as with dockerd
		} finally {
			stdin?.end();
		}
	}

	async #toProcess(data: Buffer, stdin: Stdin): Promise<void> {
		const { run, asked, foreign } = this.#teller;
		const len = data.length;
		const payload = { exec: this.#id, stream: 'stdin' as const, at: this.#at.stdin, len };
		const where = { on: asked, dir: '>' as const, o: this.#read, len };
		this.#at.stdin += len;
		this.#read += len;
		if (foreign) {
			const facts = { stream: 'stdin', len };
			const io = await run.step('io', {
				n: `stdin ${counted(len)}`,
				facts,
				from: foreign,
				to: 'container'
			});
			run.covers(io, payload);
			run.carried(payload, where);
		}
		await stdin.write(data);
	}

	end(): void {
		this.#connection.end();
	}
}
