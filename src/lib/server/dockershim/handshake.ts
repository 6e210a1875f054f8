/**
 * The answer to a request for an upgrade to SPDY: `Handshake` of apimachinery `pkg/util/httpstream/httpstream.go`, then
 * `UpgradeResponse` of `pkg/util/httpstream/spdy/upgrade.go`.
 */
import type { IncomingMessage } from 'node:http';
import { eras, type EraId } from '../../trace/eras.ts';
import { redactedHeaders } from '../../trace/redact.ts';
import {
	missingUpgradeHeaders,
	negotiate,
	protocolHeader,
	spdyProtocols
} from '../../wire/remote-command/protocols.ts';

export interface HandshakeAnswer {
	status: number;
	headers: [name: string, value: string][];
	body: string;
	/** Its name, empty for who does not negotiate. Undefined: refused. */
	protocol: string | undefined;
}

/** Chooses one of the `known` protocols. Whether a header must name some, and how several, is the era's. */
export function handshake(
	request: IncomingMessage,
	era: EraId,
	known: readonly string[] = spdyProtocols
): HandshakeAnswer {
	const asked = request.headersDistinct[protocolHeader.toLowerCase()] ?? [];
	const { protocolHeaderRequired, commaLists } = eras[era];
	const rules = { headerRequired: protocolHeaderRequired, commaLists };
	const chosen = negotiate(asked, known, rules);
	if ('refusal' in chosen) {
		const { status, headers, text } = chosen.refusal;
		return { status, headers, body: text, protocol: undefined };
	}
	const named: [string, string][] =
		chosen.protocol === '' ? [] : [[protocolHeader, chosen.protocol]];
	if (!asksForSpdy(request)) {
		const { status, text } = missingUpgradeHeaders(shownHeaders(request));
		return { status, headers: named, body: `${text}\n`, protocol: undefined };
	}
	return {
		status: 101,
		headers: [['Connection', 'Upgrade'], ['Upgrade', 'SPDY/3.1'], ...named],
		body: '',
		protocol: chosen.protocol
	};
}

function asksForSpdy({ headers }: IncomingMessage): boolean {
	const connection = String(headers.connection ?? '').toLowerCase();
	const upgrade = String(headers.upgrade ?? '').toLowerCase();
	return connection.includes('upgrade') && upgrade.includes('spdy/3.1');
}

/** In Go's spelling. Secrets are not repeated, nor the header that is ours. */
function shownHeaders(request: IncomingMessage): Record<string, string[]> {
	const shown: Record<string, string[]> = {};
	for (const [name, values = []] of Object.entries(request.headersDistinct)) {
		if (name === 'host' || name === 'traceparent') continue;
		const secret = redactedHeaders.includes(name);
		shown[canonical(name)] = secret ? values.map(() => '*') : values;
	}
	return shown;
}

function canonical(name: string): string {
	return name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}
