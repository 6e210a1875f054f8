import { packBytes } from '../../recording/format.ts';
import type { Body, Direction, Facts, Span } from '../../trace/event.ts';
import type { EraId } from '../../trace/eras.ts';
import type { LaneId } from '../../trace/lanes.ts';
import { steps, type StepId } from '../../trace/steps.ts';
import type { Call, Message, Payload, Run, Where } from '../../trace/trace.ts';
import type { RunFile } from '../recorder.ts';
import type { ConnTap, Exchange } from './conn-tap.ts';
import { Crossings, type Spot, type Told } from './crossings.ts';
import type { Hold, Holder, Holds } from './holds.ts';
import { Payloads } from './payloads.ts';
import { cut } from './ranges.ts';
import { StepNames, type Numbered } from './step-names.ts';

/** What the tracer remembers of a message beside what its program said. */
export interface Announced {
	run: RunLog;
	/** Step id without reply and number. */
	id: string;
	name: string;
	step: number;
	number: Numbered;
	from: LaneId;
	to: LaneId;
	exchange?: Exchange;
	/** The request carries its traceparent and is about to leave, or has left; until it arrives. */
	underway?: boolean;
}

export interface RunHost {
	holds: Holds;
	/** Microseconds of the cluster's clock. */
	now(): number;
	announced: WeakMap<Message, Announced>;
	named(name: string, run: RunLog): void;
	changed(run: RunLog): void;
	/** A step or call was announced, and its hold, if it had one, let go or dropped it. */
	heard(run: RunLog, id: string, facts: Facts, dropped: boolean): void;
	/** The real limit that runs at this step, in milliseconds, and the steps with the newest of which it began to run. */
	limit(id: string): { ms: number; since: readonly string[] } | null;
	later(ms: number, act: () => void): () => void;
	idleMs: number;
}

export interface RunStart {
	id: string;
	trace: string;
	era: EraId;
	t0: number;
	client: string;
	owner: string;
	housekeeping: boolean;
	file: Pick<RunFile, 'write' | 'sync' | 'crossed' | 'end'>;
}

/** One run: numbers its steps, stops at its holds, and writes its file. After its end it is mute. */
export class RunLog implements Run, Holder {
	readonly id: string;
	readonly trace: string;
	readonly era: EraId;
	readonly owner: string;
	readonly client: string;
	open = true;
	terminal = false;
	stepping: string | undefined;
	argv: string[] | undefined;
	query: Facts | undefined;
	code: number | null | undefined;
	/** The embedded kubectl of this run has not ended yet. */
	attended = false;
	#host: RunHost;
	#file: RunStart['file'];
	#t0: number;
	#housekeeping: boolean;
	#names = new StepNames();
	#connections = new Set<ConnTap>();
	/** Steps whose request carries its traceparent and has not arrived yet. */
	readonly #left = new Set<number>();
	#announcedConnections = new Map<ConnTap, [number, number]>();
	#payloads = new Payloads();
	#crossings = new Crossings();
	/** Who ends the stream of the try that is under way, in kubectl's stead. */
	#translator: LaneId | undefined;
	#step = '';
	#chapter = '';
	/** When each step was last announced, in microseconds of the cluster. */
	#began = new Map<string, number>();
	#stopIdle: () => void = () => {};
	/** Whether somebody else than kubectl began this run. */
	fromClient = false;
	#unannounced: Exchange | undefined;

	constructor(start: RunStart, host: RunHost) {
		this.id = start.id;
		this.trace = start.trace;
		this.era = start.era;
		this.owner = start.owner;
		this.client = start.client;
		this.#t0 = start.t0;
		this.#file = start.file;
		this.#host = host;
		this.#housekeeping = start.housekeeping;
	}

	/** A run of which nothing is known but that it was one of ours and ended. */
	static mute(trace: string, era: EraId, host: RunHost): RunLog {
		const file = { write: () => -1, sync() {}, crossed() {}, end() {} };
		const about = { t0: 0, client: 'unknown', owner: 'driver', housekeeping: true };
		const run = new RunLog({ id: trace, trace, era, file, ...about }, host);
		run.open = false;
		return run;
	}

	async step<M extends Message>(id: StepId | `${StepId}:reply`, message: M): Promise<M> {
		if (!this.open) return this.#unrecorded(id, message);
		const base = id.replace(/:reply$/, '') as StepId;
		const shape = steps[base];
		const answered = message.re && this.#host.announced.get(message.re);
		const reply = id.endsWith(':reply');
		const from =
			message.from ??
			(reply ? (answered?.to ?? shape.to) : this.#speaker(shape.from, message.where));
		const to =
			message.to ??
			(reply ? (answered?.from ?? shape.from) : this.#listener(base, message, answered));
		if (message.translated) this.#translator = from;
		const number = this.#names.number(id, reply ? answered?.number : undefined);
		const { name, ...attempt } = named(id, number);
		const facts = message.facts ?? {};
		if (facts['tty'] === true) this.terminal = true;
		this.#enter(id, name, shape.chap);
		const step = this.line({
			k: 'step',
			s: name,
			from,
			to,
			...attempt,
			n: message.n,
			facts,
			chap: shape.chap
		});
		const announced: Announced = { run: this, id: base, name, step, number, from, to };
		this.#host.announced.set(message, announced);
		this.#bind(message, announced, answered);
		if (base === 'resize') this.#resized(facts);
		await this.#pass({ name, ...attempt }, id, facts);
		return message;
	}

	reply<M extends Message>(request: Message, message: M): Promise<M> {
		const asked = this.#host.announced.get(request);
		message.re = request;
		if (!asked) return Promise.resolve(message);
		return this.step(`${asked.id as StepId}:reply`, message);
	}

	async call(id: StepId, call: Call): Promise<() => void> {
		if (!this.open) return () => {};
		const shape = steps[id];
		const { name, ...attempt } = named(id, this.#names.number(id));
		this.#enter(id, name, shape.chap);
		const entered = this.#host.now();
		const of = this.line({
			k: 'call',
			s: name,
			at: call.at ?? shape.from,
			fn: call.fn ?? '',
			...attempt,
			n: call.n,
			facts: call.facts ?? {},
			chap: shape.chap
		});
		await this.#pass({ name, ...attempt }, id, call.facts ?? {});
		let returned = false;
		return () => {
			if (returned) return;
			returned = true;
			this.line({ k: 'call', of, ms: Math.round(this.#host.now() - entered) / 1000 });
		};
	}

	sent(message: Message, where: Where): void {
		const announced = this.#host.announced.get(message);
		if (announced?.run !== this) return;
		this.#find(where, (spot) => this.#tell({ of: announced.step, spot }));
	}

	covers(message: Message, payload: Payload): void {
		const announced = this.#host.announced.get(message);
		if (announced?.run === this) this.#payloads.covers(announced.step, payload);
	}

	carried(payload: Payload, where: Where): void {
		this.#find(where, (spot) => {
			const on = screenOf(payload);
			const shown = this.#last(spot.exchange) ? on : undefined;
			const later = on === 'i' || shown ? {} : { screen: on };
			for (const { of, at, len } of this.#payloads.carried(payload))
				this.#tell({ of, spot: { ...spot, ranges: cut(spot.ranges, at, len) }, ...later });
			if (shown) this.#shows(shown, shown === 'i' ? spot : copiesOf(spot).at(-1));
		});
	}

	crossed(from: Where, to: Where): void {
		const bytewise = 'len' in from && 'len' in to && from.len === to.len;
		this.#find(from, (source) =>
			this.#find(to, (target) => {
				for (const told of this.#crossings.join(source, target, bytewise)) this.#toldOn(told);
			})
		);
	}

	splice(inbound: Message, outbound: Message): void {
		const a = this.#host.announced.get(inbound)?.exchange;
		const b = this.#host.announced.get(outbound)?.exchange;
		if (!a || !b) return;
		a.outbound = b;
		b.inbound = a;
		const answer = b.steps['<'];
		for (let at: Exchange | undefined = a; at && answer !== undefined; at = at.inbound)
			at.tap.bind(at, '<', answer);
	}

	leave(on: Message): void {
		const exchange = this.#host.announced.get(on)?.exchange;
		if (!exchange) return;
		exchange.left = true;
		this.#settle();
	}

	attempt(query: string): void {
		if (!this.open) return;
		this.#names.attempt(query);
		this.#translator = undefined;
	}

	refused(): void {
		this.#names.refused();
	}

	name(...names: string[]): void {
		for (const name of names) this.#host.named(name, this);
	}

	command(command: { argv?: string[]; query?: Facts; client?: string; after?: string }): void {
		// What an embedded kubectl was asked is known better than its requests can tell.
		if (this.argv && !command.argv) return;
		if (command.argv) this.argv = command.argv;
		if (command.query) this.query = command.query;
		this.line({ k: 'cmd', ...command });
		this.#host.changed(this);
	}

	tty(on: 'o' | 'e' | 'i', text: string): void {
		this.line({ k: 'tty', on, d: text });
	}

	size(cols: number, rows: number): void {
		this.line({ k: 'tty', on: 'r', size: [cols, rows] });
	}

	exit(code: number | null, reason: string): void {
		if (!this.open) return;
		this.code = code;
		this.line({ k: 'exit', code, reason });
		this.#host.changed(this);
	}

	traceparent(message?: Message): string {
		const announced = message && this.#host.announced.get(message);
		const own = announced?.run === this ? announced : undefined;
		if (own) {
			own.underway = true;
			this.#left.add(own.step);
		}
		const step = own?.step ?? 0xffff_ffff;
		return `00-${this.trace}-${(step + 1).toString(16).padStart(16, '0')}-01`;
	}

	/** The request of that step was seen on a connection. */
	arrived(step: number): void {
		this.#left.delete(step);
	}

	/** Writes one line now; -1 when the run has ended. */
	line(body: Body): number {
		return this.open ? this.#file.write(body, this.#host.now() - this.#t0) : -1;
	}

	bytes(span: Span, bytes: Uint8Array): void {
		this.line({ k: 'b', ...span, ...packBytes(bytes) });
		if (this.open) this.#file.crossed(span, bytes);
	}

	/** A connection carries bytes of this run from now on. */
	uses(tap: ConnTap): void {
		if (!this.open) return;
		this.#connections.add(tap);
		tap.runs.add(this);
		this.#stopIdle();
	}

	/** The `conn` line, before the first bytes of this run on that connection. */
	connection(tap: ConnTap, proto: 'http/1.1' | 'h2' | undefined, offset: [number, number]): void {
		if (this.#announcedConnections.has(tap)) return;
		this.#announcedConnections.set(tap, offset);
		const { from, to, over } = tap.about;
		this.line({
			k: 'conn',
			c: tap.c,
			from: tap.foreign ? 'client' : from,
			to,
			over,
			...(proto ? { proto } : {}),
			offset
		});
	}

	/** A foreign client's request was found behind a relay: the next arrow into that lane is its announcement. */
	unannounced(exchange: Exchange): void {
		this.#unannounced = exchange;
	}

	connectionClosed(tap: ConnTap, by: 'client' | 'server'): void {
		if (this.#announcedConnections.has(tap)) this.line({ k: 'conn', c: tap.c, closed: true, by });
		this.#connections.delete(tap);
		this.#settle();
	}

	exchangeDone(): void {
		this.#settle();
	}

	/** The embedded kubectl began or ended. */
	attend(on: boolean): void {
		this.attended = on;
		this.#settle();
	}

	/** What a keyframe says besides the screen. */
	standing() {
		const open = [...this.#connections];
		return {
			step: this.#step,
			conns: open.map((tap) => tap.c),
			streams: this.#payloads.streams,
			from: Object.fromEntries(
				open.flatMap((tap) => {
					const offset = this.#announcedConnections.get(tap);
					return offset ? [[tap.c, offset]] : [];
				})
			)
		};
	}

	end(clean: boolean): void {
		if (!this.open) return;
		if (this.#names.attempted && this.code === undefined)
			this.exit(null, this.#names.wasRefused ? 'refused' : 'no status crossed');
		for (const tap of this.#connections) tap.flush(this);
		this.#file.end(this.#host.now() - this.#t0, clean);
		this.open = false;
		this.#crossings = new Crossings();
		this.#stopIdle();
		this.#host.changed(this);
	}

	say(
		state: 'set' | 'waiting' | 'continued' | 'dropped' | 'lapsed',
		hold: Hold,
		until: number | null
	) {
		this.line({
			k: 'hold',
			s: hold.s,
			...(hold.try ? { try: hold.try } : {}),
			by: hold.by,
			state,
			until
		});
	}

	async #pass(at: Named, id: string, facts: Facts): Promise<void> {
		if (this.#housekeeping) return;
		let dropped = true;
		try {
			await this.#host.holds.pass(this, at.name, at.try, this.#limitEnds(id));
			dropped = false;
		} finally {
			this.#host.heard(this, id, facts, dropped);
		}
	}

	/** When the limit ends that runs at this step: it began with an earlier one, and does not wait for holds. */
	#limitEnds(id: string): number | null {
		const limit = this.#host.limit(id);
		const began = limit?.since.flatMap((step) => this.#began.get(step) ?? []) ?? [];
		return limit === null || began.length === 0
			? null
			: Math.round(Math.max(...began) - this.#t0 + limit.ms * 1000);
	}

	/** What happens after the end of a run is not recorded; only the audit hears of it. */
	#unrecorded<M extends Message>(id: string, message: M): M {
		this.#host.heard(this, id, message.facts ?? {}, false);
		return message;
	}

	/** Answers and calls of a foreign client go back to its own lane. */
	#answerTo(to: LaneId, answered: Announced | undefined): LaneId {
		return answered && to === steps[answered.id as StepId]?.from
			? answered.from
			: this.#starter(to);
	}

	#starter(lane: LaneId): LaneId {
		return lane === 'kubectl' && this.fromClient ? 'client' : lane;
	}

	#enter(id: string, name: string, chapter: string): void {
		this.#step = name;
		this.#began.set(id, this.#host.now());
		if (chapter !== this.#chapter) this.#file.sync();
		this.#chapter = chapter;
	}

	#bind(message: Message, announced: Announced, answered: Announced | undefined): void {
		const exchange = this.#arrivedAs(message, announced);
		if (exchange) {
			announced.exchange = exchange;
			exchange.tap.bind(exchange, '>', announced.step);
		}
		if (answered?.exchange) answered.exchange.tap.bind(answered.exchange, '<', announced.step);
		if (message.where)
			this.#find(message.where, (spot) => this.#tell({ of: announced.step, spot }));
	}

	#arrivedAs(message: Message, announced: Announced): Exchange | undefined {
		if (message.arrival) return (message.arrival.tap as ConnTap).exchange(message.arrival.k);
		const waiting = this.#unannounced;
		if (message.re || !waiting || waiting.tap.about.to !== announced.to) return undefined;
		this.#unannounced = undefined;
		return waiting;
	}

	/** Calls `then` with the place of these bytes on the connection of `where.on`: now, or once they cross. */
	#find(where: Where, then: (spot: Spot) => void): void {
		const exchange = this.#host.announced.get(where.on)?.exchange;
		if (!exchange) return;
		const { dir } = where;
		if (!('o' in where))
			return exchange.places[dir].find(where, (ranges) => then({ exchange, dir, ranges }));
		const begin = beginOf(exchange, dir);
		if (begin !== undefined) then({ exchange, dir, ranges: [[begin + where.o, where.len]] });
	}

	/** Says on every socket that these bytes cross, in the order in which they cross, that they are that step's. */
	#tell(told: Told): void {
		const copies = copiesOf(told.spot);
		const head = copies.at(-1);
		if (!head) return;
		const onward = mayGoOn(head) ? this.#crossings.tell({ ...told, spot: head }) : [];
		if (told.spot.dir === '<')
			for (const spot of copies) this.#sentOn(told.of, spot, spot !== copies[0]);
		for (const one of onward) this.#toldOn(one);
		if (told.spot.dir === '>') for (const spot of copies.reverse()) this.#sentOn(told.of, spot);
	}

	/** The same beyond a program that translates; what is for a screen has come there where that is the starter's. */
	#toldOn(told: Told): void {
		const head = copiesOf(told.spot).at(-1);
		const shown = told.screen && head && !mayGoOn(head);
		const { screen, ...rest } = told;
		this.#tell(shown ? rest : told);
		if (shown && screen) this.#shows(screen, head);
	}

	/** `copied`: others wrote these bytes, and pass them on here if they still can. */
	#sentOn(of: number, { exchange, dir, ranges }: Spot, copied = false): void {
		const { tap } = exchange;
		for (const [o, len] of ranges) {
			const tell = () => this.line({ k: 'sent', of, c: tap.c, dir, o, len });
			// What is said to a client that goes gets only as far as the connections that stand.
			if (copied || !tap.open) tap.onceCrossed(dir, o + len, tell);
			else tell();
		}
	}

	#shows(on: 'o' | 'e' | 'i', spot: Spot | undefined): void {
		for (const [o, len] of spot?.ranges ?? [])
			this.line({ k: 'tty', on, c: spot!.exchange.tap.c, dir: spot!.dir, o, len });
	}

	/** Who says what comes from kubectl: the program that wrote those bytes in its stead, if one did. */
	#speaker(lane: LaneId, where: Where | undefined): LaneId {
		let head: Spot | undefined;
		if (lane === 'kubectl' && where) this.#find(where, (spot) => (head = this.#outermost(spot)));
		const writer = head?.exchange.tap;
		return writer && mayGoOn(head!) ? writer.about.from : lane;
	}

	#outermost(spot: Spot): Spot {
		const head = copiesOf(spot).at(-1) ?? spot;
		const [further] = mayGoOn(head) ? this.#crossings.onward(head) : [];
		return further ? this.#outermost(further) : head;
	}

	/** To whom that is said: of a stream that is translated, to who translates it, but for what it passes on. */
	#listener(id: StepId, message: Message, answered: Announced | undefined): LaneId {
		const { from, to } = steps[id];
		const own = this.#translator && from === 'streaming' && message.from === undefined;
		if (own && to === 'kubectl' && id !== 'exit-status') return this.#translator!;
		return this.#answerTo(to, answered);
	}

	/** Whether what this connection carries is what the starter of the run sees or typed. */
	#last(exchange: Exchange): boolean {
		return exchange.tap.about.to === 'streaming' || exchange.foreign === true;
	}

	#resized(facts: Facts): void {
		const cols = Number(facts['cols'] ?? facts['width'] ?? facts['Width']);
		const rows = Number(facts['rows'] ?? facts['height'] ?? facts['Height']);
		if (cols > 0 && rows > 0) this.size(cols, rows);
	}

	/**
	 * Over when every connection is closed, or when a pooled client has asked nothing for a while. A request that is to
	 * open its connection first has as long to come.
	 */
	#settle(): void {
		this.#stopIdle();
		if (!this.open || this.#housekeeping || this.attended) return;
		const open = [...this.#connections];
		if (open.some((tap) => tap.busyFor(this))) return;
		const over = open.length === 0 && this.#left.size === 0;
		const wait = over ? 100 : this.#host.idleMs;
		this.#stopIdle = this.#host.later(wait, () => {
			if ([...this.#connections].some((tap) => tap.busyFor(this))) return;
			this.end(true);
		});
	}
}

/** How a line names a step: its number when there is an earlier one, and its try. */
interface Named {
	name: string;
	try?: number;
}

function named(id: string, { repeat, ...attempt }: Numbered): Named {
	return { name: repeat > 1 ? `${id}#${repeat}` : id, ...attempt };
}

/** From where on bytes of an exchange are counted: after its upgrade, or in the body of an answer without one. */
function beginOf(exchange: Exchange, dir: Direction): number | undefined {
	return exchange.upgraded?.[dir] ?? (dir === '<' ? exchange.body : undefined);
}

/** Where the same bytes are on every socket that copies them, outwards from the first, as far as they are known there. */
function copiesOf(spot: Spot): Spot[] {
	const { exchange, dir, ranges } = spot;
	const chain: Exchange[] = [];
	for (let at: Exchange | undefined = exchange; at && !chain.includes(at); at = at.inbound)
		chain.push(at);
	const begin = beginOf(exchange, dir);
	return chain.flatMap((at): Spot[] => {
		const there = beginOf(at, dir);
		if (at === exchange) return [spot];
		if (there === undefined || begin === undefined) return [];
		return [{ exchange: at, dir, ranges: ranges.map(([o, len]) => [o - begin + there, len]) }];
	});
}

/** Whether one of our programs is at the outer end of that connection, and may read its bytes to pass them on. */
function mayGoOn({ exchange: { tap } }: Spot): boolean {
	return !tap.foreign && tap.about.from !== 'kubectl' && tap.about.from !== 'client';
}

/** Where a terminal has such bytes, if it has. */
function screenOf({ stream, screen }: Payload): 'o' | 'e' | 'i' | undefined {
	if (screen === false) return undefined;
	return stream === 'stdin' ? 'i' : stream === 'stdout' ? 'o' : 'e';
}
