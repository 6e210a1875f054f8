import { randomBytes } from 'node:crypto';
import type { Facts, HeaderLine } from '../trace/event.ts';
import type { EraId } from '../trace/eras.ts';
import type { StepId } from '../trace/steps.ts';
import { defaultLanes } from '../trace/lanes.ts';
import { redactedBodies, redactedHeaders } from '../trace/redact.ts';
import type { Found, Message, Received, Trace } from '../trace/trace.ts';
import type { Clock, Limits } from './limits.ts';
import { RunFile } from './recorder.ts';
import { ConnTap, type Exchange, type MessageDecoder, type TapHost } from './tracer/conn-tap.ts';
import { Holds } from './tracer/holds.ts';
import { peerProcess } from './tracer/peer-process.ts';
import { RunIndex } from './tracer/run-index.ts';
import { RunLog, type Announced, type RunHost } from './tracer/run-log.ts';
import { TraceIds } from './tracer/trace-ids.ts';

export type { MessageDecoder } from './tracer/conn-tap.ts';
export type { RunLog } from './tracer/run-log.ts';

export interface TracerOptions {
	recordings: string;
	engine: string;
	by: string;
	era(): EraId;
	limits: Limits;
	clock: Clock;
	/** Reads a connection's bytes into pieces; from `transport`, which knows the wire formats. */
	decoder(): MessageDecoder;
	/** A line was written to the file of a run, as it stands there. */
	written(run: RunLog, line: string): void;
	/** A run began, got its command, its exit code, or ended. */
	changed(run: RunLog): void;
	/** A step or call of any run was let through or dropped; also of a run that is over. */
	heard?(run: RunLog, id: string, facts: Facts, dropped: boolean): void;
}

/** An embedded kubectl that is about to run, known by the session it will send. */
export interface Expected {
	argv: string[];
	owner: string;
	size?: [cols: number, rows: number];
	/** Called when its first request began a run. */
	began(run: RunLog): void;
}

const criStreams = ['cri-exec', 'cri-portforward'] as const;

/**
 * The real limit that runs while a step is held, and the steps with the newest of which it began: the kubelet waits for a
 * CRI call, the token of a cached request expires, kubectl waits for the answer to a stream.
 */
const limitOf: Partial<Record<string, { limit: keyof Limits; since: readonly StepId[] }>> = {
	'list-containers': { limit: 'runtimeRequestMs', since: ['list-containers'] },
	'list-containers:reply': { limit: 'runtimeRequestMs', since: ['list-containers'] },
	'cri-exec': { limit: 'runtimeRequestMs', since: criStreams },
	'cache-insert': { limit: 'runtimeRequestMs', since: criStreams },
	'token-url': { limit: 'runtimeRequestMs', since: criStreams },
	redirect: { limit: 'tokenTtlMs', since: ['cache-insert'] },
	'follow-redirect': { limit: 'tokenTtlMs', since: ['cache-insert'] },
	'kubelet-authorize-redirect': { limit: 'tokenTtlMs', since: ['cache-insert'] },
	'cri-handler': { limit: 'tokenTtlMs', since: ['cache-insert'] },
	'kubelet-proxy': { limit: 'tokenTtlMs', since: ['cache-insert'] },
	'stream-open': { limit: 'createStreamResponseMs', since: ['stream-open'] },
	'stream-open:reply': { limit: 'createStreamResponseMs', since: ['stream-open'] }
};

/** Gives the programs their trace, numbers what they say, finds the run of each byte, and keeps the holds. */
export class Tracer implements Trace {
	readonly holds: Holds;
	readonly boot: RunLog;
	#options: TracerOptions;
	#host: RunHost & TapHost;
	#ids = new TraceIds();
	#index: RunIndex;
	#byStep = new Map<RunLog, Map<number, Message>>();
	#taps = new Set<ConnTap>();
	#unclaimed: Exchange[] = [];
	#expected = new Map<string, Expected>();
	#connections = 0;
	#t0 = Date.now();
	#started: number;

	constructor(options: TracerOptions) {
		this.#options = options;
		this.#started = options.clock.now();
		this.#index = new RunIndex(() => options.clock.now(), options.limits);
		this.holds = new Holds(options.limits, options.clock);
		const announced = new WeakMap<Message, Announced>();
		this.#host = {
			holds: this.holds,
			now: () => Math.round((options.clock.now() - this.#started) * 1000),
			announced: this.#remembering(announced),
			named: (name, run) => this.#index.name(name, run),
			changed: (run) => this.#changed(run),
			heard: (...what) => options.heard?.(...what),
			limit: (id) => {
				const found = limitOf[id];
				return found ? { ms: options.limits[found.limit], since: found.since } : null;
			},
			later: (ms, act) => options.clock.after(ms, act),
			idleMs: options.limits.runIdleMs,
			parent: (traceparent) => this.#parent(traceparent),
			arrives: (run, step, to) => {
				const message = this.#byStep.get(run)?.get(step);
				const found = message && announced.get(message);
				if (!found?.underway || found.to !== to) return false;
				found.underway = false;
				return true;
			},
			unclaimed: (exchange) => this.#unclaimed.push(exchange),
			bound: (exchange, step) => this.#bound(exchange, step),
			forgotten: (exchange) => {
				this.#unclaimed = this.#unclaimed.filter((one) => one !== exchange);
			},
			gone: (tap) => this.#gone(tap)
		};
		this.boot = this.#begin({ t0: 0, client: 'execscope', owner: 'driver', housekeeping: true });
		this.boot.command({ argv: ['execscope', 'start'] });
	}

	/** The runs that are open, and those that ended a while ago at most, in the order in which they began. */
	get runs(): RunLog[] {
		return this.#index.traces.values();
	}

	connection(about: Parameters<Trace['connection']>[0]): ConnTap {
		const tap = new ConnTap(
			`c${++this.#connections}`,
			about,
			this.#options.decoder(),
			this.#host,
			this.#host.now()
		);
		this.#taps.add(tap);
		return tap;
	}

	/** The next run whose requests carry this session is an embedded one. */
	expect(session: string, expected: Expected): void {
		this.#expected.set(session, expected);
	}

	/** No more requests will come with this session. */
	forget(session: string): void {
		this.#expected.delete(session);
		this.#index.sessions.get(session)?.attend(false);
	}

	find(how: { traceparent?: string | undefined; name?: string }): Received | undefined {
		const parent = how.traceparent === undefined ? undefined : this.#parent(how.traceparent);
		if (parent) {
			const request = this.#byStep.get(parent.run)?.get(parent.step ?? -1);
			return { run: parent.run, ...(request ? { request } : {}) };
		}
		const named = how.name === undefined ? undefined : this.#index.names.get(how.name);
		return named?.open ? { run: named } : undefined;
	}

	async receive(found: Found): Promise<Received> {
		const exchange = this.#exchangeOf(found);
		const disbelieved = exchange?.tap.believed === 'once' && !exchange.run;
		const known = disbelieved ? undefined : this.find({ traceparent: found.traceparent });
		if (known) {
			// A request of ours from a run that has ended is not recorded; it must not be announced either.
			if (exchange && known.run.open) exchange.tap.give(exchange, known.run as RunLog);
			return known.request || known.run.open ? known : { ...known, request: { n: '' } };
		}
		if (exchange) exchange.foreign = exchange.tap.foreign = found.from === 'client';
		const run = (await this.#runOf(found, exchange)) ?? this.#beginFor(found, exchange);
		if (exchange) exchange.tap.give(exchange, run);
		if (exchange && found.claim) run.unannounced(exchange);
		return { run };
	}

	/** Ends every run that is open, in the order in which they began. */
	close(): void {
		this.holds.release();
		for (const run of this.runs) if (run.open) run.end(false);
	}

	#exchangeOf(found: Found): Exchange | undefined {
		if (found.arrival) return (found.arrival.tap as ConnTap).exchange(found.arrival.k);
		const { claim } = found;
		if (!claim) return undefined;
		const at = this.#unclaimed.findIndex(
			({ tap, start, claimed }) =>
				!claimed &&
				tap.about.to === claim.to &&
				tap.about.node === claim.node &&
				start === claim.start
		);
		return at < 0 ? undefined : this.#unclaimed.splice(at, 1)[0];
	}

	async #runOf(found: Found, exchange: Exchange | undefined): Promise<RunLog | undefined> {
		if (found.session) return open(this.#index.sessions.get(found.session));
		for (const name of found.names ?? []) {
			const named = open(this.#index.names.get(name));
			if (named) return named;
		}
		const current = open(exchange?.tap.current);
		if (current) return current;
		if (!found.peer) return undefined;
		const process = await peerProcess(found.peer);
		if (process === undefined) return undefined;
		const run = open(this.#index.processes.get(process)) ?? this.#beginFor(found, exchange);
		this.#index.processes.set(process, run);
		return run;
	}

	#beginFor(found: Found, exchange: Exchange | undefined): RunLog {
		const expected = found.session ? this.#expected.get(found.session) : undefined;
		const run = this.#begin({
			t0: exchange?.tap.openedAt ?? this.#host.now(),
			client: found.client ?? 'unknown',
			owner: expected?.owner ?? 'driver',
			housekeeping: false,
			fromClient: found.from === 'client'
		});
		const ended = (found.names ?? []).map((name) => this.#index.names.get(name)).find(Boolean);
		if (found.from === 'client')
			run.command({
				client: run.client,
				...(exchange ? { query: { n: exchange.start } } : {}),
				...(ended ? { after: ended.id } : {})
			});
		if (found.session) this.#index.sessions.set(found.session, run);
		if (expected) {
			run.attend(true);
			run.command({ argv: expected.argv });
			if (expected.size) run.size(...expected.size);
			expected.began(run);
		}
		return run;
	}

	#begin(about: {
		t0: number;
		client: string;
		owner: string;
		housekeeping: boolean;
		fromClient?: boolean;
	}): RunLog {
		const short = `${about.housekeeping ? 'boot-' : ''}${randomBytes(4).toString('hex')}`;
		const t0 = new Date(this.#t0 + about.t0 / 1000);
		const id = `${t0.toISOString().replace(/\.\d+/, '').replaceAll(':', '-')}-${short}`;
		const era = this.#options.era();
		const header: HeaderLine = {
			k: 'hdr',
			i: 0,
			t: 0,
			execscope: 1,
			minor: 0,
			run: short,
			owner: about.owner,
			by: this.#options.by,
			t0: t0.toISOString(),
			era,
			engine: this.#options.engine,
			lanes: about.fromClient ? ['client', ...defaultLanes] : [...defaultLanes],
			client: about.client,
			limits: { ...this.#options.limits },
			decoders: { http1: 1, http2: 1, spdy: 1, docker: 1, cri: 1 },
			redacted: [
				...redactedHeaders.map((name) => `http.${name}`),
				...redactedBodies.map((name) => `http.body.${name}`)
			]
		};
		// The header is published before anybody can know the run: hold it back until the run stands.
		const early: string[] = [];
		let run: RunLog | undefined = undefined;
		const file = new RunFile({
			folder: this.#options.recordings,
			name: id,
			header,
			standing: () => (run as RunLog).standing(),
			written: (line) => (run ? this.#options.written(run, line) : early.push(line))
		});
		const trace = this.#ids.make();
		const made = new RunLog({ id, trace, era, file, ...about }, this.#host);
		made.fromClient = about.fromClient ?? false;
		run = made;
		this.#index.add(made);
		this.#byStep.set(made, new Map());
		this.#changed(made);
		for (const line of early) this.#options.written(made, line);
		return made;
	}

	#parent(traceparent: string): { run: RunLog; step: number | undefined } | undefined {
		const match = /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/.exec(traceparent);
		const run = match ? this.#traced(match[1]!) : undefined;
		if (!run) return undefined;
		const step = parseInt(match![2]!, 16) - 1;
		return { run, step: step === 0xffff_ffff ? undefined : step };
	}

	/** The run of a trace. One that ended long ago is as mute as it was: who still speaks for it begins no new one. */
	#traced(trace: string): RunLog | undefined {
		const known = this.#index.traces.get(trace);
		if (known || !this.#ids.isOurs(trace)) return known;
		return RunLog.mute(trace, this.#options.era(), this.#host);
	}

	#bound(exchange: Exchange, step: number): void {
		exchange.run?.arrived(step);
		const message = exchange.run && this.#byStep.get(exchange.run)?.get(step);
		const announced = message && this.#host.announced.get(message);
		if (announced) announced.exchange = exchange;
	}

	/** The weak map of announcements, with a way back from a step's index to its message while the run is open. */
	#remembering(map: WeakMap<Message, Announced>): WeakMap<Message, Announced> {
		const set = map.set.bind(map);
		map.set = (message, announced) => {
			this.#byStep.get(announced.run)?.set(announced.step, message);
			return set(message, announced);
		};
		return map;
	}

	#changed(run: RunLog): void {
		if (!run.open) {
			this.#byStep.delete(run);
			this.#index.end(run);
		}
		this.#options.changed(run);
	}

	#gone(tap: ConnTap): void {
		this.#taps.delete(tap);
		this.#unclaimed = this.#unclaimed.filter((exchange) => exchange.tap !== tap);
	}
}

function open(run: RunLog | undefined): RunLog | undefined {
	return run?.open ? run : undefined;
}
