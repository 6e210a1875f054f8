/** What happened to containers and images, for `docker events` and for whoever waits (moby daemon/events). */
import type { Container } from './container.ts';
import { nanosecondsNow } from './nano-time.ts';

const kept = 256;

export interface EngineEvent {
	type: 'container' | 'image';
	action: string;
	/** Of a container its id, of an image its name. */
	id: string;
	/** The image of a container. */
	from: string | undefined;
	attributes: Record<string, string>;
	/** Nanoseconds since 1970. */
	time: bigint;
}

export class EngineEvents {
	#past: EngineEvent[] = [];
	#listeners = new Set<(event: EngineEvent) => void>();

	container(container: Container, action: string, more: Record<string, string> = {}): void {
		const { id, name, config } = container;
		const image = String(config.Image);
		this.#happened({
			...{ type: 'container', action, id, from: image, time: nanosecondsNow() },
			attributes: { ...config.Labels, image, name, ...more }
		});
	}

	image(reference: string, action: string): void {
		const attributes = { name: reference.replace(/:[^/:]*$/, '') };
		const time = nanosecondsNow();
		this.#happened({ type: 'image', action, id: reference, from: undefined, time, attributes });
	}

	/** The last ones that happened at `time` or later. */
	since(time: bigint): EngineEvent[] {
		return this.#past.filter((event) => event.time >= time);
	}

	/** Tells of each from now on; the returned function takes it back. */
	listen(listener: (event: EngineEvent) => void): () => void {
		this.#listeners.add(listener);
		return () => void this.#listeners.delete(listener);
	}

	#happened(event: EngineEvent): void {
		this.#past = [...this.#past.slice(1 - kept), event];
		for (const tell of [...this.#listeners]) tell(event);
	}
}
