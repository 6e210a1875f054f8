/**
 * The frames of SPDY/3.1 as Kubernetes speaks it (spdystream spdy/types.go). There is no flow control: SETTINGS and
 * WINDOW_UPDATE are read, and mean nothing.
 */
import type { SpdyHeaders } from './header-block.ts';

export type Frame =
	| { type: 'syn-stream'; id: number; fin: boolean; headers: SpdyHeaders }
	| { type: 'syn-reply'; id: number; fin: boolean; headers: SpdyHeaders }
	| { type: 'headers'; id: number; fin: boolean; headers: SpdyHeaders }
	| { type: 'data'; id: number; fin: boolean; data: Uint8Array }
	| { type: 'rst-stream'; id: number; status: number }
	| { type: 'ping'; id: number }
	| { type: 'goaway'; lastGood: number; status: number }
	| { type: 'window-update'; id: number; delta: number }
	| { type: 'settings'; flags: number; settings: { id: number; flags: number; value: number }[] }
	/** A control frame of a type that SPDY/3.1 does not have. */
	| { type: 'unknown'; control: number; flags: number; body: Uint8Array };

/** A frame and its place: `o` and `dataAt` (the payload of a DATA frame) count from the first byte of the direction. */
export interface PlacedFrame {
	frame: Frame;
	o: number;
	len: number;
	dataAt?: number;
}

/** The number of each control frame. */
export const controlTypes = {
	'syn-stream': 1,
	'syn-reply': 2,
	'rst-stream': 3,
	settings: 4,
	ping: 6,
	goaway: 7,
	headers: 8,
	'window-update': 9
} as const;

/** Status of RST_STREAM. */
export const rstStatus = {
	protocolError: 1,
	invalidStream: 2,
	refusedStream: 3,
	unsupportedVersion: 4,
	cancel: 5,
	internalError: 6,
	flowControlError: 7
} as const;

export const frameHeaderBytes = 8;
export const finFlag = 0x01;

/** The length of a frame has 24 bits. */
export const maxFrameBytes = 0xffffff;
