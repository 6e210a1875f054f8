import type { Text } from './explanations/explanation.ts';
import type { StepId } from './steps.ts';

/** A correction of, or an addition to, the two articles, shown on the steps that it concerns. */
export interface SeedNote {
	n: number;
	kind: 'wrong' | 'dated' | 'damaged' | 'missing';
	/** `long`: the article of 2020-05-21; `short`: the one of 2020-08-18. */
	articles: readonly ('long' | 'short')[];
	steps: readonly StepId[];
	text: Text;
}

const long = ['long'] as const;
const short = ['short'] as const;
const both = ['long', 'short'] as const;

/** Where the articles are wrong, dated, damaged or silent: 28 points, told in our own words. */
export const seedNotes: readonly SeedNote[] = [
	{
		n: 1,
		kind: 'wrong',
		articles: long,
		steps: ['redirect'],
		text: {
			en: 'The redirect back to the API server happens only with --redirect-container-streaming=true. By default, in 1.15 as in 1.18, the kubelet connects to the streaming server itself. The log comes from kind, which used the default and has run containerd since mid-2019.',
			zh: '只有开启 --redirect-container-streaming=true 才会向 API Server 返回重定向。1.15 和 1.18 的默认做法都是 kubelet 自己连接流式服务器。日志来自 kind，它用的是默认值，并且 2019 年中起就运行 containerd。'
		}
	},
	{
		n: 2,
		kind: 'wrong',
		articles: long,
		steps: ['cri-handler'],
		text: {
			en: 'Requests reach the streaming server through dockerService.ServeHTTP only in redirect mode, where the shim is mounted at /cri/. Otherwise it has a listener of its own on localhost.',
			zh: '只有重定向模式下，请求才会经 dockerService.ServeHTTP 到达流式服务器，此时 shim 挂在 /cri/。否则它在 localhost 上有自己的监听。'
		}
	},
	{
		n: 3,
		kind: 'wrong',
		articles: long,
		steps: ['debugging-handlers', 'streaming-routes'],
		text: {
			en: 'The code shown for the token’s route is the kubelet’s own /exec/{namespace}/{pod}/{container}. The token is served by another server, at /exec/{token}.',
			zh: '文中为 token 路由贴出的代码其实是 kubelet 自己的 /exec/{命名空间}/{pod}/{容器}。提供 token 的是另一个服务器的 /exec/{token}。'
		}
	},
	{
		n: 4,
		kind: 'wrong',
		articles: long,
		steps: ['cache-insert'],
		text: {
			en: 'The length and characters of commands are the lesser reason for a token. It keeps the request on the server, works once, for a minute, a thousand at most, and is the only authentication of the streaming server.',
			zh: '命令的长度和字符只是使用 token 的次要原因。它让请求留在服务器上，只能用一次，一分钟有效，最多一千个，而且是流式服务器唯一的认证。'
		}
	},
	{
		n: 5,
		kind: 'wrong',
		articles: long,
		steps: ['pre-init-runtime', 'docker-server'],
		text: {
			en: 'The gRPC server is what NewDockerServer returns; PreInitRuntimeService only makes and starts it, on unix:///var/run/dockershim.sock.',
			zh: 'gRPC 服务端是 NewDockerServer 返回的对象；PreInitRuntimeService 只负责创建并启动它，地址是 unix:///var/run/dockershim.sock。'
		}
	},
	{
		n: 6,
		kind: 'wrong',
		articles: both,
		steps: ['switching-protocols'],
		text: {
			en: 'The API server copies the 101; the streaming server makes it and chooses the protocol. Errors are another matter: those can be the API server’s own.',
			zh: '101 由流式服务器产生并选定协议，API Server 只是复制。错误则不同，可能就是 API Server 自己的。'
		}
	},
	{
		n: 7,
		kind: 'wrong',
		articles: both,
		steps: ['exec-location', 'authorize', 'kubelet-authorize'],
		text: {
			en: 'ExecLocation returns the whole kubelet URL and a transport, and validates the container. And there are two authorizations on the way: create pods/exec at the API server, create nodes/proxy at the kubelet.',
			zh: 'ExecLocation 返回完整的 kubelet URL 和传输层，还会校验容器。一路上有两次鉴权：API Server 处的 create pods/exec 和 kubelet 处的 create nodes/proxy。'
		}
	},
	{
		n: 8,
		kind: 'wrong',
		articles: long,
		steps: ['cri-exec'],
		text: {
			en: 'The link for the nested service shows where the remote service is created. It is wrapped elsewhere, by newInstrumentedRuntimeService in kuberuntime_manager.go.',
			zh: '说明嵌套服务的链接指向远程服务的创建处。真正的包装在 kuberuntime_manager.go 的 newInstrumentedRuntimeService。'
		}
	},
	{
		n: 9,
		kind: 'wrong',
		articles: long,
		steps: ['exit-status'],
		text: {
			en: 'logs does not follow this pattern: a plain GET, no upgrade, no CRI Exec, and the kubelet reads a file. cp is an exec of tar.',
			zh: 'logs 并不遵循这个模式：只是普通 GET，没有升级，没有 CRI Exec，由 kubelet 直接读文件。cp 则是对 tar 的一次 exec。'
		}
	},
	{
		n: 10,
		kind: 'wrong',
		articles: long,
		steps: ['rest-storage-map'],
		text: {
			en: 'The subresource is /log, not /logs.',
			zh: '子资源是 /log，不是 /logs。'
		}
	},
	{
		n: 11,
		kind: 'wrong',
		articles: short,
		steps: ['get-pod'],
		text: {
			en: 'kubectl does not wrap curl. It is an HTTP client in Go; -v=9 prints a curl line that would do the same.',
			zh: 'kubectl 并没有封装 curl。它是 Go 写的 HTTP 客户端；-v=9 只是打印等价的 curl 命令。'
		}
	},
	{
		n: 12,
		kind: 'wrong',
		articles: both,
		steps: ['stream-open'],
		text: {
			en: 'No stream is called spdy-error. The header is streamType: error; and a resize stream is missing from the list.',
			zh: '没有名为 spdy-error 的流，头部是 streamType: error；列表还漏了 resize 流。'
		}
	},
	{
		n: 13,
		kind: 'dated',
		articles: long,
		steps: ['pre-init-runtime', 'connect'],
		text: {
			en: 'It says 1.15, but its links and code are from the master of December 2019 to February 2020, that is 1.17 and 1.18.',
			zh: '文中说是 1.15，但链接和代码来自 2019 年 12 月至 2020 年 2 月的 master，即 1.17、1.18。'
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
			en: 'The link to v1alpha2/api.pb.go on master is dead: since 1.26 there is only v1.',
			zh: '指向 master 上 v1alpha2/api.pb.go 的链接已失效：1.26 起只有 v1。'
		}
	},
	{
		n: 17,
		kind: 'dated',
		articles: long,
		steps: ['docker-service'],
		text: {
			en: 'dockershim: deprecated in 1.20, removed in 1.24. The section on it lives on only as cri-dockerd.',
			zh: 'dockershim 在 1.20 弃用，1.24 移除；那一节如今只对应 cri-dockerd。'
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
		}
	},
	{
		n: 20,
		kind: 'damaged',
		articles: long,
		steps: ['pod-storage', 'cri-exec', 'switching-protocols'],
		text: {
			en: 'Names that the translation damaged: rest.ExecREST, storage.PodStorage, remote.RemoteRuntimeService, streamingServer, Switching Protocols, CRUD.',
			zh: '翻译时损坏的名字应为：rest.ExecREST、storage.PodStorage、remote.RemoteRuntimeService、streamingServer、Switching Protocols、CRUD。'
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
	},
	{
		n: 24,
		kind: 'missing',
		articles: both,
		steps: ['stream-open', 'exit-status', 'close', 'resize', 'stdin-close'],
		text: {
			en: 'Not told: the order of the streams and their answers, the JSON on the error stream, the order of closing, resize, and the half-closed stdin.',
			zh: '未讲：流的顺序与应答、error 流上的 JSON、关闭顺序、resize，以及半关闭的 stdin。'
		}
	},
	{
		n: 25,
		kind: 'missing',
		articles: both,
		steps: ['kubelet-exec', 'kubelet-authorize'],
		text: {
			en: 'Not told: where the kubelet’s address and port come from, its TLS, its own authorization, and that both proxies only copy bytes after the 101.',
			zh: '未讲：kubelet 的地址和端口从何而来、它的 TLS 和鉴权，以及 101 之后两个代理只复制字节。'
		}
	},
	{
		n: 26,
		kind: 'missing',
		articles: both,
		steps: ['hijack', 'docker-start-exec', 'docker-inspect-exec'],
		text: {
			en: 'Not told: the hijack, the frames of Docker’s stream, the asking for the exit code, and why 126 and 127 differ. The long article says that it leaves Docker out; the short one, that it does not know the code.',
			zh: '未讲：劫持连接、Docker 流的帧、轮询退出码，以及 126 与 127 的区别。长文说明不涉及 Docker 细节，短文坦言不了解代码层面。'
		}
	},
	{
		n: 27,
		kind: 'missing',
		articles: both,
		steps: ['cache-insert', 'cri-exec', 'stream-open', 'docker-inspect-exec', 'follow-redirect'],
		text: {
			en: 'Not told: the limits. 30 seconds to open the streams, one minute and a thousand tokens, two minutes for CRI, four hours idle, five inspects two seconds apart, ten redirects.',
			zh: '未讲各种限制：开流 30 秒，token 一分钟、一千个，CRI 两分钟，空闲四小时，inspect 五次、每次隔两秒，重定向十次。'
		}
	},
	{
		n: 28,
		kind: 'missing',
		articles: both,
		steps: ['exit-status', 'redirect', 'get-pod'],
		text: {
			en: 'Not told: how it fails. Before the exec request, as an answer to the upgrade, after the 101 on the error stream, or by a connection that dies without a word.',
			zh: '未讲如何失败：在 exec 请求之前、作为对升级的回答、在 101 之后经 error 流，或是连接无声断开。'
		}
	}
];
