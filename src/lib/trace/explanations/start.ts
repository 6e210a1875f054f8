import {
	apimachinery,
	asUpstream,
	clientGo,
	kubernetes,
	moby,
	type Explanation
} from './explanation.ts';
import { portForwardKinds } from './portforward-kinds.ts';

export const start = {
	'token-consume': {
		title: { en: 'Spend the token', zh: '用掉 token' },
		sentence: {
			en: 'The streaming server takes the request out of its cache. The token is worth nothing from here on.',
			zh: '流式服务器从缓存里取出请求，token 从此作废。'
		},
		future: { en: 'Spend the token', zh: '用掉 token' },
		surprise: {
			en: 'Used, expired, or never issued: the answer is the same 404, so that nobody can learn which.',
			zh: '用过、过期或从未签发，回答都是同样的 404，谁也分不清是哪一种。'
		},
		articles: {
			en: 'The long article tells what the token is good for, but not that it is so only once.',
			zh: '长文讲了 token 的用途，没讲它只能用一次。'
		},
		simplified: asUpstream,
		fn: ['requestCache.Consume'],
		source: `${kubernetes}pkg/kubelet/server/streaming/request_cache.go`
	},
	'serve-exec': {
		title: { en: 'serveExec', zh: 'serveExec' },
		sentence: {
			en: 'The streaming server agrees on a stream protocol and gets ready to take the streams.',
			zh: '流式服务器协商流协议，并准备接收各个流。'
		},
		future: { en: 'Agree on a protocol', zh: '协商协议' },
		articles: {
			en: 'The long article ends at remotecommand.ServeExec and cuts its branches.',
			zh: '长文止于 remotecommand.ServeExec，并省略了其中的分支。'
		},
		simplified: asUpstream,
		fn: ['serveExec', 'remotecommand.ServeExec', 'createStreams'],
		source: `${kubernetes}pkg/kubelet/server/remotecommand/exec.go`
	},
	'switching-protocols': {
		title: { en: '101 Switching Protocols', zh: '101 Switching Protocols' },
		sentence: {
			en: 'The streaming server agrees to upgrade. Kubelet and API server pass its answer back as it is; from now on they only copy bytes.',
			zh: '流式服务器同意升级。kubelet 和 API Server 把它的回答原样传回，从此只复制字节。'
		},
		future: { en: 'Agree to upgrade', zh: '同意升级' },
		surprise: {
			en: 'Only two ends speak SPDY: kubectl and the streaming server. The two programs between are a wire.',
			zh: '真正讲 SPDY 的只有两端：kubectl 和流式服务器；中间两个程序只是一根线。'
		},
		articles: {
			en: 'Both credit the API server with the 101.',
			zh: '两篇文章都把这个 101 算在 API Server 头上。'
		},
		simplified: {
			en: 'The kubelet copies bytes here because the streaming server is a program of its own. Upstream, in redirect mode, it sits inside the kubelet, and only the API server copies.',
			zh: '这里流式服务器是独立程序，所以 kubelet 也要复制字节；上游的重定向模式下，它就在 kubelet 里面，复制的只有 API Server。'
		},
		fn: ['httpstream.Handshake', 'responseUpgrader.UpgradeResponse'],
		source: `${apimachinery}pkg/util/httpstream/spdy/upgrade.go`
	},
	'stream-open': {
		title: { en: 'Open a stream', zh: '打开一个流' },
		sentence: {
			en: 'kubectl opens the streams one by one: error, stdin (with -i), stdout, then stderr or, with a terminal, resize.',
			zh: 'kubectl 逐个打开流：error、stdin（用了 -i 时）、stdout，最后是 stderr；有终端时则是 resize。'
		},
		kinds: [portForwardKinds.streamOpen],
		future: { en: 'Open the streams', zh: '打开各个流' },
		surprise: {
			en: 'Each waits for its answer before the next is asked for: a round trip a stream. The server starts the command only when all are there.',
			zh: '每个流都要等到应答才开下一个：一个流一个往返。全部到齐后服务器才启动命令。'
		},
		articles: {
			en: 'Both list the streams as stdin, stdout, stderr and spdy-error.',
			zh: '两篇文章都列为 stdin、stdout、stderr、spdy-error。'
		},
		reply: {
			sentence: {
				en: 'The streaming server says yes with the same number: this stream is open.',
				zh: '流式服务器用同一个编号应答：这个流开了。'
			},
			surprise: {
				en: 'The numbers are odd because kubectl opens the streams. Even ones are the server’s, and it never opens any.',
				zh: '编号都是奇数，因为流由 kubectl 打开。偶数属于服务器，而它从不主动开流。'
			}
		},
		simplified: asUpstream,
		fn: ['streamProtocolV4.createStreams', 'streamProtocolV2.createStreams', 'SYN_STREAM'],
		source: `${clientGo}tools/remotecommand/v2.go`
	},
	'docker-create-exec': {
		title: { en: 'Docker: create an exec', zh: 'Docker：创建 exec' },
		sentence: {
			en: 'The shim tells Docker what to run and which streams to attach, and gets an exec id.',
			zh: 'shim 告诉 Docker 要运行什么、接哪些流，得到一个 exec ID。'
		},
		future: { en: 'Create the exec in Docker', zh: '在 Docker 中创建 exec' },
		surprise: {
			en: 'Still nothing runs. Docker does not even look whether the program exists.',
			zh: '仍然什么都没运行，Docker 甚至不看程序是否存在。'
		},
		articles: {
			en: 'To the long article ExecInContainer is the heart of it all; it shows the start of the exec and cuts this, its creation.',
			zh: '长文视 ExecInContainer 为核心，展示了启动 exec 的部分，却略去了这里的创建。'
		},
		reply: {
			sentence: {
				en: 'Docker answers with an id of 64 hexadecimal digits, for an exec that has not begun.',
				zh: 'Docker 返回 64 位十六进制的 ID，代表一个还没开始的 exec。'
			},
			surprise: {
				en: 'It stays good only as long as the container runs: when that stops, Docker forgets its execs.',
				zh: '它只在容器运行期间有效：容器一停，Docker 就忘了它的 exec。'
			},
			simplified: {
				en: 'The engine is ours: it answers as a Docker 20.10 does.',
				zh: '引擎是我们自己的，按 Docker 20.10 的方式应答。'
			}
		},
		simplified: asUpstream,
		fn: ['NativeExecHandler.ExecInContainer', 'ExecHandler', 'kubeDockerClient.CreateExec'],
		source: `${kubernetes}pkg/kubelet/dockershim/exec.go`
	},
	'docker-start-exec': {
		title: { en: 'Docker: start it', zh: 'Docker：启动' },
		sentence: {
			en: 'The shim starts the exec, and asks Docker for the connection itself: Upgrade: tcp.',
			zh: 'shim 启动 exec，并向 Docker 要走这条连接本身：Upgrade: tcp。'
		},
		future: { en: 'Start it, and take the connection', zh: '启动并接管连接' },
		articles: {
			en: 'The long article follows the code to StartExec: here, it says, the kubelet has arrived at Docker.',
			zh: '长文把代码追到 StartExec 为止，认为 kubelet 到这里才真正找上 Docker。'
		},
		reply: {
			sentence: {
				en: 'Docker keeps to HTTP here: it refuses, or it starts without an upgrade and the streams follow as the body.',
				zh: '这里 Docker 没有离开 HTTP：要么拒绝，要么不升级就启动，流作为正文跟在后面。'
			},
			surprise: {
				en: 'A program that cannot be found is no refusal. Docker starts the stream and writes the error on stdout.',
				zh: '找不到程序并不算拒绝：Docker 照样开始流，把错误写到 stdout。'
			},
			simplified: {
				en: 'The engine is ours: it answers as a Docker 20.10 does.',
				zh: '引擎是我们自己的，按 Docker 20.10 的方式应答。'
			}
		},
		simplified: asUpstream,
		fn: ['StartExec', 'kubeDockerClient.StartExec'],
		source: `${kubernetes}pkg/kubelet/dockershim/libdocker/kube_docker_client.go`
	},
	hijack: {
		title: { en: 'Hijack', zh: '劫持连接' },
		sentence: {
			en: 'Docker answers 101 and stops speaking HTTP: what follows are the streams of the process.',
			zh: 'Docker 回答 101 后不再讲 HTTP，接下来就是进程的流。'
		},
		future: { en: 'Docker lets go of HTTP', zh: 'Docker 不再讲 HTTP' },
		surprise: {
			en: 'Without a terminal each chunk has eight bytes before it: which stream, and how long. With one there is nothing but the bytes.',
			zh: '没有终端时，每块前面有八个字节：哪个流、多长；有终端时只有字节本身。'
		},
		simplified: {
			en: 'Our engine answers as a Docker 20.10 does.',
			zh: '我们的引擎按 Docker 20.10 的方式应答。'
		},
		fn: ['holdHijackedConnection', 'postContainerExecStart'],
		source: `${moby}api/server/router/container/exec.go`
	},
	'process-start': {
		title: { en: 'The process starts', zh: '进程启动' },
		sentence: {
			en: 'A new process joins the container’s namespaces. Your command runs.',
			zh: '一个新进程加入容器的命名空间，你的命令开始运行。'
		},
		future: { en: 'Your command starts', zh: '你的命令启动' },
		surprise: {
			en: 'It is not a child of the container’s first process. It only sees the same files, network and processes.',
			zh: '它不是容器里 1 号进程的子进程，只是看到同样的文件、网络和进程。'
		},
		simplified: {
			en: 'Started by nsenter with all capabilities dropped; Docker asks runc. The files are the host’s /usr, read-only.',
			zh: '由 nsenter 启动，并去掉全部 capability；Docker 用的是 runc。文件来自宿主机只读的 /usr。'
		},
		fn: ['Daemon.ContainerExecStart'],
		source: `${moby}daemon/exec.go`
	}
} as const satisfies Record<string, Explanation>;
