/**
 * The keys that leave an attached terminal (moby term/proxy.go, term/ascii.go). Ours looks at every byte; that of 20.10
 * only at those which come alone, as a person's do.
 */
import { DockerError } from './docker-error.ts';

const ctrlP = 0x10;
const ctrlQ = 0x11;

/** `ctrl-p,ctrl-q` in bytes; nothing said: those. Throws dockerd's 400. */
export function parseDetachKeys(text: string): number[] {
	if (text === '') return [ctrlP, ctrlQ];
	return text.split(',').map((key) => {
		const control = /^ctrl-([a-z@[\\\]^_])$/.exec(key)?.[1];
		if (control) return control.toUpperCase().charCodeAt(0) - 0x40;
		if (key.length === 1) return key.charCodeAt(0);
		throw new DockerError(400, `Invalid detach keys (${text}) provided`);
	});
}

/** Watches what is typed. */
export class DetachKeys {
	readonly #keys: readonly number[];
	#seen = 0;

	constructor(keys: readonly number[]) {
		this.#keys = keys;
	}

	/** What goes on to the container, without keys that have begun the sequence; `detached` once it is complete. */
	push(data: Uint8Array): { data: Uint8Array; detached: boolean } {
		const passed: number[] = [];
		for (const byte of data) {
			if (byte !== this.#keys[this.#seen]) {
				passed.push(...this.#keys.slice(0, this.#seen));
				this.#seen = 0;
			}
			if (byte !== this.#keys[this.#seen]) passed.push(byte);
			else if (++this.#seen === this.#keys.length)
				return { data: Uint8Array.from(passed), detached: true };
		}
		return { data: Uint8Array.from(passed), detached: false };
	}
}
