import * as z from 'zod/mini';
import type { ChapterId } from './chapters.ts';
import type { LaneId } from './lanes.ts';

/**
 * The lines of a recording, version 1: one JSON object a line. Times are integer microseconds since the
 * header's `t0`; `i` counts the lines of the capture from 0. Unknown keys and kinds are ignored by readers.
 */
export type Facts = Record<string, unknown>;
/** `>` travels towards the server of the connection, `<` towards its client. */
export type Direction = '>' | '<';
/** A range of bytes of one direction of one connection: connection, direction, offset, length. */
export interface Span {
	c: string;
	dir: Direction;
	o: number;
	len: number;
}

const text = (longest: number) => z.string().check(z.maxLength(longest));
export const headerLine = z.looseObject({
	k: z.literal('hdr'),
	i: z.literal(0),
	t: z.literal(0),
	execscope: z.literal(1),
	minor: z.int().check(z.minimum(0)),
	run: text(200),
	owner: text(200),
	by: text(200),
	t0: z.iso.datetime(),
	era: text(100),
	engine: text(200),
	lanes: z.array(text(100)).check(z.maxLength(50)),
	client: text(500),
	limits: z.record(z.string(), z.number()),
	decoders: z.record(z.string(), z.number()),
	redacted: z.array(text(200)).check(z.maxLength(200)),
	fork: z.optional(z.object({ run: z.string(), s: z.string() }))
});
export type HeaderLine = z.infer<typeof headerLine>;

export const noteLine = z.looseObject({
	k: z.literal('note'),
	id: text(200),
	rev: z.int().check(z.minimum(1)),
	at: z.partial(
		z.object({
			s: text(200),
			try: z.int(),
			bytes: z.tuple([z.int(), z.int()]),
			span: z.tuple([z.int(), z.int()])
		})
	),
	text: z.partial(z.object({ en: text(20_000), 'zh-CN': text(20_000) })),
	by: text(200),
	del: z.optional(z.boolean())
});
export type NoteLine = z.infer<typeof noteLine>;

/** What a run was asked to do: the argv of an embedded kubectl, or what an outside client's query says. */
export interface CommandLine {
	k: 'cmd';
	argv?: string[];
	query?: Facts;
	client?: string;
	/** The ended run whose token or exec this one uses. */
	after?: string;
}
export interface ConnLine {
	k: 'conn';
	c: string;
	from?: LaneId;
	to?: LaneId;
	over?: 'tcp' | 'tls' | 'unix';
	proto?: 'http/1.1' | 'h2';
	/** Bytes of each direction that crossed before this run first used the connection: [towards server, towards client]. */
	offset?: [number, number];
	closed?: true;
	by?: 'client' | 'server';
}
export type BytesLine = { k: 'b' } & Span & {
		d?: string;
		d64?: string;
		ref?: [c: string, dir: Direction, o: number];
	};
export interface GapLine extends Span {
	k: 'gap';
	/** CRC-32 of the bytes left out, as 8 hexadecimal digits. */
	crc: string;
}
export interface StepLine {
	k: 'step';
	/** `cri-exec`, `list-containers#2`, `websocket-exec:reply`. */
	s: string;
	from: LaneId;
	to: LaneId;
	try?: number;
	n: string;
	facts: Facts;
	chap: ChapterId;
}
export interface CallEntryLine {
	k: 'call';
	s: string;
	at: LaneId;
	fn: string;
	try?: number;
	n: string;
	facts: Facts;
	chap: ChapterId;
}
export interface CallReturnLine {
	k: 'call';
	/** Index of the entry line. */
	of: number;
	ms: number;
}
export interface SentLine extends Span {
	k: 'sent';
	/** Index of the step whose bytes these are. */
	of: number;
}
export interface TtyLine extends Partial<Span> {
	k: 'tty';
	on: 'o' | 'e' | 'i' | 'r';
	d?: string;
	d64?: string;
	size?: [cols: number, rows: number];
}
export interface KeyLine {
	k: 'key';
	step: string;
	conns: string[];
	streams: string[];
	from: Record<string, [number, number]>;
	screen: { cols: number; rows: number; ansi: string };
}
export type HoldState = 'set' | 'waiting' | 'continued' | 'dropped' | 'lapsed';
export interface HoldLine {
	k: 'hold';
	s: string;
	try?: number;
	by: string;
	state: HoldState;
	/** When the real time-out that runs meanwhile ends the wait, or null when none runs. */
	until: number | null;
}
export interface FaultLine {
	k: 'fault';
	s: string;
	what: string;
	ms?: number;
	by: string;
}
export interface ExitLine {
	k: 'exit';
	code: number | null;
	reason: string;
}
export interface EndLine {
	k: 'end';
	lines: number;
	sha256: string;
	clean: boolean;
}

export type Body =
	| CommandLine
	| ConnLine
	| BytesLine
	| GapLine
	| StepLine
	| CallEntryLine
	| CallReturnLine
	| SentLine
	| TtyLine
	| KeyLine
	| HoldLine
	| FaultLine
	| ExitLine
	| EndLine;

/** A line of the capture as it stands in the file. */
export type Line = HeaderLine | (Body & { i: number; t: number }) | NoteLine;
