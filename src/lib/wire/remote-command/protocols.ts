/**
 * The sub-protocols of remote command (apimachinery util/remotecommand/constants.go) and how one is chosen when the
 * connection is upgraded to SPDY (httpstream.Handshake). They differ in a few points only, told here as a table.
 */
export interface StreamProtocol {
	name: string;
	/** End of input at the client reaches the process; v1 closed stdin at once. */
	halfClosesStdin: boolean;
	/** There is a stream for sizes of the terminal. */
	resize: boolean;
	/** The error stream carries a Status with the exit code; before v4 it was text, and nothing meant success. */
	status: boolean;
	/** WebSocket: a message of 255 and a channel's number closes that channel. */
	closeSignal: boolean;
	/** What client-go puts in front of a text on the error stream. */
	textPrefix: string;
}

const v1: StreamProtocol = {
	name: 'channel.k8s.io',
	halfClosesStdin: false,
	resize: false,
	status: false,
	closeSignal: false,
	textPrefix: 'Error executing remote command: '
};
const v2: StreamProtocol = {
	...v1,
	name: 'v2.channel.k8s.io',
	halfClosesStdin: true,
	textPrefix: 'error executing remote command: '
};
const v3: StreamProtocol = { ...v2, name: 'v3.channel.k8s.io', resize: true };
const v4: StreamProtocol = { ...v3, name: 'v4.channel.k8s.io', status: true };
const v5: StreamProtocol = { ...v4, name: 'v5.channel.k8s.io', closeSignal: true };

/** Oldest first: the number of a version is its place, from 1. */
export const streamProtocols: readonly StreamProtocol[] = [v1, v2, v3, v4, v5];

/** What the streaming server knows over SPDY, in the order in which it says so. kubectl 1.15 offers the same. */
export const spdyProtocols: readonly string[] = [v4, v3, v2, v1].map(({ name }) => name);

/** A protocol by its name; the empty name is v1, spoken by who does not negotiate. */
export function streamProtocol(name: string): StreamProtocol | undefined {
	return name === '' ? v1 : streamProtocols.find((known) => known.name === name);
}

export const protocolHeader = 'X-Stream-Protocol-Version';
export const acceptedProtocolsHeader = 'X-Accepted-Stream-Protocol-Versions';

/** An answer instead of 101; as with Go's http.Error a line feed follows the text. */
export interface HandshakeRefusal {
	status: number;
	headers: [name: string, value: string][];
	text: string;
}

/**
 * Chooses the first protocol of the client's that the server knows. `asked` are the values of the request's
 * `X-Stream-Protocol-Version` headers; none at all means v1 (protocol '') to servers up to 1.17.
 */
export function negotiate(
	asked: readonly string[],
	known: readonly string[] = spdyProtocols,
	rules: { headerRequired?: boolean; commaLists?: boolean } = {}
): { protocol: string } | { refusal: HandshakeRefusal } {
	const client = rules.commaLists ? asked.flatMap((value) => value.split(',').map(trim)) : asked;
	if (client.length === 0) {
		if (!rules.headerRequired) return { protocol: '' };
		const text = `unable to upgrade: ${protocolHeader} is required`;
		return { refusal: { status: 400, headers: [], text } };
	}
	const protocol = client.find((name) => known.includes(name));
	if (protocol !== undefined) return { protocol };
	const sets = `client supports [${client.join(' ')}], server accepts [${known.join(' ')}]`;
	return {
		refusal: {
			status: 403,
			headers: known.map((name) => [acceptedProtocolsHeader, name]),
			text: `unable to upgrade: unable to negotiate protocol: ${sets}`
		}
	};
}

function trim(text: string): string {
	return text.trim();
}

/**
 * The 400 for a request without `Connection: Upgrade` and `Upgrade: SPDY/3.1`, which tells the headers as Go prints
 * them: sorted, each a list.
 */
export function missingUpgradeHeaders(
	headers: Readonly<Record<string, readonly string[]>>
): HandshakeRefusal {
	const printed = Object.keys(headers)
		.sort()
		.map(
			(name) => `${JSON.stringify(name)}:[]string{${headers[name]?.map(quote).join(', ') ?? ''}}`
		)
		.join(', ');
	const text = `unable to upgrade: missing upgrade headers in request: http.Header{${printed}}`;
	return { status: 400, headers: [], text };
}

function quote(text: string): string {
	return JSON.stringify(text);
}
