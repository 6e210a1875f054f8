import type { Browser } from '@playwright/test';
import type { BenchServer } from './server.ts';
import type { Goal } from './report.ts';

/** What every case is given. */
export interface Bench {
	browser: Browser;
	server: BenchServer;
	/** A folder for recordings, removed at the end. */
	folder: string;
	runs: number;
	quick: boolean;
	/** Numbers of messages that all draw. */
	sizes: readonly number[];
	say(text: string): void;
}

/** What a case has to tell. */
export interface Outcome {
	markdown: string;
	goals: Goal[];
}

/** Runs one cell; what went wrong is said in a word and the next one goes on. */
export async function attempt<T>(
	bench: Bench,
	name: string,
	work: () => Promise<T>
): Promise<{ value: T } | { why: string }> {
	const begun = Date.now();
	try {
		const value = await work();
		bench.say(`  ${name}: ${((Date.now() - begun) / 1000).toFixed(1)} s`);
		return { value };
	} catch (error) {
		const why = (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
		bench.say(`  ${name}: ${why}`);
		return { why };
	}
}
