import type { Language } from '../i18n/messages.ts';
import { askedVerb, runtimeOf } from '../recording/run-path.ts';
import type { Item } from '../recording/item.ts';
import type { Items } from '../recording/items.ts';
import type { Recording } from '../recording/recording.ts';
import { lanes, type LaneId } from '../trace/lanes.ts';
import { stepsOfPath } from '../trace/paths.ts';

/**
 * What the page says of a row that failed, made from what was really said: who refuses, with which status and
 * message, and how far the bytes got.
 */
const names: Record<Language, Record<Exclude<LaneId, 'dockershim'>, string>> = {
	en: {
		client: 'the client',
		kubectl: 'kubectl',
		apiserver: 'the API server',
		kubelet: 'the kubelet',
		streaming: 'the streaming server',
		engine: 'Docker',
		container: 'the container'
	},
	zh: {
		client: '客户端',
		kubectl: 'kubectl',
		apiserver: 'API Server',
		kubelet: 'kubelet',
		streaming: '流式服务器',
		engine: 'Docker',
		container: '容器'
	}
};

type NameOf = (lane: LaneId) => string;

/** The sentence of a failed reply, a call that said no, or a status that is no exit code; undefined for all others. */
export function refusalOf(
	item: Item,
	recording: Recording,
	language: Language
): string | undefined {
	const { facts } = item;
	const nameOf = (lane: LaneId) =>
		lane === 'dockershim' ? runtimeOf(recording) : names[language][lane];
	if (item.id === 'exit-status') return failedRun(item, language);
	if (facts['allowed'] === false || facts['decision'] === 'deny')
		return denied(item, nameOf, language);
	if (!isRefusal(item)) return undefined;
	const origin = originOf(item, recording.items);
	return join(
		[told(item, origin, nameOf, language), howFar(item, recording, nameOf, language)],
		language
	);
}

/** A failure as its sender said it: an HTTP status from 400 on, or a gRPC code on an answer. */
function isRefusal(item: Item): boolean {
	if (item.failed) return true;
	const { code } = item.facts;
	return item.reply && typeof code === 'string' && code !== 'OK';
}

function told(item: Item, origin: Item, nameOf: NameOf, language: Language): string {
	const who = nameOf(item.from);
	const status = statusOf(item);
	const message = messageOf(item) || messageOf(origin);
	const what = message ? `${status ? (language === 'zh' ? '：' : ': ') : ''}${message}` : '';
	if (origin.from === item.from) {
		if (language === 'zh') return `${who} 拒绝了${status ? `，${status}` : '：'}${what}`;
		return `${capital(who)} refuses${status ? ` with ${status}` : ': '}${what}`;
	}
	const whose = nameOf(origin.from);
	if (language === 'zh')
		return `${who} 转达 ${whose} 的拒绝${status ? `，${status}` : '：'}${what}`;
	return `${capital(who)} passes on that ${whose} refuses${status ? `, ${status}` : ': '}${what}`;
}

/** The earliest failure of this try that this one only passes on. */
function originOf(item: Item, items: Items): Item {
	let origin = item;
	for (let at = item.index - 1; at >= 0; at--) {
		const earlier = items.at(at)!;
		if (earlier.try !== item.try) break;
		if (!isRefusal(earlier) || !earlier.reply) continue;
		if (earlier.to !== origin.from || !repeats(origin, earlier)) break;
		origin = earlier;
	}
	return origin;
}

function repeats(later: Item, earlier: Item): boolean {
	const [said, before] = [messageOf(later), messageOf(earlier)];
	if (said === '' || before === '') return statusOf(later) === statusOf(earlier);
	return said.includes(before);
}

function statusOf({ facts }: Item): string {
	if (typeof facts['status'] === 'number') {
		const name = statusNames[facts['status']];
		return name ? `${facts['status']} ${name}` : String(facts['status']);
	}
	return typeof facts['code'] === 'string' ? facts['code'] : '';
}

const statusNames: Readonly<Record<number, string>> = {
	400: 'Bad Request',
	401: 'Unauthorized',
	403: 'Forbidden',
	404: 'Not Found',
	405: 'Method Not Allowed',
	409: 'Conflict',
	429: 'Too Many Requests',
	500: 'Internal Server Error',
	502: 'Bad Gateway',
	503: 'Service Unavailable'
};

function messageOf({ facts }: Item): string {
	for (const name of ['message', 'body', 'desc', 'error', 'reason']) {
		const value = facts[name];
		if (typeof value === 'string' && value.trim() !== '') return value.trim().replace(/\.$/, '');
	}
	return '';
}

/** The lanes that the run's request goes through one after the other, as its verb has them. */
function wayOf(recording: Recording): readonly LaneId[] {
	const shown = recording.header?.lanes ?? [];
	const path = stepsOfPath('1.15-redirect', askedVerb(recording) ?? 'exec', 'spdy');
	const reached = new Set(path.filter(({ reply }) => !reply).map(({ to }) => to));
	return lanes
		.filter((lane) => lane.place !== 'your-side' && !isPartOfShim(lane.id))
		.map(({ id }) => id)
		.filter((id) => reached.has(id) && (shown.length === 0 || shown.includes(id)));
}

/** The streaming server sits in the shim: whoever reached the one reached the other. */
const isPartOfShim = (id: LaneId): boolean => id === 'streaming';

/** Which lane of the way saw no byte; nothing where the question did not come by the API server. */
function howFar(item: Item, recording: Recording, nameOf: NameOf, language: Language): string {
	const reached = new Set<LaneId>();
	for (const one of recording.items) {
		if (one.index > item.index) break;
		if (one.try !== item.try) continue;
		reached.add(one.from);
		if (one.sent.length > 0) reached.add(one.to);
	}
	if (!reached.has('apiserver')) return '';
	const way = wayOf(recording);
	const last = way.findLastIndex((lane) => reached.has(lane));
	const next = way[last + 1];
	if (!next) return '';
	if (next === 'container') {
		return language === 'zh' ? '没有启动任何进程' : 'No process was started';
	}
	const name = nameOf(next);
	return language === 'zh' ? `没有一个字节到达 ${name}` : `No byte reached ${name}`;
}

function denied({ facts, from }: Item, nameOf: NameOf, language: Language): string {
	const word = (name: string) => (typeof facts[name] === 'string' ? facts[name] : '');
	const resource = [word('resource'), word('subresource')].filter(Boolean).join('/');
	const asked = `${word('verb')} ${resource}`;
	const why = word('reason');
	const who = nameOf(from);
	if (language === 'zh') {
		return join([`${who} 不允许 ${word('user')} 执行 ${asked}${why && `（${why}）`}`], language);
	}
	return join(
		[`${capital(who)} does not let ${word('user')} ${asked}${why && ` (${why})`}`],
		language
	);
}

/** After the 101 a failure comes as a Status on the error stream, with a code only when the command ended by itself. */
function failedRun({ facts }: Item, language: Language): string | undefined {
	const reason = facts['reason'];
	if (typeof reason !== 'string' || reason === 'Success' || reason === 'NonZeroExitCode') {
		return undefined;
	}
	const message = messageInStatus(facts['text']);
	const said = `${reason}${message && (language === 'zh' ? `：${message}` : `: ${message}`)}`;
	return language === 'zh'
		? join([`101 之后才失败，流式服务器在 error 流上写明 ${said}`, '没有退出码'], language)
		: join(
				[
					`It fails after the 101, so the streaming server writes the reason on the error stream, ${said}`,
					'There is no exit code'
				],
				language
			);
}

function messageInStatus(text: unknown): string {
	const found = typeof text === 'string' ? /"message":("(?:[^"\\]|\\.)*")/.exec(text) : null;
	return found ? String(JSON.parse(found[1]!)) : '';
}

function join(sentences: readonly string[], language: Language): string {
	const [stop, between] = language === 'zh' ? ['。', ''] : ['.', ' '];
	return sentences
		.filter((sentence) => sentence !== '')
		.map((sentence) => sentence + stop)
		.join(between);
}

function capital(text: string): string {
	return text.startsWith('the ') ? `T${text.slice(1)}` : text;
}
