import type { SeedNote } from './seed-note.ts';

const both = ['long', 'short'] as const;

/** Points 24 to 28: what the articles do not tell. */
export const missingNotes: readonly SeedNote[] = [
	{
		n: 24,
		kind: 'missing',
		articles: both,
		steps: ['stream-open', 'exit-status', 'close', 'resize', 'stdin-close'],
		text: {
			en: 'Not told: the order of the streams and their answers, the JSON on the error stream, the order of closing, resize, and the half-closed stdin.',
			zh: '未讲：流的顺序与应答、error 流上的 JSON、关闭顺序、resize，以及半关闭的 stdin。'
		},
		at: {
			'stream-open': {
				en: 'Not told: this order, and the answers.',
				zh: '未讲：这个顺序，以及应答。'
			},
			'exit-status': {
				en: 'Not told: how the exit code comes back at all.',
				zh: '未讲：退出码究竟是怎么传回来的。'
			},
			close: { en: 'Not told: the order of closing.', zh: '未讲：关闭的顺序。' },
			resize: {
				en: 'Not told: that there is such a stream at all.',
				zh: '未讲：原来还有这样一个流。'
			},
			'stdin-close': {
				en: 'Not told: that one direction can end before the other.',
				zh: '未讲：一个方向可以先于另一个结束。'
			}
		}
	},
	{
		n: 25,
		kind: 'missing',
		articles: both,
		steps: ['kubelet-exec'],
		text: {
			en: 'Not told: where the kubelet’s address and port come from (the node’s status), how TLS is spoken to it, its own authorization, and that whoever stands between only copies bytes after the 101. Without --kubelet-certificate-authority the API server does not even check the kubelet’s certificate.',
			zh: '未讲：kubelet 的地址和端口从何而来（节点的 status）、与它之间的 TLS、它自己的鉴权，以及 101 之后中间的程序只复制字节。如果没有设置 --kubelet-certificate-authority，API Server 甚至不会校验 kubelet 的证书。'
		}
	},
	{
		n: 26,
		kind: 'missing',
		articles: both,
		steps: ['docker-start-exec', 'hijack', 'docker-inspect-exec'],
		text: {
			en: 'Not told: the hijack, the frames of Docker’s stream, the asking for the exit code, and why 126 and 127 differ. The long article says that it leaves Docker out; the short one, that it does not know the code.',
			zh: '未讲：劫持连接、Docker 流的帧、轮询退出码，以及 126 与 127 的区别。长文说明不涉及 Docker 细节，短文坦言不了解代码层面。'
		},
		at: {
			'docker-start-exec': {
				en: 'From here on both are silent: the long one says that it leaves Docker’s side out, the short one that it does not know the code.',
				zh: '从这里起两篇都不再讲：长文说明不涉及 Docker 一侧，短文坦言不了解代码层面。'
			},
			hijack: {
				en: 'Not told: the hijack, and the frames of Docker’s stream.',
				zh: '未讲：劫持连接，以及 Docker 流的帧。'
			},
			'docker-inspect-exec': {
				en: 'Not told: this asking, and why 126 and 127 differ. Up to Docker 20.10, 126 is Docker’s own, for a program that it could not start; 127 is a shell’s, for one that it did not find.',
				zh: '未讲：这次询问，以及 126 与 127 的区别。在 Docker 20.10 及以前，126 出自 Docker 自己，表示程序没能启动；127 出自 shell，表示没找到程序。'
			}
		}
	},
	{
		n: 27,
		kind: 'missing',
		articles: both,
		steps: ['cache-insert', 'cri-exec', 'stream-open', 'docker-inspect-exec', 'follow-redirect'],
		text: {
			en: 'Not told: the limits. 30 seconds to open the streams, one minute and a thousand tokens, two minutes for CRI, four hours idle, five inspects two seconds apart, nine redirects.',
			zh: '未讲各种限制：开流 30 秒，token 一分钟、一千个，CRI 两分钟，空闲四小时，inspect 五次、每次隔两秒，重定向九次。'
		},
		at: {
			'cache-insert': {
				en: 'Not told: a token lives for one minute, and at most a thousand may wait at a time.',
				zh: '未讲：token 有效期一分钟，同时最多一千个等待使用。'
			},
			'cri-exec': {
				en: 'Not told: the kubelet waits two minutes for the runtime.',
				zh: '未讲：kubelet 最多等运行时两分钟。'
			},
			'stream-open': {
				en: 'Not told: all streams must be open within 30 seconds, and four hours without a frame end the session.',
				zh: '未讲：所有流须在 30 秒内打开；四小时没有一帧，会话就结束。'
			},
			'docker-inspect-exec': {
				en: 'Not told: it asks five times at most, two seconds apart.',
				zh: '未讲：最多问五次，每次相隔两秒。'
			},
			'follow-redirect': {
				en: 'Not told: nine redirects are followed at most; the tenth is an error.',
				zh: '未讲：最多跟随九次重定向，第十次就报错。'
			}
		}
	},
	{
		n: 28,
		kind: 'missing',
		articles: both,
		steps: ['get-pod', 'kubelet-exec', 'exit-status', 'close'],
		text: {
			en: 'Not told: how it fails. Before the exec request, as an answer to the upgrade, after the 101 on the error stream, or by a connection that dies without a word.',
			zh: '未讲如何失败：在 exec 请求之前、作为对升级的回答、在 101 之后经 error 流，或是连接无声断开。'
		},
		at: {
			'get-pod': {
				en: 'Not told: how an exec fails. There are four ways. The first is here, before any exec request: the pod is not there, has ended, or is not yours to read.',
				zh: '未讲 exec 会怎样失败。失败有四种，第一种就在这里，还没有发出 exec 请求：Pod 不存在、已结束，或你无权读取。'
			},
			'kubelet-exec': {
				en: 'Not told: the second way to fail, as an answer to the upgrade. If the kubelet or the streaming server refuses, kubectl prints “unable to upgrade connection” and its text; the API server’s own refusals read “Error from server”, up to kubectl 1.35.',
				zh: '未讲第二种失败：作为对升级请求的回答。如果是 kubelet 或流式服务器拒绝，kubectl 打印 “unable to upgrade connection” 和它给出的文字；如果是 API Server 自己拒绝，直到 kubectl 1.35 都是 “Error from server”。'
			},
			'exit-status': {
				en: 'Not told: the third way to fail, after the 101. What stands here then is the reason, as an InternalError, instead of an exit code.',
				zh: '未讲第三种失败：发生在 101 之后。这时这里写的不是退出码，而是失败原因，类型为 InternalError。'
			},
			close: {
				en: 'Not told: the fourth way to fail. A connection may die before it comes to this, without a word.',
				zh: '未讲第四种失败：连接可能不等走到这里就无声断开。'
			}
		}
	}
];
