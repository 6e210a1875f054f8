/** SPDY/3.1 framing in one place: the frames, and what reads and writes them. */
export * from './frame.ts';
export { SpdyDecoder } from './spdy-decoder.ts';
export { SpdyEncoder } from './spdy-encoder.ts';
export { SpdyError } from './spdy-error.ts';
