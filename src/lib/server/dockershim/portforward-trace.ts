/**
 * What the streaming server says about the connections that it forwards: where the bytes of each are on the client's
 * connection. Towards the pod they are on no socket of ours. Nothing upstream corresponds.
 */
import type { Message, Payload, Run } from '../../trace/trace.ts';
import type { PlacedFrame } from '../../wire/spdy/frames.ts';
import { SpdyTrace, type Stretch } from './spdy-trace.ts';

/** One forwarded connection, as its facts name it. */
export interface Forwarded {
	requestid: string;
	port: number;
}

/** What a port is opened with: the process whose network it is in, and the command that connects to it there. */
export interface OpensPort {
	containerId: string;
	pid: number;
	command: string;
}

export class PortForwardTrace extends SpdyTrace {
	readonly #podSandboxId: string;
	/** By the number of a stream: what is to be said of its next frames. */
	readonly #outputs = new Map<number, { name: string; at: number }>();
	readonly #errors = new Map<number, Message>();
	readonly #ends = new Map<number, Message>();
	readonly #read = new Map<string, { '>': number; '<': number }>();

	constructor(run: Run, request: Message, podSandboxId: string) {
		super(run, request);
		this.#podSandboxId = podSandboxId;
	}

	protected override dataSent({ frame, o, len, dataAt }: PlacedFrame): void {
		if (frame.type !== 'data') return;
		if (frame.fin) return this.tell(this.#ends.get(frame.id), { o, len });
		const output = this.#outputs.get(frame.id);
		if (!output) return this.tell(this.#errors.get(frame.id), { o, len });
		const payload = this.#payload(output.name, '<', output.at, frame.data.length);
		this.run.carried(payload, { on: this.request, dir: '<', o: dataAt ?? o, len: payload.len });
		output.at += payload.len;
	}

	/** Before the port is connected to; `opens` says who has it and what connects. */
	async opening(forwarded: Forwarded, opens: OpensPort): Promise<void> {
		await this.run.step('forward-port', {
			n: `localhost:${forwarded.port} in the pod`,
			facts: { ...opens, ...forwarded }
		});
	}

	/** Before these bytes go to the port. */
	async towardsPort(forwarded: Forwarded, piece: Stretch): Promise<void> {
		if (piece.len === 0) return;
		const payload = await this.#io(forwarded, '>', piece.len);
		this.run.carried(payload, { on: this.request, dir: '>', ...piece });
	}

	/** Before these bytes of the port are written to that stream. */
	async fromPort(forwarded: Forwarded, stream: number, len: number): Promise<void> {
		const name = this.#name(forwarded);
		if (!this.#outputs.has(stream)) this.#outputs.set(stream, { name, at: 0 });
		await this.#io(forwarded, '<', len);
	}

	/** Before this is written to that stream. */
	async failed(forwarded: Forwarded, stream: number, text: string): Promise<void> {
		const facts = { ...forwarded, text };
		this.#errors.set(stream, await this.run.step('port-error', { n: text, facts }));
	}

	/** Before both streams of a forwarded connection are finished. */
	async ending(forwarded: Forwarded, ...streams: number[]): Promise<void> {
		const { requestid, port } = forwarded;
		const message = await this.run.step('close', {
			n: `FIN ${streams.join(', ')}`,
			facts: { requestid, port }
		});
		for (const stream of streams) this.#ends.set(stream, message);
		this.#read.delete(this.#name(forwarded));
	}

	async #io(forwarded: Forwarded, dir: '>' | '<', len: number): Promise<Payload> {
		const name = this.#name(forwarded);
		const read = this.#read.get(name) ?? { '>': 0, '<': 0 };
		this.#read.set(name, read);
		const payload = this.#payload(name, dir, read[dir], len);
		read[dir] += len;
		const [from, to] =
			dir === '>' ? (['kubectl', 'container'] as const) : (['container', 'kubectl'] as const);
		const message = await this.run.step('io', {
			n: `port ${forwarded.port} ${len} ${len === 1 ? 'byte' : 'bytes'}`,
			...{ from, to },
			facts: { ...forwarded, len }
		});
		this.run.covers(message, payload);
		return payload;
	}

	/** No terminal has a part in it. */
	#payload(name: string, dir: '>' | '<', at: number, len: number): Payload {
		return { exec: name, stream: dir === '>' ? 'stdin' : 'stdout', at, len, screen: false };
	}

	/** Among all streams of the run. */
	#name({ requestid }: Forwarded): string {
		return `${this.#podSandboxId}/${requestid}`;
	}
}
