/**
 * What the streaming server says about the SPDY frames of one connection, whatever they carry: which of them are which
 * step. Nothing upstream corresponds.
 */
import type { Message, Run } from '../../trace/trace.ts';
import type { PlacedFrame } from '../../wire/spdy/frames.ts';

/** A stretch of the client's connection. */
export interface Stretch {
	o: number;
	len: number;
}

export abstract class SpdyTrace {
	readonly run: Run;
	/** The request whose connection was upgraded. */
	protected readonly request: Message;
	readonly #opened = new Map<number, Message>();
	readonly #replies = new Map<number, Message>();
	readonly #refusals = new Map<number, Message>();
	readonly #pongs = new Map<number, Message>();
	readonly #fins = new Map<number, Stretch>();
	#closing: Message | undefined;

	constructor(run: Run, request: Message) {
		this.run = run;
		this.request = request;
	}

	/** A DATA frame is about to be written. */
	protected abstract dataSent(placed: PlacedFrame): void;

	/** For the SPDY connection: a frame arrived, and waits for this. */
	async received({ frame, o, len }: PlacedFrame): Promise<void> {
		if (frame.type === 'syn-stream') {
			const { streamtype = '', port, requestid } = frame.headers;
			const named = {
				streamtype,
				...(port === undefined ? {} : { port }),
				...(requestid === undefined ? {} : { requestid })
			};
			const said = Object.entries(named).map(([name, value]) => `${name}=${value}`);
			const message = await this.run.step('stream-open', {
				n: `SYN_STREAM ${frame.id} ${said.join(' ')}`,
				facts: { id: frame.id, ...named },
				where: { on: this.request, dir: '>', o, len }
			});
			this.#opened.set(frame.id, message);
		} else if (frame.type === 'ping' && frame.id % 2 === 1) {
			const message = await this.run.step('ping', {
				n: `PING ${frame.id}`,
				facts: { id: frame.id },
				where: { on: this.request, dir: '>', o, len }
			});
			const facts = { id: frame.id };
			this.#pongs.set(frame.id, await this.run.reply(message, { n: `PING ${frame.id}`, facts }));
		} else if (frame.type === 'data' && frame.fin) this.#fins.set(frame.id, { o, len });
	}

	/** For the SPDY connection: a frame is about to be written. */
	sent(placed: PlacedFrame): void {
		const { frame } = placed;
		if (frame.type === 'syn-reply') this.tell(this.#replies.get(frame.id), placed);
		else if (frame.type === 'ping') this.tell(this.#pongs.get(frame.id), placed);
		else if (frame.type === 'rst-stream')
			this.tell(this.#refusals.get(frame.id) ?? this.#closing, placed);
		else if (frame.type === 'goaway') this.tell(this.#closing, placed);
		else if (frame.type === 'data') this.dataSent(placed);
	}

	/** Before SYN_REPLY. */
	async replying(id: number): Promise<void> {
		const opened = this.#opened.get(id);
		if (!opened) return;
		const reply = await this.run.reply(opened, { n: `SYN_REPLY ${id}`, facts: { id } });
		this.#replies.set(id, reply);
	}

	/** Before RST_STREAM in the place of SYN_REPLY. */
	async refusing(id: number, reason: string): Promise<void> {
		const opened = this.#opened.get(id);
		if (!opened) return;
		const facts = { id, reason };
		this.#refusals.set(id, await this.run.reply(opened, { n: `RST_STREAM ${id}`, facts }));
	}

	/** Before the connection is closed. */
	async closing(): Promise<void> {
		this.#closing = await this.run.step('close', { n: 'RST_STREAM, GOAWAY', facts: {} });
	}

	/** That message is there, on its way to the client. */
	protected tell(message: Message | undefined, { o, len }: Stretch): void {
		if (message) this.run.sent(message, { on: this.request, dir: '<', o, len });
	}

	/** The frame with which the client finished a stream; undefined as long as it has not. */
	protected fin(id: number): Stretch | undefined {
		return this.#fins.get(id);
	}
}
