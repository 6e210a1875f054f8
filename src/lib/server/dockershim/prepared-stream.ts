/** A request for streams that waits in the cache for whoever comes with its token, whichever verb it is of. */
import type { IncomingMessage } from 'node:http';
import type { EraId } from '../../trace/eras.ts';
import type { Facts } from '../../trace/event.ts';
import type { StepId } from '../../trace/steps.ts';
import type { Message, Run } from '../../trace/trace.ts';
import type { TappedDuplex } from '../transport/tapped-duplex.ts';

/** The word in the path of the token's URL; a token is good under its own only. */
export type StreamKind = 'exec' | 'attach' | 'portforward';

export interface PreparedStream {
	kind: StreamKind;
	/** What is kept, for the step that tells of it. */
	facts: Facts;
	/** The function that serves it, and the step that tells of it. */
	served: { id: StepId; fn: string; facts: Facts };
	/** Answers the request that brought the token, in the era of its run. */
	accept(request: IncomingMessage, era: EraId): Acceptance;
}

export interface Acceptance {
	status: number;
	headers: [name: string, value: string][];
	body: string;
	/** Undefined: refused. */
	upgraded?: {
		protocol: string;
		/** Resolves when the connection has been closed; throws Dropped. */
		serve(on: Upgraded): Promise<void>;
	};
}

/** A connection whose 101 is written. */
export interface Upgraded {
	socket: TappedDuplex;
	run: Run;
	/** The request that was answered with the 101. */
	asked: Message;
}
