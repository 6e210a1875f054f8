import type { Line } from '../trace/event.ts';
import {
	chunkColumns,
	cut,
	itemColumns,
	keyColumns,
	makeTable,
	returnColumns,
	sentColumns,
	ttyColumns,
	type Cut
} from './columns.ts';

/** What the scanner read of some whole lines. It can move to another thread. */
export interface Batch {
	/** The lines themselves; all places (`at`) count from the first of these bytes. */
	bytes: Uint8Array;
	/** Number of the line that must come next, and the newest time. */
	next: number;
	t: number;
	/** Connections that were not named before; lines name them by their number. */
	names: string[];
	items: Cut<typeof itemColumns>;
	sent: Cut<typeof sentColumns>;
	chunks: Cut<typeof chunkColumns>;
	tty: Cut<typeof ttyColumns>;
	returns: Cut<typeof returnColumns>;
	keys: Cut<typeof keyColumns>;
	/** Lines that are rare, whole, in order. */
	rare: RareLine[];
	/** The `end` line speaks of other lines than stand before it. */
	altered: boolean;
	problems: Problem[];
}

export type RareLine = Extract<
	Line,
	{ k: 'hdr' | 'cmd' | 'conn' | 'hold' | 'exit' | 'end' | 'note' }
>;

/** A line that could not be used: said, never thrown. */
export interface Problem {
	line: number;
	why: 'not-json' | 'bad-header' | 'bad-note' | 'bad-line' | 'lines-lost' | 'newer-format';
}

/** A batch under way. */
export class Building {
	altered = false;
	readonly names: string[] = [];
	readonly rare: RareLine[] = [];
	readonly problems: Problem[] = [];
	readonly items = makeTable(itemColumns);
	readonly sent = makeTable(sentColumns);
	readonly chunks = makeTable(chunkColumns);
	readonly tty = makeTable(ttyColumns);
	readonly returns = makeTable(returnColumns);
	readonly keys = makeTable(keyColumns, 4);

	finish(bytes: Uint8Array, next: number, t: number): Batch {
		return {
			bytes,
			next,
			t,
			names: this.names,
			items: cut<typeof itemColumns>(this.items),
			sent: cut<typeof sentColumns>(this.sent),
			chunks: cut<typeof chunkColumns>(this.chunks),
			tty: cut<typeof ttyColumns>(this.tty),
			returns: cut<typeof returnColumns>(this.returns),
			keys: cut<typeof keyColumns>(this.keys),
			rare: this.rare,
			altered: this.altered,
			problems: this.problems
		};
	}
}
