import type { Direction, Facts } from './event.ts';
import type { EraId } from './eras.ts';
import type { LaneId } from './lanes.ts';
import type { StepId } from './steps.ts';

/** Where the bytes of an arrived HTTP request are: on which tapped connection, and its number there (from 0). */
export interface Arrival {
	tap: Tap;
	k: number;
}

export type ControlFrame = 'close' | 'ping' | 'pong';

/**
 * What of an exchange is meant, where its sender cannot know at which offset it will lie, or its receiver did not see:
 * of an HTTP body, without the framing of its chunks; of the n-th data message of an upgraded WebSocket (from 0), or,
 * without `at` and `len`, that message with its headers; of its n-th ping, pong or close frame.
 */
export type Part =
	| { body: number; len: number }
	| { message: number; at?: number; len?: number }
	| { control: ControlFrame; nth: number };

/**
 * Bytes in one direction of the exchange that `on` asked for: of an upgraded connection, counted from the first byte
 * after the upgrade, or a part of which the tracer finds the place when it crosses.
 */
export type Where = { on: Message; dir: Direction } & ({ o: number; len: number } | Part);

/**
 * One thing said from one program to another, announced before its bytes leave. `n` is what stands on the arrow.
 * Say where the bytes are only when the wire cannot: `arrival` for a request that this program received,
 * `re` for an answer (to the message it answers), `where` inside an upgraded connection. A request sent with
 * `run.traceparent(message)` in its head is found by that header.
 */
export interface Message {
	n: string;
	facts?: Facts;
	/** Overrides of the lanes in the table of steps. */
	from?: LaneId;
	to?: LaneId;
	arrival?: Arrival;
	re?: Message;
	where?: Where;
	/**
	 * This request opens a stream that its sender reads itself, and passes on in another protocol (StreamTranslator-
	 * Handler, TunnelingHandler): it is the sender, not kubectl, whom the streaming server then speaks to.
	 */
	translated?: true;
}

/** A part of one byte stream of one exec: `stream` is stdin, stdout or stderr; bytes `[at, at + len)` of it. */
export interface Payload {
	exec: string;
	stream: 'stdin' | 'stdout' | 'stderr';
	at: number;
	len: number;
	/** False: no terminal shows it, or was typed into for it (a forwarded port). */
	screen?: boolean;
}

export interface Call {
	n: string;
	/** The Kubernetes function, as the source names it: `ExecREST.Connect`. Defaults to the table's first. */
	fn?: string;
	facts?: Facts;
	/** Override of the lane in the table of steps. */
	at?: LaneId;
}

/** Thrown by `step` and `call` when the driver dropped what was held: the caller ends as if its peer had gone. */
export class Dropped extends Error {
	constructor(step: string) {
		super(`dropped at ${step}`);
		this.name = 'Dropped';
	}
}

/** One command's way through the programs, and the file that it becomes. */
export interface Run {
	readonly id: string;
	readonly era: EraId;
	/**
	 * Announces an arrow and returns the message to send: the same object, unless a hold edited it.
	 * `id` may end in `:reply`. Waits while a hold is on it; throws Dropped when the driver dropped it.
	 */
	step<M extends Message>(id: StepId | `${StepId}:reply`, message: M): Promise<M>;
	/** Marks entry into a call inside one lane, with the same holds; the returned function marks its return. */
	call(id: StepId, call: Call): Promise<() => void>;
	/** Announces the answer to `request` as `<its id>:reply`, lanes reversed. */
	reply<M extends Message>(request: Message, message: M): Promise<M>;
	/** More bytes of an announced message. */
	sent(message: Message, where: Where): void;
	/** An `io` message covers these payload bytes; later `carried` calls find it by them. */
	covers(message: Message, payload: Payload): void;
	/** A frame or chunk at `where` carries these payload bytes: a `sent` line for each io message they overlap. */
	carried(payload: Payload, where: Where): void;
	/** After the 101: everything on the connection of `inbound` is copied to and from that of `outbound`. */
	splice(inbound: Message, outbound: Message): void;
	/**
	 * The bytes at `from` go on as those at `to`, in another framing: what was told of the ones, or will be, is told of the
	 * others too. Byte by byte where both name the same `len`, else the whole of one as the whole of the other.
	 */
	crossed(from: Where, to: Where): void;
	/**
	 * This program has closed its end of the upgraded connection of `on`. What the other end still holds open (a shell
	 * that nobody reads any more) does not keep the run open.
	 */
	leave(on: Message): void;
	/** An upgrade request for one exec begins: the same `query` again after a refusal is the next try. */
	attempt(query: string): void;
	/** The upgrade was refused: `attempt` with the same query is a new try. */
	refused(): void;
	/** Later requests that carry one of these names (an exec id, a token) belong to this run. */
	name(...names: string[]): void;
	/** What the run was asked to do, when it is known only now. */
	command(command: { argv?: string[]; query?: Facts; client?: string }): void;
	/** What our own kubectl printed or was typed (text), or a new terminal size; exec streams are found by `carried`. */
	tty(on: 'o' | 'e' | 'i', text: string): void;
	size(cols: number, rows: number): void;
	/** The exit code as the Status that crossed says it. */
	exit(code: number | null, reason: string): void;
	/** Value of the `traceparent` header that ties the next hop's bytes to `message`, or only to this run. */
	traceparent(message?: Message): string;
	/** True while nothing has ended the run. */
	readonly open: boolean;
}

/** What a server knows of a request when it looks for the run that the request belongs to. */
export interface Found {
	arrival?: Arrival;
	traceparent?: string | undefined;
	/** The request's Kubectl-Session header. */
	session?: string | undefined;
	/** Exec id or token that the request names. */
	names?: string[];
	/**
	 * Where a relay stands in front of this program: its lane, its node and how the request begins (`GET /_ping`, or
	 * the path of a gRPC call), by which the relay's tap finds the bytes of a foreign client.
	 */
	claim?: { to: LaneId; node: string; start: string };
	/** Both ends of the connection, to find the client's process where there is no session. */
	peer?: Peer | undefined;
	/** `User-Agent`, or what else says who is asking. */
	client?: string | undefined;
	/** The lane of the client, when this request begins a run: `kubectl` or `client`. */
	from: LaneId;
}

/** A TCP connection: its client's end, and the server's. */
export interface Peer {
	from: { address: string; port: number };
	to: { address: string; port: number };
}

export interface Received {
	run: Run;
	/** The sender's announcement of this request. Undefined: the sender is foreign, announce it here (with `arrival`). */
	request?: Message;
}

/** Where the bytes of one connection go as they cross; made for a connection when it opens. */
export interface Tap {
	readonly c: string;
	bytes(dir: Direction, chunk: Uint8Array): void;
	closed(by: 'client' | 'server'): void;
}

/** What each program is given to say what it does. Plain messages only, so that programs could move to threads. */
export interface Trace {
	readonly boot: Run;
	connection(about: {
		from: LaneId;
		to: LaneId;
		over: 'tcp' | 'tls' | 'unix';
		node?: string;
		/**
		 * False: who speaks here is not one of our programs, and a traceparent of theirs is not believed. `once`: it may
		 * be anyone; believed is only a traceparent of a request that is on its way to here, by the first who shows it.
		 */
		believed?: boolean | 'once';
	}): Tap;
	/** The run that a request belongs to; begins one when it belongs to none. */
	receive(found: Found): Promise<Received>;
	/** The run that a traceparent or a name (exec id, token) leads to, if it is still open. */
	find(how: { traceparent?: string | undefined; name?: string }): Received | undefined;
}
