/** The messages of the page's one WebSocket: JSON text, server and page in turn. */
export interface RunInfo {
	id: string;
	cmd: string;
	client: string;
	open: boolean;
	exit?: number | null;
}

/** A hold that the server keeps: for one run, or for every next one (`*`). */
export interface HeldInfo {
	run: string;
	s: string;
	try?: number;
	by?: string;
	/** `waiting`: a program stands at it now. */
	state?: 'set' | 'waiting';
}

export interface Welcome {
	type: 'welcome';
	role: 'driver' | 'none';
	engine: { name: string; ok: boolean; reason?: string };
	/** A line for the reader's shell: `export KUBECONFIG=...`. */
	kubeconfig: string;
	era: string;
	runs: RunInfo[];
	held: HeldInfo[];
}

export type FromServer =
	| Welcome
	| { type: 'run'; run: RunInfo }
	| { type: 'lines'; run: string; lines: string[] }
	| { type: 'started'; session: string; run?: string }
	| { type: 'said'; session: string; text: string; code?: string }
	| { type: 'held'; held: HeldInfo[] }
	/** The era of the next run. */
	| { type: 'era'; era: string }
	/** So many characters of what was typed have come. */
	| { type: 'taken'; session: string; count: number }
	| Resumed
	/** There is no such session, or not any more. */
	| { type: 'gone'; session: string }
	| { type: 'ended'; session: string; code: number };

/** The whole state of a session, for its page that lost the connection. */
export interface Resumed {
	type: 'resumed';
	session: string;
	run?: string;
	said: string;
	taken: number;
	/** It has ended meanwhile. */
	code?: number;
	/** It was ended because its page stayed away too long. */
	late?: boolean;
}

export type HoldAction = 'set' | 'clear' | 'continue' | 'step' | 'drop';

export type FromPage =
	| { type: 'follow'; run: string; from: number }
	| { type: 'unfollow'; run: string }
	| { type: 'run'; session: string; line: string; cols: number; rows: number }
	/** The page is back after its connection broke; nobody else knows the session's id. */
	| { type: 'resume'; session: string; cols: number; rows: number }
	| { type: 'input'; session: string; d: string }
	| { type: 'resize'; session: string; cols: number; rows: number }
	| { type: 'stop'; session: string }
	| { type: 'hold'; run: string; s: string; try?: number; action: HoldAction }
	/** The next run is to meet this era; open ones keep theirs. */
	| { type: 'era'; era: string };

const kinds: readonly string[] = [
	...['welcome', 'run', 'lines', 'held', 'era'],
	...['started', 'said', 'taken', 'resumed', 'gone', 'ended']
];

/** A message as it came, or undefined when it is none that this page knows. */
export function parseFromServer(text: unknown): FromServer | undefined {
	if (typeof text !== 'string') return undefined;
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return undefined;
	}
	if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
	// The server is our own and speaks this version; only the kind is checked, so that later kinds pass by.
	return kinds.includes(String(value.type)) ? (value as FromServer) : undefined;
}
