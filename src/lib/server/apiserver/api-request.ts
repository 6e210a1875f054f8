/** What a handler knows of a request that was authenticated and authorized, and the two ways to answer it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Facts } from '../../trace/event.ts';
import type { TappedDuplex } from '../transport/tapped-duplex.ts';
import type { UserInfo } from './authentication.ts';
import type { Conversation } from './conversation.ts';
import type { RequestInfo } from './request-info.ts';

export interface ApiRequest {
	request: IncomingMessage;
	/** Made when it is first asked for: an exec needs the bare connection. */
	respond(): ServerResponse;
	/** The connection itself, when the client asked for an upgrade. */
	upgrade: TappedDuplex | undefined;
	url: URL;
	info: RequestInfo;
	user: UserInfo;
	talk: Conversation;
}

/** An answer to be announced and written; `body` is text, or an object that becomes JSON. */
export interface Answer {
	status: number;
	body: object | string;
	headers?: Record<string, string>;
	facts?: Facts;
}

/** The handler has the connection now and answers by itself. */
export type Handled = Answer | 'taken';
