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
				zh: '未讲：退出码究竟怎么回来。'
			},
			close: { en: 'Not told: the order of closing.', zh: '未讲：关闭的顺序。' },
			resize: {
				en: 'Not told: that there is such a stream at all.',
				zh: '未讲：竟还有这样一个流。'
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
			en: 'Not told: where the kubelet’s address and port come from, the node’s status, its TLS, its own authorization, and that both proxies only copy bytes after the 101.',
			zh: '未讲：kubelet 的地址和端口从何而来（节点的 status）、它的 TLS 和鉴权，以及 101 之后两个代理只复制字节。'
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
				en: 'Not told: this asking, and why 126 and 127 differ. 126 is Docker’s own, for a program that it could not start; 127 is a shell’s, for one that it did not find.',
				zh: '未讲：这次询问，以及 126 与 127 的区别。126 是 Docker 自己的，表示程序没能启动；127 是 shell 的，表示没找到程序。'
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
				en: 'Not told: a token lives for one minute, and at most a thousand wait.',
				zh: '未讲：token 有效一分钟，最多一千个在等。'
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
		steps: ['get-pod', 'redirect', 'exit-status', 'close'],
		text: {
			en: 'Not told: how it fails. Before the exec request, as an answer to the upgrade, after the 101 on the error stream, or by a connection that dies without a word.',
			zh: '未讲如何失败：在 exec 请求之前、作为对升级的回答、在 101 之后经 error 流，或是连接无声断开。'
		},
		at: {
			'get-pod': {
				en: 'Not told: how it fails. The first way is here, before any exec request: the pod is not there, has ended, or is not yours to read.',
				zh: '未讲如何失败。第一种就在这里，还没有 exec 请求：Pod 不存在、已结束，或你无权读取。'
			},
			redirect: {
				en: 'Not told: the kubelet may refuse here instead. That is the second way to fail, as an answer to the upgrade: kubectl prints “unable to upgrade connection” and the kubelet’s text.',
				zh: '未讲：kubelet 也可能在此拒绝。这是第二种失败，作为对升级的回答：kubectl 打印 “unable to upgrade connection” 和 kubelet 的文字。'
			},
			'exit-status': {
				en: 'Not told: the third way to fail, after the 101. The reason then stands here, as an InternalError in the place of an exit code.',
				zh: '未讲第三种失败：在 101 之后。这时原因写在这里，以 InternalError 代替退出码。'
			},
			close: {
				en: 'Not told: the fourth way to fail. A connection may die here without a word.',
				zh: '未讲第四种失败：连接可能在此无声断开。'
			}
		}
	}
];
