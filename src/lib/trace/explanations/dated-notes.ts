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
				zh: '1.15 里还没有它：约 1.18 才拆出来，此前代码在 NewMainKubelet 里。文中说是 1.15，但链接和代码来自 2019 年 12 月至 2020 年 2 月的 master。'
			},
			'install-legacy-api': {
				en: 'The code shown there is newer than the 1.15 that it speaks of: in 1.15 InstallLegacyAPI returned no error and ended the program itself.',
				zh: '文中的代码比它所说的 1.15 要新：1.15 的 InstallLegacyAPI 不返回 error，出错就直接终止程序。'
			},
			'pod-storage': {
				en: 'Newer code again: in 1.15 NewStorage had no error to return.',
				zh: '这里的代码同样较新：1.15 的 NewStorage 不返回 error。'
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
			en: 'A command without -- before it is an error since 1.31. The article ran kubectl 1.16.3.',
			zh: '1.31 起，命令前不写 -- 会报错。文中用的是 kubectl 1.16.3。'
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
			en: 'Since 1.30 kubectl tries WebSocket v5 first, and the API server translates.',
			zh: '自 1.30 起 kubectl 先尝试 WebSocket v5，由 API Server 转换。'
		},
		at: {
			'websocket-exec': {
				en: 'The articles are older than this request. kubectl begins so since 1.30, and an API server of that age translates it to SPDY for the kubelet.',
				zh: '文章写作时还没有这个请求。kubectl 自 1.30 起这样开始，同时期的 API Server 会为 kubelet 转换成 SPDY。'
			}
		}
	},
	{
		n: 19,
		kind: 'dated',
		articles: both,
		steps: ['get-pod', 'post-exec'],
		text: {
			en: 'The log lines have the form of 1.15 and 1.16. Since 1.33 they are structured.',
			zh: '日志是 1.15、1.16 的格式；1.33 起改为结构化日志。'
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
		articles: long,
		steps: ['pod-storage', 'cri-exec', 'cri-handler', 'switching-protocols'],
		text: {
			en: 'Names that the translation damaged: rest.ExecREST, storage.PodStorage, remote.RemoteRuntimeService, streamingServer, Switching Protocols, CRUD.',
			zh: '翻译时损坏的名字应为：rest.ExecREST、storage.PodStorage、remote.RemoteRuntimeService、streamingServer、Switching Protocols、CRUD。'
		},
		at: {
			'pod-storage': {
				en: 'Names lost a letter or gained one in translation: it is storage.PodStorage, rest.ExecREST, and CRUD.',
				zh: '名字在翻译时多字或漏字：应为 storage.PodStorage、rest.ExecREST 和 CRUD。'
			},
			'cri-exec': {
				en: 'A name that the translation damaged: it is remote.RemoteRuntimeService.',
				zh: '翻译时损坏的名字：应为 remote.RemoteRuntimeService。'
			},
			'cri-handler': {
				en: 'A name that the translation damaged: it is streamingServer.',
				zh: '翻译时损坏的名字：应为 streamingServer。'
			},
			'switching-protocols': {
				en: 'And it is “Switching Protocols”, not “Upgrade”.',
				zh: '另外，名称是 Switching Protocols，而非 Upgrade。'
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
			zh: '代码片段省略的恰是关键：getExec 的末尾是代理还是重定向，ServeExec 的分支是退出码的去路。'
		},
		at: {
			'get-exec': {
				en: 'What it leaves out with dots at the end of getExec is the branch that matters: redirect or proxy.',
				zh: '文中在 getExec 末尾省略的正是关键分支：重定向还是代理。'
			},
			'serve-exec': {
				en: 'The branches that are cut are where the exit code goes.',
				zh: '省略掉的分支正是退出码的去处。'
			}
		}
	},
	{
		n: 23,
		kind: 'damaged',
		articles: both,
		steps: ['install-legacy-api'],
		text: {
			en: 'The pictures are links to other sites. This ladder draws what they show.',
			zh: '图片是外链；它们要表达的内容就是这张时序图。'
		}
	}
];
