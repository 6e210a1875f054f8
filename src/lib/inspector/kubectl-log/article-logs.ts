import { dialectOf, type Dialect } from './dialect.ts';
import type { Exchange, Headers } from './exchange.ts';
import { linesOf, type LogLine } from './log-line.ts';
import { messagesOf } from './log-messages.ts';

/**
 * What the logs of the two articles hold, as facts: which requests their kubectl made at -v=7, with which headers and
 * answers, when and how long. The words are built anew from these, as kubectl builds them. The home folders of their
 * authors are `~`, and the line break that the long article lost is there.
 */
interface ArticleLog {
	client: string;
	server: string;
	kubeconfig: string;
	pid: string;
	/** Day of the log; the articles tell no year, and none is shown. */
	day: string;
	/** Where its kubectl says so, where that is another than our nearest one. */
	places?: Partial<Dialect['places']>;
	pod: string;
	query: string;
	ms: readonly [get: number, exec: number];
	/** Of each message in order, the time within its minute, in microseconds. */
	minute: string;
	times: readonly number[];
}

export const articles = ['long', 'short'] as const;
export type ArticleId = (typeof articles)[number];

const logs: Record<ArticleId, ArticleLog> = {
	long: {
		client: 'kubectl/v1.15.0 (linux/amd64) kubernetes/e8462b5',
		server: '127.0.0.1:38545',
		kubeconfig: '~/.kube/kind-config-linkerd',
		pid: '28053',
		day: '01-25',
		pod: 'nginx',
		query: 'command=%2Fbin%2Fbash&container=nginx&stdin=true&stdout=true&tty=true',
		ms: [7, 14],
		minute: '10:51',
		times: [
			55434043, 55438595, 55438607, 55438611, 55438615, 55445942, 55451050, 55451063, 55451067,
			55451090, 55451096, 55451100, 55451121, 55465690
		]
	},
	short: {
		client: 'kubectl/v1.16.3 (darwin/amd64) kubernetes/b3cbbae',
		server: '10.172.58.142:6443',
		kubeconfig: '~/.kube/config',
		pid: '11518',
		day: '08-18',
		places: {
			configLoaded: 'loader.go:375',
			url: 'round_trippers.go:420',
			requestHeaders: 'round_trippers.go:427',
			requestHeader: 'round_trippers.go:431',
			status: 'round_trippers.go:446'
		},
		pod: 'prometheus-operator-6f6b75f46f-h4gl4',
		query: 'command=ls&container=prometheus-operator&stderr=true&stdout=true',
		ms: [39, 81],
		minute: '20:15',
		times: [
			57037226, 57054763, 57054799, 57054805, 57054810, 57093926, 57106419, 57106459, 57106466,
			57106473, 57106480, 57106484, 57106488, 57187518
		]
	}
};

/** Items of the run beside which an article's log is shown; undefined where it has none. */
export interface Counterparts {
	get: { request: number; answer: number | undefined } | undefined;
	exec: { request: number; answer: number | undefined } | undefined;
}

/** The -v=7 log of an article, each line with the item of this run that is its counterpart. */
export function articleLog(id: ArticleId, { get, exec }: Counterparts): LogLine[] {
	const log = logs[id];
	const nearest = dialectOf(log.client)!;
	const dialect: Dialect = { ...nearest, places: { ...nearest.places, ...log.places } };
	const config = {
		severity: 'I' as const,
		place: dialect.places.configLoaded,
		text: `Config loaded from file:  ${log.kubeconfig}`
	};
	const [got, upgraded] = exchangesOf(log);
	const messages = [
		{ ...config, at: undefined },
		...messagesOf(got, 7, dialect).map((each) => ({
			...each,
			at: each.of === 'request' ? get?.request : get?.answer
		})),
		...messagesOf(upgraded, 7, dialect).map((each) => ({
			...each,
			at: each.of === 'request' ? exec?.request : exec?.answer
		}))
	];
	// The year only makes a date of it: klog shows none.
	const minute = Date.parse(`2020-${log.day}T${log.minute}:00Z`) * 1000;
	return messages.flatMap(({ severity, place, text, at }, k) =>
		linesOf({ severity, place, pid: log.pid, micros: minute + log.times[k]! }, text, at)
	);
}

function exchangesOf(log: ArticleLog): [Exchange, Exchange] {
	const path = `https://${log.server}/api/v1/namespaces/default/pods/${log.pod}`;
	const agent = ['User-Agent', log.client] as const;
	const common = { body: undefined, bearer: false };
	const answer = (status: string, ms: number) => ({ status, headers: [], body: undefined, ms });
	const offered: Headers = ['v4.', 'v3.', 'v2.', ''].map((version) => [
		'X-Stream-Protocol-Version',
		`${version}channel.k8s.io`
	]);
	return [
		{
			...common,
			verb: 'GET',
			url: path,
			upgrade: 'no',
			headers: [['Accept', 'application/json, */*'], agent],
			answer: answer('200 OK', log.ms[0])
		},
		{
			...common,
			verb: 'POST',
			url: `${path}/exec?${log.query}`,
			upgrade: 'spdy',
			headers: [...offered, agent],
			answer: answer('101 Switching Protocols', log.ms[1])
		}
	];
}
