/**
 * What the streaming server says about one exec while it crosses: which SPDY frames carry which step, and where each
 * byte of stdin, stdout and stderr is on the two connections that the shim joins. Nothing upstream corresponds.
 */
import type { Facts } from '../../trace/event.ts';
import type { Message, Payload, Run } from '../../trace/trace.ts';
import type { PlacedFrame } from '../../wire/spdy/frames.ts';

type Output = 'stdout' | 'stderr';

/** A stretch of the client's connection, towards us. */
interface Stretch {
	o: number;
	len: number;
}

export class ExecTrace {
	readonly run: Run;
	/** The request whose connection was upgraded. */
	readonly #request: Message;
	readonly #opened = new Map<number, Message>();
	readonly #replies = new Map<number, Message>();
	readonly #pongs = new Map<number, Message>();
	readonly #fins = new Map<number, Stretch>();
	readonly #outputs = new Map<number, { stream: Output; at: number }>();
	#status: { id: number; message: Message } | undefined;
	#closing: Message | undefined;
	#exec: { id: string; hijack: Message } | undefined;
	#stdinAt = 0;

	constructor(run: Run, request: Message) {
		this.run = run;
		this.#request = request;
	}

	/** For the SPDY connection: a frame arrived, and waits for this. */
	async received({ frame, o, len }: PlacedFrame): Promise<void> {
		if (frame.type === 'syn-stream') {
			const streamtype = frame.headers['streamtype'] ?? '';
			const message = await this.run.step('stream-open', {
				n: `SYN_STREAM ${frame.id} streamtype=${streamtype}`,
				facts: { id: frame.id, streamtype },
				where: { on: this.#request, dir: '>', o, len }
			});
			this.#opened.set(frame.id, message);
		} else if (frame.type === 'ping' && frame.id % 2 === 1) {
			const message = await this.run.step('ping', {
				n: `PING ${frame.id}`,
				facts: { id: frame.id },
				where: { on: this.#request, dir: '>', o, len }
			});
			const facts = { id: frame.id };
			this.#pongs.set(frame.id, await this.run.reply(message, { n: `PING ${frame.id}`, facts }));
		} else if (frame.type === 'data' && frame.fin) this.#fins.set(frame.id, { o, len });
	}

	/** For the SPDY connection: a frame is about to be written. */
	sent({ frame, o, len, dataAt }: PlacedFrame): void {
		const tell = (message: Message | undefined, at = { o, len }) => {
			if (message) this.run.sent(message, { on: this.#request, dir: '<', ...at });
		};
		if (frame.type === 'syn-reply') tell(this.#replies.get(frame.id));
		else if (frame.type === 'ping') tell(this.#pongs.get(frame.id));
		else if (frame.type === 'rst-stream' || frame.type === 'goaway') tell(this.#closing);
		else if (frame.type === 'data') {
			if (frame.id === this.#status?.id) tell(this.#status.message);
			else this.#carriedOutput(frame.id, { o: dataAt ?? o, len: frame.data.length });
		}
	}

	/** Before SYN_REPLY. */
	async replying(id: number): Promise<void> {
		const opened = this.#opened.get(id);
		if (!opened) return;
		const reply = await this.run.reply(opened, { n: `SYN_REPLY ${id}`, facts: { id } });
		this.#replies.set(id, reply);
	}

	/** That SPDY stream carries this output. */
	output(id: number, stream: Output): void {
		this.#outputs.set(id, { stream, at: 0 });
	}

	/** The engine handed the connection over that `hijack` asked for. */
	started(execId: string, hijack: Message): void {
		this.#exec = { id: execId, hijack };
	}

	/** Before these bytes of stdin are passed on; they will be the next ones on the hijacked connection. */
	async stdin(piece: Stretch): Promise<void> {
		if (!this.#exec || piece.len === 0) return;
		const payload: Payload = {
			exec: this.#exec.id,
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
		this.run.carried(payload, { on: this.#request, dir: '>', ...piece });
		const on = this.#exec.hijack;
		this.run.carried(payload, { on, dir: '>', o: this.#stdinAt, len: piece.len });
		this.#stdinAt += piece.len;
	}

	/** Before the hijacked connection is half-closed, when the client finished stdin itself. */
	async stdinClosed(id: number): Promise<void> {
		const fin = this.#fins.get(id);
		if (!fin) return;
		await this.run.step('stdin-close', {
			n: 'FIN stdin',
			facts: { id },
			where: { on: this.#request, dir: '>', ...fin }
		});
	}

	async resize(size: { width: number; height: number }, piece: Stretch): Promise<void> {
		await this.run.step('resize', {
			n: `${size.width}x${size.height}`,
			facts: { cols: size.width, rows: size.height },
			where: { on: this.#request, dir: '>', ...piece }
		});
	}

	/** Before the status is written on that stream. */
	async exitStatus(id: number, n: string, facts: Facts): Promise<void> {
		const message = await this.run.step('exit-status', { n, facts });
		this.#status = { id, message };
	}

	/** Before the connection is closed. */
	async closing(): Promise<void> {
		this.#closing = await this.run.step('close', { n: 'RST_STREAM, GOAWAY', facts: {} });
	}

	#carriedOutput(id: number, { o, len }: Stretch): void {
		const output = this.#outputs.get(id);
		if (!output || !this.#exec || len === 0) return;
		const payload = { exec: this.#exec.id, stream: output.stream, at: output.at, len };
		this.run.carried(payload, { on: this.#request, dir: '<', o, len });
		output.at += len;
	}
}
