import type { Dialect } from './dialect.ts';
import type { Exchange, Headers } from './exchange.ts';
import { pair, quoted } from './klog-pairs.ts';

/** What the log can be asked for. */
export const logLevels = [6, 7, 8, 9] as const;
export type LogLevel = (typeof logLevels)[number];

/** One message of the log, without its time; of several lines when it has line feeds. */
export interface Message {
	severity: 'I' | 'F';
	place: string;
	text: string;
	/** Whether it speaks of the request or of what came back. */
	of: 'request' | 'answer';
}

/** What a kubectl says of one exchange at a level: first of the request, then, once there is one, of its answer. */
export function messagesOf(exchange: Exchange, level: LogLevel, dialect: Dialect): Message[] {
	const said = dialect.structured
		? structured(exchange, level, dialect)
		: plain(exchange, level, dialect);
	return [...said, ...refusal(exchange, dialect)];
}

const say = (of: Message['of'], place: string, text: string): Message => ({
	severity: 'I',
	place,
	text,
	of
});

function plain(exchange: Exchange, level: LogLevel, dialect: Dialect): Message[] {
	const { verb, url, answer } = exchange;
	const { places } = dialect;
	const said: Message[] = [];
	const headers = exchange.headers.map((header) => shown(header, exchange, dialect));
	if (level >= 8 && exchange.body !== undefined)
		said.push(say('request', places.body, `Request Body: ${cut(exchange.body, level)}`));
	if (level === 9) said.push(say('request', places.curl, curl(dialect.curl, verb, url, headers)));
	if (level === 7 || level === 8)
		said.push(
			say('request', places.url, `${verb} ${url}`),
			say('request', places.requestHeaders, 'Request Headers:'),
			...headerLines('request', places.requestHeader, headers)
		);
	if (!answer) return said;
	const took = `${statusOf(exchange)} in ${answer.ms} milliseconds`;
	if (level === 6 || level === 9) said.push(say('answer', places.timing, `${verb} ${url} ${took}`));
	else said.push(say('answer', places.status, `Response Status: ${took}`));
	if (level < 8) return said;
	if (statusOf(exchange) !== '')
		said.push(
			say('answer', places.responseHeaders, 'Response Headers:'),
			...headerLines('answer', places.responseHeader, answer.headers)
		);
	if (exchange.upgrade === 'no' && answer.body !== undefined)
		said.push(say('answer', places.body, `Response Body: ${cut(answer.body, level)}`));
	return said;
}

function structured(exchange: Exchange, level: LogLevel, dialect: Dialect): Message[] {
	const { verb, url, answer, upgrade } = exchange;
	const { places } = dialect;
	const said: Message[] = [];
	const headers = sorted(exchange.headers).map((header) => shown(header, exchange, dialect));
	const named = `verb=${quoted(verb)} url=${quoted(url)}`;
	if (level >= 8 && upgrade === 'no')
		said.push(say('request', places.body, `"Request Body" body=${pair(exchange.body ?? '')}`));
	if (level === 9) {
		// Here kubectl keeps the order in which it set them.
		const set = exchange.headers.map((header) => shown(header, exchange, dialect));
		const line = `${curl(dialect.curl, verb, url, set)}\n`;
		said.push(say('request', places.url, `"Request" curlCommand=${pair(line)}`));
	}
	if (level === 7 || level === 8)
		said.push(say('request', places.url, `"Request" ${named} headers=${pair(block(headers))}`));
	if (!answer) return said;
	const status = statusOf(exchange);
	const parts = [
		'"Response"',
		...(level === 6 || level === 9 ? [named] : []),
		`status=${quoted(status)}`,
		...(level >= 8 ? [`headers=${pair(status === '' ? '' : block(sorted(answer.headers)))}`] : []),
		`milliseconds=${answer.ms}`
	];
	said.push(say('answer', places.status, parts.join(' ')));
	if (level >= 8 && upgrade === 'no' && answer.body !== undefined)
		said.push(say('answer', places.body, `"Response Body" body=${pair(cut(answer.body, level))}`));
	return said;
}

/** A WebSocket handshake that fails leaves no response behind, so its status is empty. */
function statusOf({ upgrade, answer }: Exchange): string {
	const failed = upgrade === 'websocket' && !answer?.status.startsWith('101');
	return failed ? '' : (answer?.status ?? '');
}

/** What kubectl says when it turns from WebSocket to SPDY. */
export function fallbackMessage({ answer }: Exchange, dialect: Dialect): Message | undefined {
	if (dialect.fallback === undefined || dialect.minor < 31 || !answer) return undefined;
	const body = answer.body?.trim() ?? '';
	const why =
		statusIn(body)?.message ?? `websocket: bad handshake (${answer.status})${body && `: ${body}`}`;
	const error = `unable to upgrade streaming request: ${why}`;
	return say(
		'answer',
		dialect.fallback,
		dialect.structured
			? `"RemoteCommand fallback" err=${quoted(error)}`
			: `RemoteCommand fallback: ${error}`
	);
}

interface Status {
	kind?: string;
	apiVersion?: string;
	message?: string;
	reason?: string;
}

function statusIn(body: string): Status | undefined {
	if (!body.startsWith('{')) return undefined;
	try {
		const status = JSON.parse(body) as Status;
		return status.kind === 'Status' ? status : undefined;
	} catch {
		// A body that was cut off: it is shown as it is.
		return undefined;
	}
}

/** What an older kubectl makes of a refusal that ends it. */
function refusal({ upgrade, answer }: Exchange, { tells }: Dialect): Message[] {
	if (!answer || upgrade === 'websocket' || (upgrade === 'spdy' && !tells.exec)) return [];
	if (Number.parseInt(answer.status) < 400) return [];
	const status = statusIn(answer.body ?? '');
	if (!status) return [];
	const { kind, apiVersion, ...rest } = status;
	const told = tells.kind ? { kind, apiVersion, ...rest } : rest;
	const said = [
		say(
			'answer',
			tells.response,
			`server response object: ${tells.lead}[${JSON.stringify(told, null, 2)}]`
		)
	];
	if (!tells.fatal) return said;
	const reason = status.reason ? ` (${status.reason})` : '';
	const text = `Error from server${reason}: ${status.message ?? ''}`;
	return [...said, { ...say('answer', tells.fatal, text), severity: 'F' }];
}

function shown(
	[name, value]: readonly [string, string],
	{ bearer }: Exchange,
	{ masks }: Dialect
): readonly [string, string] {
	if (name !== 'Authorization' || !bearer) return [name, value];
	return [name, masks ? 'Bearer <masked>' : `Bearer ${value.slice('Bearer '.length)}`];
}

function headerLines(of: Message['of'], place: string, headers: Headers): Message[] {
	return headers.map(([name, value]) => say(of, place, `    ${name}: ${value}`));
}

const block = (headers: Headers) => headers.map(([name, value]) => `${name}: ${value}\n`).join('');

function sorted(headers: Headers): Headers {
	return [...headers].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function curl(command: string, verb: string, url: string, headers: Headers): string {
	const given = headers.map(([name, value]) => ` -H ${JSON.stringify(`${name}: ${value}`)}`);
	return `${command} -X${verb} ${given.join('')} '${url}'`;
}

function cut(body: string, level: LogLevel): string {
	const most = level === 8 ? 1024 : 10_240;
	return body.length > most
		? `${body.slice(0, most)} [truncated ${body.length - most} chars]`
		: body;
}
