/**
 * The streams of one exec or attach as channels of a WebSocket: wsstream conn.go at the server, `wsStreamCreator` of
 * client-go tools/remotecommand/websocket.go at the client. A slow reader of any channel stops the whole connection.
 */
import { channels, type StreamType } from '../../wire/remote-command/streams.ts';
import {
	encodeBase64Message,
	encodeChannelMessage,
	encodeCloseSignal,
	readBase64Message,
	readChannelMessage,
	type ChannelMessage
} from '../../wire/websocket/channel-messages.ts';
import { closeText } from '../../wire/websocket/close-text.ts';
import { UnreadQueue } from './unread-queue.ts';
import { WebSocketClosedError } from './websocket-connection.ts';
import type { WebSocketConnection, WebSocketMessage } from './websocket-connection.ts';

/** Where data stands: in which data message of its direction, counted from 0, and from which byte of it on. */
export interface ChannelPlace {
	message: number;
	at: number;
	/** As on the wire: in the base64 protocols longer than the data. */
	len: number;
}

export interface ChannelData extends ChannelPlace {
	data: Uint8Array;
}

export interface ChannelOptions {
	role: 'client' | 'server';
	/** Channels that the peer writes and we read. What comes on any other is ignored. */
	reads: readonly StreamType[];
	/** A message arrived; nothing was done about it yet. */
	received?(message: WebSocketMessage): void;
}

/** The channels by the protocol of their connection: v5, v4 or v1, binary or in base64. */
export class ChannelStreams {
	readonly connection: WebSocketConnection;
	readonly #options: ChannelOptions;
	readonly #base64: boolean;
	readonly #closeSignal: boolean;
	readonly #streams: Readonly<Record<StreamType, ChannelStream>>;

	constructor(connection: WebSocketConnection, options: ChannelOptions) {
		this.connection = connection;
		this.#options = options;
		this.#base64 = connection.protocol.includes('base64.');
		this.#closeSignal = connection.protocol === 'v5.channel.k8s.io';
		const stream = (type: StreamType) => new ChannelStream(type, this);
		this.#streams = {
			error: stream('error'),
			stdin: stream('stdin'),
			stdout: stream('stdout'),
			stderr: stream('stderr'),
			resize: stream('resize')
		};
		void this.#demux();
	}

	of(type: StreamType): ChannelStream {
		return this.#streams[type];
	}

	/** For a channel: where data will stand that is sent next. */
	placeOfNext(data: Uint8Array): ChannelPlace {
		const len = this.#base64 ? 4 * Math.ceil(data.length / 3) : data.length;
		return { message: this.connection.nextMessage, at: 1, len };
	}

	/** For a channel: sends one message. */
	send(type: StreamType, data: Uint8Array): Promise<void> {
		const encode = this.#base64 ? encodeBase64Message : encodeChannelMessage;
		return this.connection.send(encode(type, data));
	}

	/** For a channel: says that we shall write no more, where the protocol can say so. */
	sendClose(type: StreamType): void {
		if (!this.#closeSignal) return;
		// A connection that is gone needs no telling.
		this.connection.send(encodeCloseSignal(type)).catch(() => {});
	}

	async #demux() {
		for await (const message of this.connection) {
			this.#options.received?.(message);
			if (message.kind === 'text' && this.#options.role === 'client' && !this.#base64) {
				this.connection.close();
				return this.#endAll(new Error('unexpected message type: 1'));
			}
			const read = this.#read(message.data);
			if (!this.#isSound(read)) {
				this.connection.close();
				break;
			}
			await this.#handle(message, read);
		}
		const { code, reason } = await this.connection.closed;
		const abnormal = this.#options.role === 'client' && code !== 1000;
		this.#endAll(abnormal ? new Error(`next reader: ${closeText(code, reason)}`) : undefined);
	}

	/** The server reads texts and bytes alike, whatever the protocol. */
	#read(data: Uint8Array): ChannelMessage {
		return this.#base64 ? readBase64Message(data) : readChannelMessage(data, this.#closeSignal);
	}

	/** A close signal that names no channel drops the connection; base64 that is none is merely logged. */
	#isSound(read: ChannelMessage): boolean {
		if (read.type === 'close') return read.stream !== undefined;
		return read.type !== 'malformed' || this.#base64;
	}

	async #handle({ n, data: whole }: WebSocketMessage, read: ChannelMessage) {
		if (read.type !== 'data' && read.type !== 'close') return;
		const { stream: type } = read;
		if (!type || !this.#options.reads.includes(type)) return;
		const { unread } = this.of(type);
		if (read.type === 'close') return unread.end();
		const { data } = read;
		if (data.length === 0) return;
		unread.push({ data, message: n, at: 1, len: whole.length - 1 }, data.length);
		await unread.room();
	}

	#endAll(error?: Error) {
		for (const type of Object.keys(channels) as StreamType[]) this.of(type).unread.end(error);
	}
}

/**
 * One channel. Read it by `for await`, which at a client throws when the connection did not end as it should; leaving
 * that loop early means that nobody will want the rest.
 */
export class ChannelStream {
	readonly type: StreamType;
	/** For the connection. */
	readonly unread = new UnreadQueue<ChannelData>();
	readonly #channels: ChannelStreams;
	#ended = false;

	constructor(type: StreamType, channels: ChannelStreams) {
		this.type = type;
		this.#channels = channels;
	}

	/**
	 * Sends data in one message, also when it is empty; resolves when more may be written. `announce` is told where the
	 * data will stand, before it leaves. Throws WebSocketClosedError.
	 */
	async write(data: Uint8Array, announce?: (place: ChannelPlace) => void): Promise<void> {
		if (this.#ended) throw new WebSocketClosedError(`write on closed stream ${this.type}`);
		announce?.(this.#channels.placeOfNext(data));
		await this.#channels.send(this.type, data);
	}

	/** We shall write no more: in v5 a message says so, older protocols have no word for it. */
	end(): void {
		if (this.#ended) return;
		this.#ended = true;
		this.#channels.sendClose(this.type);
	}

	[Symbol.asyncIterator](): AsyncGenerator<ChannelData, void, void> {
		return this.unread[Symbol.asyncIterator]();
	}
}
