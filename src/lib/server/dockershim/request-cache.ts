/**
 * The requests that wait for whoever comes with their token: `pkg/kubelet/server/streaming/request_cache.go`. A token
 * is the only secret of the streaming server: random, good for one use, for a minute.
 */
import { randomBytes } from 'node:crypto';
import type { Clock, Limits } from '../limits.ts';
import { CriError } from './cri-error.ts';

/** 6 bytes are 8 characters of base64. */
const tokenBytes = 6;
const tokenTries = 10;

export type Random = (bytes: number) => Uint8Array;

export class RequestCache<T> {
	readonly #limits: Limits;
	readonly #clock: Clock;
	readonly #random: Random;
	/** In the order of their insertion, so the oldest come first. */
	readonly #entries = new Map<string, { request: T; expires: number }>();

	constructor(limits: Limits, clock: Clock, random: Random = randomBytes) {
		this.#limits = limits;
		this.#clock = clock;
		this.#random = random;
	}

	/** How many wait, expired ones included: those are only dropped by the next insert. */
	get size(): number {
		return this.#entries.size;
	}

	/** Keeps a request and returns its token; throws ResourceExhausted when too many wait. */
	insert(request: T): string {
		this.#collect();
		if (this.#entries.size >= this.#limits.tokensInFlight) {
			throw new CriError('ResourceExhausted', 'maximum number of in-flight requests exceeded');
		}
		const token = this.#uniqueToken();
		this.#entries.set(token, { request, expires: this.#clock.now() + this.#limits.tokenTtlMs });
		return token;
	}

	/** Takes a request out; undefined for a token that is unknown, used or expired, which cannot be told apart. */
	consume(token: string): T | undefined {
		const entry = this.#entries.get(token);
		this.#entries.delete(token);
		if (!entry || this.#clock.now() > entry.expires) return undefined;
		return entry.request;
	}

	#collect(): void {
		const now = this.#clock.now();
		for (const [token, { expires }] of this.#entries) {
			if (now <= expires) return;
			this.#entries.delete(token);
		}
	}

	#uniqueToken(): string {
		for (let i = 0; i < tokenTries; i++) {
			const token = Buffer.from(this.#random(tokenBytes)).toString('base64url');
			if (!this.#entries.has(token)) return token;
		}
		throw new Error('failed to generate unique token');
	}
}
