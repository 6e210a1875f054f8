import type { Direction } from '../../trace/event.ts';
import type { Wire } from '../../trace/steps.ts';

/**
 * What the bytes of a connection are: frames, one after another, each a nest of boxes whose fields are all its bytes.
 * Places are those of the recording: offsets in one direction of one connection.
 */
export interface Frame {
	readonly wire: Wire;
	readonly dir: Direction;
	readonly c: string;
	readonly o: number;
	readonly len: number;
	/** In the protocol's own words, `SYN_STREAM 1 error`; of what is no frame of a protocol see `trouble`. */
	readonly name: string;
	/** Bytes that it carries for what rides in it; undefined for frames that carry nothing. */
	readonly payload: number | undefined;
	readonly trouble: Trouble | undefined;
	readonly facts: Readonly<Record<string, string>>;
	/** The outermost box. Made when asked for. */
	readonly box: Box;
}

/** Why bytes have no meaning here. */
export type Trouble =
	/** By a cap, or because they are another run's. */
	| 'left-out'
	| 'not-recorded'
	/** They are not what the protocol says, or a hole before them hides what they are. */
	| 'unreadable'
	/** The frame that they begin has not arrived whole. */
	| 'begun'
	/** So far into a connection nothing is decoded. */
	| 'too-far';

/** A wrapper: its own bytes are its fields, the rest is in the boxes inside. Together they are the box. */
export interface Box {
	readonly name: string;
	readonly o: number;
	readonly len: number;
	readonly fields: readonly Field[];
	readonly inside: readonly Box[];
	/** Fields that a message of this type may have and this one does not. */
	readonly absent?: readonly string[];
}

/** A named range of bytes. When it has fields itself, they are all its bytes. */
export interface Field {
	readonly name: string;
	readonly o: number;
	readonly len: number;
	readonly value: string;
	readonly fields?: readonly Field[];
	/** What the bytes say without a place of its own: the headers of a compressed block. */
	readonly says?: readonly (readonly [name: string, value: string])[];
	/** Its bytes are here, but nobody can say what they are; or they are not here. */
	readonly trouble?: Trouble;
	/** Starred when it was recorded. */
	readonly secret?: true;
}
