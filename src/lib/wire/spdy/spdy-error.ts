/** What arrived is not SPDY/3.1, in the words of spdystream's spdy/types.go. `stream` is 0 when it is of none. */
export class SpdyError extends Error {
	override name = 'SpdyError';
	readonly stream: number;

	constructor(message: string, stream = 0) {
		super(message);
		this.stream = stream;
	}
}
