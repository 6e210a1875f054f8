/**
 * Every time-out and bound that the programs keep, by name, with the value that upstream has. There is no other.
 * The clock is passed in, so that tests need not wait.
 */
export const defaultLimits = {
	/** Kubelet to CRI: RuntimeRequestTimeout. */
	runtimeRequestMs: 2 * 60_000,
	/** Streaming server: how long the client may take to open all streams. */
	streamCreationMs: 30_000,
	/** Client: how long it waits for each SYN_REPLY. */
	createStreamResponseMs: 30_000,
	/** Streaming server: no frame in either direction. */
	streamIdleMs: 4 * 60 * 60_000,
	/** Token cache: time to live, how many at most, length in characters. */
	tokenTtlMs: 60_000,
	tokensInFlight: 1000,
	/** Native exec handler: Docker inspects after the stream ended. */
	inspectTries: 5,
	inspectEveryMs: 2_000,
	/** ConnectWithRedirects. */
	redirects: 10,
	redirectResponseBytes: 16_384,
	/** API server: a watch without `timeoutSeconds` ends after this to twice as long. */
	watchTimeoutMs: 30 * 60_000,
	/** API server: bookmarks of a watch. */
	watchBookmarkMs: 60_000,
	/** API server: who watches and reads slower than this many bytes behind is cut off, and will list again. */
	watchBehindBytes: 16 * 1024 * 1024,
	/** UpgradeAwareHandler: copying a refusal back. */
	refusalCopyMs: 10_000,
	/** Docker answers a resize of an exec that has not started after this. */
	execReadyMs: 10_000,
	/** A hold with no driver connected lets go after this. */
	orphanHoldMs: 60_000,
	/** A command of a page that has lost its connection is ended after this: as long as its hold would stand. */
	lostPageMs: 60_000,
	/** A run with no open connection is over after this. */
	runIdleMs: 2_000,
	/** A token or exec id of a run that has ended leads to it for so long; Docker forgets its ended execs as often. */
	endedRunMs: 5 * 60_000
};

export type Limits = typeof defaultLimits;

/** Time, as the programs see it; tests pass one of their own. */
export interface Clock {
	/** Milliseconds, monotonic, with fractions. */
	now(): number;
	/** Calls back once after `ms`; the returned function takes it back. */
	after(ms: number, run: () => void): () => void;
}

export const systemClock: Clock = {
	now: () => performance.now(),
	after(ms, run) {
		const timer = setTimeout(run, ms);
		return () => clearTimeout(timer);
	}
};
