/**
 * The streams of a port-forward: two for each forwarded connection, `data` and `error`, which name their port and share
 * a request id (`pkg/kubelet/server/portforward/httpstream.go`). Nothing here reads or writes a stream.
 */
export const portForwardProtocol = 'portforward.k8s.io';

export type PairedType = 'data' | 'error';

export interface PairedHeaders {
	type: PairedType;
	/** 1 to 65535. */
	port: number;
	requestId: string;
}

export interface StreamPair<Stream> {
	requestId: string;
	/** Of its data stream, which may name another one than the error stream. */
	port: number;
	data: Stream;
	error: Stream;
}

/** What `Object.keys` would find of a stream's headers; names are in lower case on the wire. */
type Headers = Readonly<Record<string, string>>;

/**
 * Reads the headers of stream `id`; a string is the reason why it is rejected. Clients before 1.2 send no request id:
 * then it is the number of the error stream, which they open just before the data stream.
 */
export function pairedHeaders(id: number, headers: Headers): PairedHeaders | string {
	const { port: portText = '', streamtype: type = '', requestid = '' } = headers;
	if (portText === '') return '"port" header is required';
	const port = /^\d{1,10}$/.test(portText) ? Number(portText) : NaN;
	if (!(port <= 0xffff)) {
		const why = Number.isNaN(port) ? 'invalid syntax' : 'value out of range';
		const said = `strconv.ParseUint: parsing ${JSON.stringify(portText)}: ${why}`;
		return `unable to parse ${JSON.stringify(portText)} as a port: ${said}`;
	}
	if (port < 1) return `port ${JSON.stringify(portText)} must be > 0`;
	if (type === '') return '"streamType" header is required';
	if (type !== 'data' && type !== 'error') return `invalid stream type ${JSON.stringify(type)}`;
	const requestId = requestid === '' ? String(type === 'error' ? id : id - 2) : requestid;
	return { type, port, requestId };
}

/** Streams that wait for the other of their pair, in whatever order they come. */
export class StreamPairs<Stream> {
	readonly #waiting = new Map<
		string,
		Partial<Record<PairedType, { stream: Stream; port: number }>>
	>();

	/** How many pairs are not complete. */
	get size(): number {
		return this.#waiting.size;
	}

	/**
	 * Adds a stream: the pair, once it is complete, which is then forgotten; undefined while the other one is missing;
	 * a string for one that is there already.
	 */
	add(
		stream: Stream,
		{ type, port, requestId }: PairedHeaders
	): StreamPair<Stream> | string | undefined {
		const waiting = this.#waiting.get(requestId) ?? {};
		if (waiting[type]) {
			return `error processing stream for request ${requestId}: ${type} stream already assigned`;
		}
		this.#waiting.set(requestId, waiting);
		waiting[type] = { stream, port };
		const { data, error } = waiting;
		if (!data || !error) return undefined;
		this.#waiting.delete(requestId);
		return { requestId, port: data.port, data: data.stream, error: error.stream };
	}

	/** The error stream of a pair that is not complete, where a refusal can be said. */
	errorOf(requestId: string): Stream | undefined {
		return this.#waiting.get(requestId)?.error?.stream;
	}

	/** Waits no longer; false when the pair was complete already or never began. */
	drop(requestId: string): boolean {
		return this.#waiting.delete(requestId);
	}
}
