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
			en: 'True only with --redirect-container-streaming=true, in 1.15 as in 1.18. The log of the article comes from kind, which used the default and has run containerd since mid-2019: that cluster probably had no dockershim at all.',
			zh: '只有开启 --redirect-container-streaming=true 才成立，1.15 和 1.18 都是如此。文中的日志来自 kind，它用的是默认值，2019 年中起就运行 containerd，所以那个集群很可能根本没有 dockershim。'
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
			en: 'The long article shows the kubelet’s own /exec/{namespace}/{pod}/{container} a second time, for the token’s route. The token is served by another server, at /exec/{token}: two servers, one word “exec”.',
			zh: '长文讲 token 路由时，又贴了一遍 kubelet 自己的 /exec/{命名空间}/{pod}/{容器}。提供 token 的其实是另一个服务器的 /exec/{token}：两个服务器，都叫 “exec”。'
		}
	},
	{
		n: 4,
		kind: 'wrong',
		articles: long,
		steps: ['cache-insert'],
		text: {
			en: 'That is the lesser reason. The request stays on the server, where nobody can change it, and the token proves that its holder was let in; the streaming server authenticates by nothing else.',
			zh: '这只是次要原因。请求留在服务器上，谁也改不了；token 证明持有者是被放行的，流式服务器不做别的认证。'
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
			en: 'It only copies it. The 101, and the choice of v4.channel.k8s.io in it, were made two hops behind it: past the kubelet, in the streaming server. Errors are another matter: those can be the API server’s own.',
			zh: 'API Server 只是复制。101 以及其中选定的 v4.channel.k8s.io 产生在它身后两跳：经过 kubelet，在流式服务器里。错误则不同，可能就是 API Server 自己的。'
		}
	},
	{
		n: 7,
		kind: 'wrong',
		articles: both,
		steps: ['exec-location', 'authorize', 'kubelet-authorize'],
		text: {
			en: 'ExecLocation returns the whole kubelet URL and a transport, with the parameters renamed to input, output, error and tty, and validates the container. And there are two authorizations on the way: create pods/exec at the API server, create nodes/proxy at the kubelet.',
			zh: 'ExecLocation 返回完整的 kubelet URL 和传输层，参数改名为 input、output、error、tty，还会校验容器。一路上有两次鉴权：API Server 处的 create pods/exec 和 kubelet 处的 create nodes/proxy。'
		},
		at: {
			'exec-location': {
				en: 'It does more than choose a node: a transport comes with the URL, the parameters are renamed to input, output, error and tty, and the container is validated.',
				zh: '它不只是选节点：随 URL 一起返回传输层，参数改名为 input、output、error、tty，还会校验容器。'
			},
			authorize: {
				en: 'There are two authorizations on the way. This is the first, of the user: create pods/exec. The kubelet makes the other.',
				zh: '一路上有两次鉴权。这是第一次，针对用户：create pods/exec。另一次在 kubelet。'
			},
			'kubelet-authorize': {
				en: 'Neither article mentions authorization. This is the second on the way, of the API server; the first was of the user, create pods/exec.',
				zh: '两篇文章都没有提到鉴权。这是途中的第二次，针对 API Server；第一次针对用户，是 create pods/exec。'
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
			zh: '说明“嵌套”服务的链接指向远程服务的创建处。真正的包装在 kuberuntime_manager.go 的 newInstrumentedRuntimeService。'
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
			en: 'The article’s example of a subresource is /log, not /logs.',
			zh: '文中举例的子资源是 /log，不是 /logs。'
		}
	},
	{
		n: 11,
		kind: 'wrong',
		articles: short,
		steps: ['get-pod'],
		text: {
			en: 'kubectl does not wrap curl, as the short article has it. It is an HTTP client of its own, in Go; -v=9 only prints a curl line that would do the same.',
			zh: '短文说 kubectl 封装了 curl，其实没有。它是自带的 Go HTTP 客户端；-v=9 只是打印一条等价的 curl 命令。'
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
	}
];
