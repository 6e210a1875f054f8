/**
 * What the streaming server says about the streams of one process while they cross: where each byte of stdin, stdout and
 * stderr is on the two connections that the shim joins. Nothing upstream corresponds.
 */
import type { Facts } from '../../trace/event.ts';
import type { Message, Payload } from '../../trace/trace.ts';
import type { PlacedFrame } from '../../wire/spdy/frames.ts';
import { SpdyTrace, type Stretch } from './spdy-trace.ts';

type Output = 'stdout' | 'stderr';

export class StreamTrace extends SpdyTrace {
	readonly #outputs = new Map<number, { stream: Output; at: number }>();
	#status: { id: number; message: Message } | undefined;
	/** What it is joined to; `id` names the streams in the run. */
	#joined: { id: string; hijack: Message } | undefined;
	#stdinAt = 0;

	protected override dataSent({ frame, o, len, dataAt }: PlacedFrame): void {
		if (frame.type !== 'data') return;
		if (frame.id === this.#status?.id) this.tell(this.#status.message, { o, len });
		else this.#carriedOutput(frame.id, { o: dataAt ?? o, len: frame.data.length });
	}

	/** That SPDY stream carries this output. */
	output(id: number, stream: Output): void {
		this.#outputs.set(id, { stream, at: 0 });
	}

	/** The engine handed the connection over that `hijack` asked for. */
	started(id: string, hijack: Message): void {
		this.#joined = { id, hijack };
	}

	/** Before these bytes of stdin are passed on; they will be the next ones on the hijacked connection. */
	async stdin(piece: Stretch): Promise<void> {
		if (!this.#joined || piece.len === 0) return;
		const payload: Payload = {
			exec: this.#joined.id,
			stream: 'stdin',
			at: this.#stdinAt,
			len: piece.len
		};
		const message = await this.run.step('io', {
			n: `stdin ${piece.len} ${piece.len === 1 ? 'byte' : 'bytes'}`,
			from: 'kubectl',
			to: 'container',
			facts: { stream: 'stdin', len: piece.len }
		});
		this.run.covers(message, payload);
		this.run.carried(payload, { on: this.request, dir: '>', ...piece });
		const on = this.#joined.hijack;
		this.run.carried(payload, { on, dir: '>', o: this.#stdinAt, len: piece.len });
		this.#stdinAt += piece.len;
	}

	/** Before the hijacked connection is half-closed, when the client finished stdin itself. */
	async stdinClosed(id: number): Promise<void> {
		const fin = this.fin(id);
		if (!fin) return;
		await this.run.step('stdin-close', {
			n: 'FIN stdin',
			facts: { id },
			where: { on: this.request, dir: '>', ...fin }
		});
	}

	async resize(size: { width: number; height: number }, piece: Stretch): Promise<void> {
		await this.run.step('resize', {
			n: `${size.width}x${size.height}`,
			facts: { cols: size.width, rows: size.height },
			where: { on: this.request, dir: '>', ...piece }
		});
	}

	/** Before the status is written on that stream. */
	async exitStatus(id: number, n: string, facts: Facts): Promise<void> {
		const message = await this.run.step('exit-status', { n, facts });
		this.#status = { id, message };
	}

	#carriedOutput(id: number, { o, len }: Stretch): void {
		const output = this.#outputs.get(id);
		if (!output || !this.#joined || len === 0) return;
		const payload = { exec: this.#joined.id, stream: output.stream, at: output.at, len };
		this.run.carried(payload, { on: this.request, dir: '<', o, len });
		output.at += len;
	}
}
