import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Trace ids that are known for our own without being remembered: the second half of each seals the first. A program may
 * speak for a run hours after its end, when the shell of a kubectl that was killed ends at last.
 */
export class TraceIds {
	readonly #key = randomBytes(32);

	make(): string {
		const half = randomBytes(8).toString('hex');
		return half + this.#seal(half);
	}

	/** Whether this maker has made that id of 32 hexadecimal digits. */
	isOurs(id: string): boolean {
		const seal = Buffer.from(id.slice(16));
		const right = Buffer.from(this.#seal(id.slice(0, 16)));
		return seal.length === right.length && timingSafeEqual(seal, right);
	}

	#seal(half: string): string {
		return createHmac('sha256', this.#key).update(half).digest('hex').slice(0, 16);
	}
}
