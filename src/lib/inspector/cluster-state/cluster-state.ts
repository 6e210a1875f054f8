import type { Recording } from '../../recording/recording.ts';
import { ClusterIndex } from './cluster-index.ts';
import type { RouteRow, RouteTableId } from './route-tables.ts';

/**
 * What the cluster holds at one moment of a run, as far as its steps say. What leaves with the current step is still
 * there, and says so; after it, it is gone.
 */
export interface ClusterState {
	tokens: readonly TokenState[];
	/** Requests of other runs that waited when this run's newest token was kept. */
	others: number;
	streams: readonly StreamState[];
	connections: readonly ConnectionState[];
	tables: readonly TableState[];
	metrics: readonly MetricState[];
}

export interface TokenState {
	/** Undefined until a step has told it. */
	token: string | undefined;
	containerId: string;
	/** Milliseconds until it expires. */
	leftMs: number;
	/** What the current step did with it. */
	change: 'kept' | 'told' | 'spent' | 'expired' | undefined;
}

export interface StreamState {
	id: number;
	type: string;
	try: number | undefined;
	/** The other side has replied to its SYN_STREAM. */
	answered: boolean;
	/** kubectl has closed its side: standard input has ended. */
	halfClosed: boolean;
	change: 'opened' | 'answered' | 'half-closed' | 'closed' | undefined;
}

export interface ConnectionState {
	c: string;
	from: string | undefined;
	to: string | undefined;
	over: 'tcp' | 'tls' | 'unix' | undefined;
	proto: 'http/1.1' | 'h2' | undefined;
	change: 'opened' | 'closed' | 'opened-and-closed' | undefined;
}

export interface TableState {
	id: RouteTableId;
	/** Empty while the program has not made its table yet: in the recording of a start. */
	rows: readonly RouteRow[];
	/** The row that the newest request came to, and its path. */
	matched: { row: RouteRow; path: string; now: boolean } | undefined;
	/** The table was made with the current step. */
	made: boolean;
	/** The kubelet has its debugging handlers off, as far as this run says. */
	debuggingOff: boolean;
}

export interface MetricState {
	name: string;
	/** How often the calls of this run have moved it so far. */
	moved: number;
	/** What it stands at; undefined until a step has told a value. */
	value: number | undefined;
	/** By how much the current step moves it. */
	by: number;
}

const indices = new WeakMap<Recording, ClusterIndex>();

/** The state at item `cursor`, -1 being before the first. Each item is read once, however often this is asked. */
export function clusterStateAt(recording: Recording, cursor: number): ClusterState {
	let index = indices.get(recording);
	if (!index) indices.set(recording, (index = new ClusterIndex(recording)));
	index.sync();
	return index.at(cursor);
}
