import type { SeedNote } from './seed-note.ts';

const long = ['long'] as const;
const short = ['short'] as const;
const both = ['long', 'short'] as const;

/** Points 1 to 12: where the articles are wrong. */
export const wrongNotes: readonly SeedNote[] = [
	{
		n: 1,
		kind: 'wrong',
		articles: long,
		steps: ['redirect'],
		text: {
			en: 'True only with --redirect-container-streaming=true, in 1.15 as in 1.18. The log of the article comes from kind, which left it off and has run containerd since 2019: that cluster probably had no dockershim at all.',
			zh: '只有开启 --redirect-container-streaming=true 才成立，1.15 和 1.18 都是如此。文中的日志来自 kind，它没有开启这个选项，而且 2019 年起节点上就是 containerd，所以那个集群很可能根本没有 dockershim。'
		}
	},
	{
		n: 2,
		kind: 'wrong',
		articles: long,
		steps: ['cri-handler'],
		text: {
			en: 'Only in redirect mode, where the shim is mounted at /cri/. In the default mode the streaming server has a listener of its own on localhost, and dockerService.ServeHTTP is not used.',
			zh: '仅限重定向模式，此时 shim 挂在 /cri/。默认模式下流式服务器在 localhost 上有自己的监听，用不到 dockerService.ServeHTTP。'
		}
	},
	{
		n: 3,
		kind: 'wrong',
		articles: long,
		steps: ['debugging-handlers', 'streaming-routes'],
		text: {
			en: 'The long article shows the kubelet’s own /exec/{namespace}/{pod}/{container} a second time, for the token’s route. The token is redeemed at another server, at /exec/{token}: two servers, one word “exec”.',
			zh: '长文讲 token 路由时，又贴了一遍 kubelet 自己的 /exec/{命名空间}/{pod}/{容器}。token 其实由另一个服务器在 /exec/{token} 上兑现：两个服务器，路径都叫 “exec”。'
		}
	},
	{
		n: 4,
		kind: 'wrong',
		articles: long,
		steps: ['cache-insert'],
		text: {
			en: 'That is the lesser reason. The request stays on the server, where nobody can change it, and the token proves that its holder was let in: the streaming server itself asks for nothing else.',
			zh: '这只是次要原因。请求留在服务器上，谁也改不了；token 则证明持有者已经过放行：流式服务器自己不做任何别的认证。'
		}
	},
	{
		n: 5,
		kind: 'wrong',
		articles: long,
		steps: ['pre-init-runtime', 'docker-server'],
		text: {
			en: 'The gRPC server is what NewDockerServer returns; PreInitRuntimeService only makes and starts it, on unix:///var/run/dockershim.sock.',
			zh: '真正的 gRPC 服务端是 NewDockerServer 返回的对象；PreInitRuntimeService 只负责创建并启动它，地址是 unix:///var/run/dockershim.sock。'
		}
	},
	{
		n: 6,
		kind: 'wrong',
		articles: both,
		steps: ['switching-protocols'],
		text: {
			en: 'The API server only copies it. The 101, and the choice of v4.channel.k8s.io in it, are made on the node, by the streaming server. Errors are another matter: those can be the API server’s own.',
			zh: 'API Server 只是照抄。101 以及其中选定的 v4.channel.k8s.io 都出自节点上的流式服务器。错误则不同，有可能就是 API Server 自己给出的。'
		}
	},
	{
		n: 7,
		kind: 'wrong',
		articles: both,
		steps: ['exec-location', 'authorize', 'kubelet-authorize'],
		text: {
			en: 'ExecLocation returns the whole kubelet URL and a transport, with the parameters renamed to input, output, error and tty, and validates the container. And an exec is authorized twice: create pods/exec at the API server, create nodes/proxy at the kubelet.',
			zh: 'ExecLocation 返回完整的 kubelet URL 和传输层，参数改名为 input、output、error、tty，还会校验容器。一次 exec 要鉴权两次：在 API Server 处是 create pods/exec，在 kubelet 处是 create nodes/proxy。'
		},
		at: {
			'exec-location': {
				en: 'It does more than choose a node: a transport comes with the URL, the parameters are renamed to input, output, error and tty, and the container is validated.',
				zh: '它不只是选节点：随 URL 一起返回传输层，参数改名为 input、output、error、tty，还会校验容器。'
			},
			authorize: {
				en: 'This exec is authorized twice. Here it is the user, for “create pods/exec”; the kubelet will ask once more, about the API server.',
				zh: '这次 exec 要鉴权两次。这里查的是用户能否 create pods/exec；之后 kubelet 还会再查一次，查的是 API Server。'
			},
			'kubelet-authorize': {
				en: 'Neither article mentions authorization. This is the second one of the exec, of the API server; the first was of the user, for “create pods/exec”.',
				zh: '两篇文章都没有提到鉴权。这是这次 exec 的第二次鉴权，查的是 API Server；第一次查的是用户能否 create pods/exec。'
			}
		}
	},
	{
		n: 8,
		kind: 'wrong',
		articles: long,
		steps: ['cri-exec'],
		text: {
			en: 'The link for the nested service shows where the remote service is made. It is wrapped elsewhere, by newInstrumentedRuntimeService in kuberuntime_manager.go.',
			zh: '文中讲“嵌套”服务时，链接指到了创建远程服务的地方；真正把它包起来的是 kuberuntime_manager.go 里的 newInstrumentedRuntimeService。'
		}
	},
	{
		n: 9,
		kind: 'wrong',
		articles: long,
		steps: ['debugging-handlers', 'kubelet-request'],
		text: {
			en: 'The long article ends by saying that attach, port-forward and logs work alike. logs does not: a plain GET, no upgrade, no CRI Exec, no streaming server; the kubelet reads a file. cp is an exec of tar.',
			zh: '长文结尾把 attach、port-forward 和 logs 归为同一种做法。logs 其实不同：只是普通 GET，没有升级，没有 CRI Exec，也不经过流式服务器，由 kubelet 直接读文件。cp 则是对 tar 的一次 exec。'
		}
	},
	{
		n: 10,
		kind: 'wrong',
		articles: long,
		steps: ['rest-storage-map'],
		text: {
			en: 'Among its examples of subresources the long article has /logs. The real one is /log, as in this map.',
			zh: '长文举的子资源例子里有 /logs，真实的名字是 /log，正如这个 map 所写。'
		}
	},
	{
		n: 11,
		kind: 'wrong',
		articles: short,
		steps: ['get-pod'],
		text: {
			en: 'kubectl does not wrap curl, as the short article has it. It is an HTTP client of its own, in Go; -v=9 only prints a curl line that would do the same.',
			zh: 'kubectl 并不像短文说的那样封装 curl，它自己就是用 Go 写的 HTTP 客户端；-v=9 只是打印一条等价的 curl 命令。'
		}
	},
	{
		n: 12,
		kind: 'wrong',
		articles: both,
		steps: ['stream-open'],
		text: {
			en: 'No stream is called spdy-error: the header says streamType: error. And a resize stream is missing from the list.',
			zh: '没有名为 spdy-error 的流，头里写的是 streamType: error；列表还漏了 resize 流。'
		}
	}
];
