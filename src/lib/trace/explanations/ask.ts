import {
	apimachinery,
	apiserver,
	asUpstream,
	clientGo,
	kubernetes,
	newClientGo,
	type Explanation
} from './explanation.ts';
import { portForwardKinds } from './portforward-kinds.ts';

export const ask = {
	'post-exec': {
		title: { en: 'POST exec', zh: 'POST exec' },
		sentence: {
			en: 'kubectl asks to run a command in that container, and to turn this connection over to SPDY, which carries several streams at once.',
			zh: 'kubectl 请求在该容器里执行命令，并要求把这条连接升级为 SPDY：一种能在一条连接上同时跑多个流的协议。'
		},
		future: { en: 'Ask to exec, and to upgrade', zh: '请求 exec 并升级协议' },
		surprise: {
			en: 'The command travels in the URL, a word a parameter. The POST has no body.',
			zh: '命令放在 URL 里，一个词一个参数；这个 POST 没有正文。'
		},
		articles: {
			en: 'The logs of both show this POST with its four protocol headers.',
			zh: '两篇文章的日志都有这个 POST 和四个协议头。'
		},
		reply: {
			sentence: {
				en: 'There is no upgrade: the API server answers this request as ordinary HTTP, and the connection stays what it was.',
				zh: '没有升级：API Server 按普通 HTTP 回答，连接还是原来的连接。'
			},
			surprise: {
				en: 'There is no error stream yet, so the reason travels as the body. Whether it is a Status of the API server or plain text tells who wrote it.',
				zh: '此时还没有 error 流，原因只能放在正文里。正文是 API Server 的 Status 还是纯文本，就能看出是谁写的。'
			}
		},
		simplified: asUpstream,
		fn: ['remotecommand.NewSPDYExecutor', 'spdy.Negotiate', 'POST'],
		source: `${clientGo}tools/remotecommand/remotecommand.go`
	},
	'websocket-exec': {
		title: { en: 'GET exec by WebSocket', zh: '通过 WebSocket 的 GET exec' },
		sentence: {
			en: 'Since 1.30 kubectl asks for a WebSocket first, by GET, to speak version 5 of the stream protocol on it.',
			zh: '1.30 起的 kubectl 会先用 GET 请求一条 WebSocket，在上面使用第 5 版流协议。'
		},
		future: { en: 'Ask to exec by WebSocket', zh: '用 WebSocket 请求 exec' },
		surprise: {
			en: 'In this cluster it crosses every hop and even spends a token, only to be refused at the far end. kubectl then tries again by SPDY, and says nothing.',
			zh: '在这个集群里它会走完每一跳，甚至用掉一个 token，最后在尽头被拒绝；随后 kubectl 悄悄改用 SPDY 重试。'
		},
		reply: {
			sentence: {
				en: 'The WebSocket is refused, so kubectl asks again, by POST and SPDY.',
				zh: 'WebSocket 被拒绝，kubectl 于是改用 POST 和 SPDY 再问一次。'
			},
			surprise: {
				en: 'Below -v=4 kubectl says nothing of it. A failing exec thus reaches the server twice.',
				zh: '-v 低于 4 时 kubectl 对此只字不提。所以一次失败的 exec 会到达服务器两次。'
			}
		},
		simplified: asUpstream,
		fn: ['remotecommand.NewWebSocketExecutor', 'remotecommand.NewFallbackExecutor'],
		source: `${newClientGo}tools/remotecommand/websocket.go`
	},
	authorize: {
		title: { en: 'May you exec?', zh: '有权 exec 吗？' },
		sentence: {
			en: 'The API server checks that this user may “create” pods/exec here, or “get” it if the request is a GET.',
			zh: 'API Server 检查该用户在这里能否 create pods/exec；请求若是 GET，查的则是 get。'
		},
		kinds: [
			portForwardKinds.authorize,
			{
				of: /pods\/log$/,
				sentence: {
					en: 'The API server checks that this user may “get” pods/log here. The right to get the pod itself is not enough.',
					zh: 'API Server 检查该用户在这里能否 get pods/log；仅有查看 Pod 本身的权限还不够。'
				},
				reply: { en: 'Allowed or not.', zh: '允许，或不允许。' }
			}
		],
		future: { en: 'RBAC: may this user exec?', zh: 'RBAC：可以 exec 吗？' },
		surprise: {
			en: 'By WebSocket, that is by GET, the right to “get pods/exec” is enough to run commands. The API server of 1.35 closed that hole.',
			zh: 'WebSocket 用的是 GET，所以只要有 get pods/exec 权限就能执行命令；API Server 到 1.35 才补上这个漏洞。'
		},
		articles: {
			en: 'Neither article mentions this check.',
			zh: '两篇文章都没有提到这项检查。'
		},
		simplified: {
			en: 'The rules are a small table; admission plugins are left out.',
			zh: '规则是一张小表，省略了准入插件。'
		},
		fn: ['WithAuthorization', 'ConnectResource'],
		source: `${apiserver}pkg/endpoints/handlers/rest.go`
	},
	connect: {
		title: { en: 'ExecREST.Connect', zh: 'ExecREST.Connect' },
		sentence: {
			en: 'The storage for pods/exec is asked for a handler, and answers with a proxy to the node of the pod.',
			zh: 'API Server 向 pods/exec 的存储要一个处理器，得到的是一个通往 Pod 所在节点的代理。'
		},
		kinds: [portForwardKinds.connect],
		future: { en: 'Make a proxy for this exec', zh: '为这次 exec 建代理' },
		surprise: {
			en: 'The API server never understands your stream. From the 101 on it copies bytes.',
			zh: 'API Server 从不理解你的流；101 之后它只是复制字节。'
		},
		articles: {
			en: 'The long article makes this its central function on the API server.',
			zh: '长文把它作为 API Server 部分的核心函数。'
		},
		simplified: asUpstream,
		fn: ['ExecREST.Connect', 'newThrottledUpgradeAwareProxyHandler', 'UpgradeAwareHandler'],
		source: `${kubernetes}pkg/registry/core/pod/rest/subresources.go`
	},
	'exec-location': {
		title: { en: 'ExecLocation', zh: 'ExecLocation' },
		sentence: {
			en: 'The API server works out the whole URL on the kubelet of the pod’s node, and checks pod, container and node on the way.',
			zh: 'API Server 算出 Pod 所在节点 kubelet 上的完整 URL，并顺便检查 Pod、容器和节点。'
		},
		future: { en: 'Where is the pod?', zh: 'Pod 在哪里？' },
		surprise: {
			en: 'It does not look whether the container is running. That question waits until the kubelet.',
			zh: '它并不关心容器是否在运行，这个问题要等到 kubelet 才会问。'
		},
		articles: {
			en: 'The long article uses it for one thing: to pick the node.',
			zh: '长文只把它当作挑选节点的一步。'
		},
		simplified: asUpstream,
		fn: ['pod.ExecLocation', 'streamLocation', 'NodeConnectionInfoGetter'],
		source: `${kubernetes}pkg/registry/core/pod/strategy.go`
	},
	'kubelet-exec': {
		title: { en: 'Ask the kubelet', zh: '请求 kubelet' },
		sentence: {
			en: 'The API server opens a TLS connection to the node and sends the same upgrade request to /exec there.',
			zh: 'API Server 与节点建立 TLS 连接，把同样的升级请求发往那里的 /exec。'
		},
		future: { en: 'Ask that node’s kubelet', zh: '请求该节点的 kubelet' },
		surprise: {
			en: 'Your name is gone: the kubelet sees only the API server’s own certificate.',
			zh: '你的身份到此为止：kubelet 只看到 API Server 自己的证书。'
		},
		articles: {
			en: 'The short article has one arrow for this hop, and no more.',
			zh: '短文只用一个箭头带过这一跳。'
		},
		reply: {
			sentence: {
				en: 'The kubelet answers without an upgrade, and the API server copies that to kubectl as it stands.',
				zh: 'kubelet 没有升级，API Server 把它的回答原样转给 kubectl。'
			},
			surprise: {
				en: 'Up to 1.35 kubectl reads the text as YAML first. A line with just one colon and blank in it vanishes: it prints “Error from server: ” and nothing more.',
				zh: '直到 1.35，kubectl 会先把文本当作 YAML 来读。如果整行只有一处“冒号加空格”，文本就会消失，只打印出 “Error from server: ”。'
			}
		},
		simplified: {
			en: 'Each run gets a traceparent header on this hop, to tell runs apart; 1.15 sends none.',
			zh: '这一跳带有用来区分各次运行的 traceparent 头；1.15 不发送它。'
		},
		fn: ['UpgradeAwareHandler.tryUpgrade', 'ConnectWithRedirects'],
		source: `${apimachinery}pkg/util/proxy/upgradeaware.go`
	},
	'kubelet-authorize': {
		title: { en: 'The kubelet asks who', zh: 'kubelet 查验身份' },
		sentence: {
			en: 'The kubelet checks the client certificate, then whether its name may create nodes/proxy (for a GET: get).',
			zh: 'kubelet 先验证客户端证书，再看这个名字是否可以 create nodes/proxy（GET 则是 get）。'
		},
		future: { en: 'Check the certificate', zh: '检查证书' },
		surprise: {
			en: 'On the kubelet every exec is the same permission, nodes/proxy: whoever has it may enter any pod of the node.',
			zh: '在 kubelet 上所有 exec 都是同一个权限 nodes/proxy：有它就能进入该节点的任何 Pod。'
		},
		simplified: {
			en: 'It decides by the name in the certificate; upstream sends a SubjectAccessReview to the API server.',
			zh: '这里按证书里的名字决定；上游会向 API Server 发送 SubjectAccessReview。'
		},
		fn: ['Server.InstallAuthFilter', 'nodeAuthorizerAttributesGetter.GetRequestAttributes'],
		source: `${kubernetes}pkg/kubelet/server/server.go`
	}
} as const satisfies Record<string, Explanation>;
