import type { Kind } from './explanation.ts';

/** What a port-forward says of the steps that it shares with other verbs. */
export const portForwardKinds = {
	authorize: {
		of: /pods\/portforward$/,
		title: { en: 'May you forward ports?', zh: '有权转发端口吗？' },
		sentence: {
			en: 'The API server checks that this user may “create” pods/portforward here, or “get” it if the request is a GET.',
			zh: 'API Server 检查该用户在这里能否 create pods/portforward；请求若是 GET，查的则是 get。'
		},
		surprise: {
			en: 'The right is to the pod, not to a port: who has it reaches every port in there, also one that listens on localhost only.',
			zh: '这个权限针对 Pod，而不是某个端口：有了它就能访问里面的所有端口，包括只监听 localhost 的。'
		}
	},
	connect: {
		of: /^PortForwardREST/,
		title: { en: 'PortForwardREST.Connect', zh: 'PortForwardREST.Connect' },
		sentence: {
			en: 'The storage for pods/portforward is asked for a handler, and answers with a proxy to the node of the pod.',
			zh: 'API Server 向 pods/portforward 的存储要一个处理器，得到的是一个通往 Pod 所在节点的代理。'
		}
	},
	streamOpen: {
		of: / port=/,
		sentence: {
			en: 'Somebody connected to kubectl’s local port. kubectl opens two streams for that connection: error, then data. Both name the port in the pod and share a request id.',
			zh: '有人连接了 kubectl 的本地端口。kubectl 为这条连接打开两个流：先 error，后 data。它们都写明 Pod 里的端口，并共用一个请求号。'
		},
		surprise: {
			en: 'kubectl half-closes the error stream at once: it only wants to read there. The port in the pod is connected to when both streams have come.',
			zh: 'kubectl 马上半关闭 error 流，因为它只想从那里读。两个流都到齐之后，才会去连接 Pod 里的端口。'
		}
	},
	io: {
		of: /^port \d+ /,
		sentence: {
			en: 'A chunk of a forwarded connection, as it was read where it came from. It crosses every socket as far as the streaming server; between that and the port, a pipe carries it.',
			zh: '被转发的连接上的一块数据，按源头读到时的样子记录。它会穿过到流式服务器为止的每个套接字；流式服务器与端口之间则由管道传送。'
		},
		surprise: {
			en: 'SPDY here has no window of its own for a stream: one slow reader makes all connections of this port-forward wait.',
			zh: '这里的 SPDY 没有单个流的窗口：只要有一方读得慢，这次端口转发的所有连接都得等。'
		}
	},
	close: {
		of: /^FIN /,
		sentence: {
			en: 'One forwarded connection is over: the streaming server finishes its two streams. The port-forward itself goes on.',
			zh: '一条被转发的连接结束了：流式服务器结束它的两个流。端口转发本身仍在继续。'
		},
		surprise: null
	}
} as const satisfies Record<string, Kind>;
