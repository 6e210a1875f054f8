import {
	apimachinery,
	asUpstream,
	clientGo,
	kubernetes,
	moby,
	spdyPings,
	type Explanation
} from './explanation.ts';
import { portForwardKinds } from './portforward-kinds.ts';

export const talk = {
	io: {
		title: { en: 'Bytes', zh: '字节' },
		sentence: {
			en: 'One chunk, as it was read where it came from; it crosses every socket of the path.',
			zh: '一块数据，按源头读到时的样子记录；它会穿过沿途的每个套接字。'
		},
		kinds: [
			portForwardKinds.io,
			{
				of: /^log /,
				sentence: {
					en: 'A piece of the log, as the kubelet read it from the file; it crosses two HTTP bodies on its way to kubectl.',
					zh: '日志的一段，按 kubelet 从文件里读到的样子记录；去往 kubectl 的路上，它会穿过两个 HTTP 正文。'
				},
				reply: { en: 'Nobody answers it.', zh: '没有应答。' }
			}
		],
		future: { en: 'Bytes, both ways', zh: '双向的字节' },
		surprise: {
			en: 'stdout and stderr have no common order: each stream keeps its own.',
			zh: 'stdout 和 stderr 之间没有共同的顺序，各自只保证自己的顺序。'
		},
		simplified: asUpstream,
		fn: ['stdcopy.StdCopy', 'holdHijackedConnection'],
		source: `${moby}pkg/stdcopy/stdcopy.go`
	},
	resize: {
		title: { en: 'The window changed', zh: '窗口大小变了' },
		sentence: {
			en: 'kubectl tells the new size of your window on a stream of its own, as one line of JSON.',
			zh: 'kubectl 在一个专门的流上，用一行 JSON 告知窗口的新大小。'
		},
		future: { en: 'The size of your window', zh: '窗口大小' },
		surprise: {
			en: 'The first comes at once, before any window has changed: it tells the shell how large it is to begin with. Docker hears of it only when the exec has started.',
			zh: '第一条会立刻发出，这时窗口还没有变过：它告诉 shell 一开始有多大。要等 exec 启动之后，它才会传到 Docker。'
		},
		simplified: asUpstream,
		fn: ['streamProtocolV3.handleResizes', 'kubeDockerClient.ResizeExecTTY'],
		source: `${clientGo}tools/remotecommand/v3.go`
	},
	'stdin-close': {
		title: { en: 'End of input', zh: '输入结束' },
		sentence: {
			en: 'kubectl has read all its input and half-closes the stdin stream: an empty frame with the FIN flag.',
			zh: 'kubectl 读完了输入，半关闭 stdin 流：一个带 FIN 标志的空帧。'
		},
		future: { en: 'No more input', zh: '没有更多输入' },
		surprise: {
			en: 'The rest stays open. That is how cat can end by itself and still answer.',
			zh: '其余部分仍然开着，所以 cat 能自行结束并把结果送回来。'
		},
		simplified: asUpstream,
		fn: ['streamProtocolV2.copyStdin'],
		source: `${clientGo}tools/remotecommand/v2.go`
	},
	ping: {
		title: { en: 'Ping', zh: 'Ping' },
		sentence: {
			en: 'kubectl asks every five seconds whether the other end still lives, and gets the same frame back.',
			zh: 'kubectl 每五秒问一次对端是否还在，对端把同一帧送回。'
		},
		future: { en: 'Still there?', zh: '还在吗？' },
		surprise: {
			en: 'Only since 1.21. Before, an idle session ended silently after four hours, with exit code 0.',
			zh: '1.21 起才有。此前闲置四小时的会话会悄悄结束，退出码还是 0。'
		},
		reply: {
			sentence: {
				en: 'The same number comes back: the other end lives.',
				zh: '同一个编号送了回来：对端还在。'
			}
		},
		simplified: asUpstream,
		fn: ['spdy.connection.sendPings'],
		source: spdyPings
	}
} as const satisfies Record<string, Explanation>;

export const end = {
	'process-exit': {
		title: { en: 'The process ends', zh: '进程结束' },
		sentence: {
			en: 'The command has ended; the engine keeps its exit code.',
			zh: '命令结束了，引擎记下退出码。'
		},
		future: { en: 'Your command ends', zh: '你的命令结束' },
		surprise: {
			en: 'Docker’s stream says nothing of it. Whoever wants the code has to ask.',
			zh: 'Docker 的流里没有退出码，想知道就得再问一次。'
		},
		simplified: {
			en: 'The engine is ours: it waits for the process itself; Docker is told by containerd.',
			zh: '引擎是我们自己的，由它直接等待进程结束；Docker 则由 containerd 告知。'
		},
		fn: ['Daemon.ProcessEvent'],
		source: `${moby}daemon/monitor.go`
	},
	'docker-inspect-exec': {
		title: { en: 'Docker: how did it end?', zh: 'Docker：结果如何？' },
		sentence: {
			en: 'The stream is over, so the shim asks Docker for the exit code, again and again while the process still runs.',
			zh: '流结束了，shim 向 Docker 询问退出码；只要进程还在运行就再问。'
		},
		future: { en: 'Ask for the exit code', zh: '询问退出码' },
		surprise: {
			en: 'If it still runs at the last time of asking, the shim gives up and reports success.',
			zh: '若最后一次询问时仍在运行，shim 会放弃并报告成功。'
		},
		reply: {
			sentence: {
				en: 'Docker says whether the process still runs and, if not, with which code it ended.',
				zh: 'Docker 回答进程是否还在运行；如果已结束，退出码是多少。'
			},
			surprise: {
				en: 'While it runs the code is null, and Go reads null as 0. So the shim must look at Running first.',
				zh: '运行期间退出码是 null，而 Go 会把 null 读成 0，所以必须先看 Running。'
			},
			simplified: {
				en: 'The engine is ours: it answers as a Docker 20.10 does.',
				zh: '引擎是我们自己的，按 Docker 20.10 的方式应答。'
			}
		},
		simplified: asUpstream,
		fn: ['NativeExecHandler.ExecInContainer', 'kubeDockerClient.InspectExec'],
		source: `${kubernetes}pkg/kubelet/dockershim/exec.go`
	},
	'exit-status': {
		title: { en: 'The exit status', zh: '退出状态' },
		sentence: {
			en: 'The streaming server writes one JSON Status on the error stream; kubectl ends with the code in it.',
			zh: '流式服务器在 error 流上写一个 JSON Status，kubectl 以其中的退出码结束。'
		},
		future: { en: 'The exit code, as JSON', zh: '以 JSON 表示的退出码' },
		surprise: {
			en: 'If the connection ends before this comes, kubectl says nothing and ends with 0, as if all were well.',
			zh: '如果连接在它到来之前就断了，kubectl 什么也不说，以 0 结束，仿佛一切正常。'
		},
		simplified: asUpstream,
		fn: ['remotecommand.ServeExec', 'v4WriteStatusFunc', 'errorDecoderV4'],
		source: `${kubernetes}pkg/kubelet/server/remotecommand/httpstream.go`
	},
	close: {
		title: { en: 'Close', zh: '关闭' },
		sentence: {
			en: 'The streams are reset (RST_STREAM), the connection says goodbye (GOAWAY), and each program on the way closes both its sides.',
			zh: '各个流被重置（RST_STREAM），连接道别（GOAWAY），沿途的每个程序关闭自己的两侧。'
		},
		kinds: [portForwardKinds.close],
		future: { en: 'Close everything', zh: '关闭一切' },
		surprise: {
			en: 'The server never half-closes stdout. It is a reset that ends kubectl’s reading.',
			zh: '服务器从不半关闭 stdout，让 kubectl 停止读取的是一次重置。'
		},
		simplified: asUpstream,
		fn: ['spdy.connection.Close', 'RST_STREAM', 'GOAWAY'],
		source: `${apimachinery}pkg/util/httpstream/spdy/connection.go`
	}
} as const satisfies Record<string, Explanation>;
