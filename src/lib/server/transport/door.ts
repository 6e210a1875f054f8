import type { IncomingMessage } from 'node:http';

/** Decides about a request before anything else looks at it; undefined lets it in. */
export type Door = (request: IncomingMessage) => { status: number; message: string } | undefined;
