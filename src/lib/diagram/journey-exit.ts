import type { Item, Recording } from '../recording/recording.ts';
import { joined, socketLegs, type Leg, type Saying } from './journey-hops.ts';
import { journeyIndex } from './journey-index.ts';
import type { Journey } from './journey.ts';

/** How many items after the end of a process its exit code is looked for. */
const reach = 2000;

/**
 * The way of the newest exit code: from the process to the engine, which keeps it until it is asked; into a Status
 * on the error stream; and into kubectl's `$?`. Undefined while no command of the run has ended.
 */
export function followExit(recording: Recording): Journey | undefined {
	const { exit } = journeyIndex(recording);
	const ended = itemAt(recording, exit.process);
	const status = itemAt(recording, exit.status);
	const first = ended ?? status;
	if (!first) return undefined;
	const legs: Leg[] = ended ? [fromProcess(ended)] : [];
	const reply = ended && inspected(recording, ended, status?.index);
	const asked = reply?.answers === undefined ? undefined : recording.items.at(reply.answers);
	if (asked) legs.push(...socketLegs(recording, asked, 0, false));
	if (reply)
		legs.push(...saying(socketLegs(recording, reply, 0, true), exitCodeOf(recording, reply)));
	if (status) legs.push(...saying(socketLegs(recording, status, 0, true), statusSaying(status)));
	const last = status && fromKubectl(recording, status);
	if (last) legs.push(last);
	return {
		kind: 'exit',
		id: `${recording.id} ${first.i} exit`,
		char: '',
		hops: withHandover(legs),
		settled: last !== undefined || recording.end !== undefined,
		echoed: false
	};
}

/** What the shim learned is what the streaming server says: the way inside carries it, too. */
function withHandover(legs: readonly Leg[]): Journey['hops'] {
	const hops = joined(legs);
	return hops.map((hop, k) =>
		hop.kind === 'inside' && hop.from !== hop.to && hops[k - 1]?.back
			? { ...hop, says: bare(hops[k - 1]!.says) }
			: hop
	);
}

function bare(says: Saying | undefined): Saying | undefined {
	return says && { value: says.value, path: '', text: '', mark: undefined };
}

function itemAt(recording: Recording, at: number | undefined): Item | undefined {
	return at === undefined ? undefined : recording.items.at(at);
}

function saying(legs: readonly Leg[], says: Saying | undefined): Leg[] {
	return legs.map((leg) => ({ ...leg, layers: [...leg.layers, 'json'], says }));
}

function fromProcess(item: Item): Leg {
	const { exitCode } = item.facts;
	return {
		from: item.from,
		to: item.to,
		kind: 'process',
		span: undefined,
		layers: ['wait'],
		// Of a foreign engine this is written where the end of its stream shows it.
		at: item.facts.inferred === true ? undefined : item.t,
		back: true,
		item: item.index,
		says: typeof exitCode === 'number' ? plain(String(exitCode), '') : undefined
	};
}

function fromKubectl(recording: Recording, status: Item): Leg | undefined {
	const { exit } = recording;
	if (!exit || exit.t < status.t) return undefined;
	return {
		from: status.to,
		to: status.to,
		kind: 'inside',
		span: undefined,
		layers: ['exit'],
		// The code was read from the Status as it set out; when kubectl ended, the recording does not say.
		at: undefined,
		back: true,
		item: status.index,
		says: exit.code === null ? undefined : plain(String(exit.code), '$?')
	};
}

/** The answer that says that the process no longer runs. */
function inspected(
	recording: Recording,
	ended: Item,
	before: number | undefined
): Item | undefined {
	const last = Math.min(before ?? Infinity, recording.items.length, ended.index + reach);
	let found: Item | undefined;
	for (let k = ended.index + 1; k < last; k++) {
		const item = recording.items.at(k);
		if (item?.id !== 'docker-inspect-exec' || !item.reply) continue;
		if (item.facts.running !== true) found = item;
	}
	return found;
}

const utf8 = new TextDecoder();
/** An answer to an inspect is some hundred bytes; more than this is none of Docker's. */
const longestAnswer = 65_536;
/** How much of the JSON around the code is shown. */
const around = 24;

function exitCodeOf(recording: Recording, reply: Item): Saying | undefined {
	const [span] = reply.sent;
	const code = reply.facts.exitCode;
	const known = code === undefined || code === null ? undefined : plain(String(code), 'ExitCode');
	if (!span) return known;
	const { data } = recording.bytes.bytes({ ...span, len: Math.min(span.len, longestAnswer) });
	const text = utf8.decode(data);
	const match = /"ExitCode": *(-?\d+|null)/.exec(text);
	if (!match) return known;
	const end = match.index + match[0].length;
	const body = text.indexOf('\r\n\r\n') + 4;
	const from = Math.max(body, match.index - around);
	const to = Math.min(text.length, end + around);
	const [cutLeft, cutRight] = [from > body ? '…' : '', to < text.length ? '…' : ''];
	const value = match[1]!;
	const at = cutLeft.length + end - value.length - from;
	return {
		value,
		path: 'ExitCode',
		text: cutLeft + text.slice(from, to) + cutRight,
		mark: [at, at + value.length]
	};
}

/** Where a metav1.Status says how the command ended: a code stands among the causes, success is a word. */
function statusSaying(item: Item): Saying | undefined {
	const text = typeof item.facts.text === 'string' ? item.facts.text : '';
	const status = parsed(text);
	if (!status) return text === '' ? undefined : plain(text, '');
	const { causes } = status.details ?? {};
	const cause = (causes ?? []).findIndex((one) => one?.reason === 'ExitCode');
	if (cause >= 0)
		return marked(text, causes![cause]?.message, 'message', `details.causes[${cause}].message`);
	const success = status.status === 'Success';
	const word = success ? status.status : status.reason;
	return marked(text, word, success ? 'status' : 'reason', success ? 'status' : 'reason');
}

interface Status {
	status?: unknown;
	reason?: unknown;
	details?: { causes?: ({ reason?: unknown; message?: unknown } | null)[] };
}

function parsed(text: string): Status | undefined {
	try {
		const value: unknown = JSON.parse(text);
		if (typeof value !== 'object' || value === null) return undefined;
		const status = value as Status;
		if (typeof (status.details ?? {}) !== 'object') return undefined;
		return status.details && !Array.isArray(status.details.causes ?? [])
			? { ...status, details: {} }
			: status;
	} catch {
		return undefined;
	}
}

function marked(text: string, value: unknown, name: string, path: string): Saying | undefined {
	if (typeof value !== 'string') return undefined;
	const wanted = `"${name}":${JSON.stringify(value)}`;
	// The cause that holds the code is the last message of the Status.
	const at = text.lastIndexOf(wanted);
	const from = at + wanted.length - value.length - 1;
	return { value, path, text, mark: at < 0 ? undefined : [from, from + value.length] };
}

function plain(value: string, path: string): Saying {
	return { value, path, text: '', mark: undefined };
}
