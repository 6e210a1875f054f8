import type { SeedNote } from './seed-note.ts';

const long = ['long'] as const;
const short = ['short'] as const;
const both = ['long', 'short'] as const;

/** Points 13 to 23: where the articles are dated or damaged. */
export const datedNotes: readonly SeedNote[] = [
	{
		n: 13,
		kind: 'dated',
		articles: long,
		steps: ['install-legacy-api', 'pod-storage', 'pre-init-runtime'],
		text: {
			en: 'It says 1.15, but its links and code are from the master of December 2019 to February 2020, that is 1.17 and 1.18.',
			zh: '文中说是 1.15，但链接和代码来自 2019 年 12 月至 2020 年 2 月的 master，即 1.17、1.18。'
		},
		at: {
			'pre-init-runtime': {
				en: 'It is not in 1.15: it was split out around 1.18, and before that the code stood inside NewMainKubelet. The article says 1.15, but its links and code are from the master of December 2019 to February 2020.',
				zh: '1.15 里还没有它：1.18 前后才拆分出来，此前代码在 NewMainKubelet 里。文中说是 1.15，但链接和代码来自 2019 年 12 月至 2020 年 2 月的 master。'
			},
			'install-legacy-api': {
				en: 'The code shown there is newer than the 1.15 that it speaks of: in 1.15 InstallLegacyAPI had no error to return, and ended the program when something went wrong.',
				zh: '文中的代码比它所说的 1.15 要新：1.15 的 InstallLegacyAPI 不返回 error，出错就直接终止程序。'
			},
			'pod-storage': {
				en: 'Newer code here too: in 1.15 NewStorage returned the storage alone, without an error.',
				zh: '这里的代码同样较新：1.15 的 NewStorage 只返回存储，不返回 error。'
			}
		}
	},
	{
		n: 14,
		kind: 'dated',
		articles: long,
		steps: ['api-request'],
		text: {
			en: 'kubectl run --generator is gone, plain kubectl run makes a pod since 1.18; version --short is gone since 1.28.',
			zh: 'kubectl run --generator 已移除，1.18 起直接 kubectl run 就创建 Pod；version --short 自 1.28 起移除。'
		}
	},
	{
		n: 15,
		kind: 'dated',
		articles: short,
		steps: ['choose-container'],
		text: {
			en: 'The short article writes no -- before its commands, as kubectl 1.16.3 allowed. Since 1.31 that is an error.',
			zh: '短文的命令前没有写 --，kubectl 1.16.3 允许这样；1.31 起会直接报错。'
		}
	},
	{
		n: 16,
		kind: 'dated',
		articles: long,
		steps: ['cri-exec'],
		text: {
			en: 'The link to v1alpha2/api.pb.go on master is dead: runtime.v1alpha2 is gone since 1.26, it is runtime.v1 now.',
			zh: '指向 master 上 v1alpha2/api.pb.go 的链接已失效：runtime.v1alpha2 自 1.26 起已删除，如今是 runtime.v1。'
		}
	},
	{
		n: 17,
		kind: 'dated',
		articles: long,
		steps: ['docker-service'],
		text: {
			en: 'dockershim was deprecated in 1.20 and removed in 1.24. What the article says of it lives on only as cri-dockerd.',
			zh: 'dockershim 在 1.20 被弃用，1.24 被移除；文中那一节如今只对应 cri-dockerd。'
		}
	},
	{
		n: 18,
		kind: 'dated',
		articles: both,
		steps: ['post-exec', 'websocket-exec'],
		text: {
			en: 'Since 1.30 kubectl tries a WebSocket first, and an API server of that age translates it to SPDY for the kubelet.',
			zh: '自 1.30 起，kubectl 先尝试 WebSocket，同时期的 API Server 会为 kubelet 把它转换成 SPDY。'
		},
		at: {
			'websocket-exec': {
				en: 'The articles are older than this request. An API server of 1.30 to 1.35 would not pass it on: it takes the WebSocket itself and speaks SPDY to the kubelet.',
				zh: '文章写作时还没有这个请求。1.30 到 1.35 的 API Server 不会原样转发它，而是自己接下 WebSocket，再用 SPDY 与 kubelet 通信。'
			}
		}
	},
	{
		n: 19,
		kind: 'dated',
		articles: both,
		steps: ['get-pod', 'post-exec'],
		text: {
			en: 'The articles’ log lines have the form of 1.15 and 1.16. Since 1.33 they are structured: names and values.',
			zh: '文中的日志是 1.15、1.16 的格式；1.33 起改为“键=值”的结构化日志。'
		},
		at: {
			'post-exec': {
				en: 'In the log of a newer kubectl a GET stands before this POST, since 1.30, and both are structured lines, since 1.33.',
				zh: '较新的 kubectl 日志里，这个 POST 之前还有一个 GET（1.30 起），而且两者都是结构化日志（1.33 起）。'
			}
		}
	},
	{
		n: 20,
		kind: 'damaged',
		articles: both,
		steps: ['pod-storage', 'connect', 'cri-exec', 'check-container', 'switching-protocols'],
		text: {
			en: 'What the translation damaged, as it should be: rest.ExecREST, storage.PodStorage, remote.RemoteRuntimeService, streamingServer, Switching Protocols, CRUD.',
			zh: '翻译中写坏的名字，正确写法是：rest.ExecREST、storage.PodStorage、remote.RemoteRuntimeService、streamingServer、Switching Protocols、CRUD。'
		},
		at: {
			'pod-storage': {
				en: 'Letters were lost, gained or swapped in translation: it is storage.PodStorage, rest.ExecREST, and CRUD.',
				zh: '翻译时字母有增、有漏、有颠倒：应为 storage.PodStorage、rest.ExecREST 和 CRUD。'
			},
			connect: {
				en: 'In its prose the article spells this name in two ways, neither of them right: it is rest.ExecREST.',
				zh: '这个名字在文章正文里有两种写法，都不对：应为 rest.ExecREST。'
			},
			'cri-exec': {
				en: 'A name that the translation damaged: it is remote.RemoteRuntimeService.',
				zh: '翻译中写坏的名字：应为 remote.RemoteRuntimeService。'
			},
			'check-container': {
				en: 'A name that the translation damaged: it is streamingServer.',
				zh: '翻译中写坏的名字：应为 streamingServer。'
			},
			'switching-protocols': {
				en: 'And 101 is called “Switching Protocols”, not “Upgrade”.',
				zh: '另外，101 的名称是 Switching Protocols，而不是 Upgrade。'
			}
		}
	},
	{
		n: 21,
		kind: 'damaged',
		articles: both,
		steps: ['post-exec'],
		text: {
			en: 'The long article’s log lost a line break before User-Agent. Neither log can show Connection and Upgrade: they are added below the layer that logs.',
			zh: '长文日志在 User-Agent 之前丢了一个换行。两份日志都看不到 Connection 和 Upgrade，它们是在打日志的那层之下才加上的。'
		}
	},
	{
		n: 22,
		kind: 'damaged',
		articles: long,
		steps: ['get-exec', 'serve-exec'],
		text: {
			en: 'What the snippets cut is what matters here: the end of getExec is proxy or redirect, the branches of ServeExec are the way of the exit code.',
			zh: '代码片段省略的恰恰是关键：getExec 的末尾决定代理还是重定向，ServeExec 的分支决定退出码的去向。'
		},
		at: {
			'get-exec': {
				en: 'The end of getExec, which the article cuts, is the branch that matters: redirect or proxy.',
				zh: '文中省略了 getExec 的末尾，那里正是关键分支：重定向还是代理。'
			},
			'serve-exec': {
				en: 'The branches that are cut decide what becomes of the exit code.',
				zh: '被省略的分支正决定了退出码的去向。'
			}
		}
	},
	{
		n: 23,
		kind: 'damaged',
		articles: both,
		steps: ['install-legacy-api'],
		text: {
			en: 'The articles’ pictures are only links to other sites. This ladder draws what they show.',
			zh: '两篇文章的图片都是外链；它们要表达的内容，就是这张时序图。'
		}
	}
];
