import {
	apimachinery,
	apiserver,
	asUpstream,
	clientGo,
	kubernetes,
	type Explanation
} from './explanation.ts';

export const find = {
	discovery: {
		title: { en: 'What is a pod here?', zh: '这里的 pod 是什么？' },
		sentence: {
			en: 'kubectl asks the server which resources it has, to turn the word “pods” into a path.',
			zh: 'kubectl 先问服务器有哪些资源，才能把 “pods” 这个词换成路径。'
		},
		future: { en: 'What resources are there?', zh: '有哪些资源？' },
		surprise: {
			en: 'You see it once. kubectl keeps the answers on disk for ten minutes; the articles’ logs have no trace of it.',
			zh: '只会看到一次：kubectl 会把答案在磁盘上缓存十分钟，所以两篇文章的日志里都没有它。'
		},
		simplified: {
			en: 'The built-in kubectl keeps its cache in memory, for as long as Execscope runs, ten minutes at most.',
			zh: '内置 kubectl 把缓存放在内存里，最长十分钟，Execscope 退出即消失。'
		},
		fn: ['DiscoveryClient.ServerGroups', 'discovery.NewLegacyRootAPIHandler'],
		source: `${clientGo}discovery/discovery_client.go`
	},
	'get-pod': {
		title: { en: 'GET the pod', zh: '获取 Pod' },
		sentence: {
			en: 'kubectl fetches the pod first: it wants to know its phase and its containers.',
			zh: 'kubectl 先把 Pod 取回来：它要知道阶段和里面有哪些容器。'
		},
		future: { en: 'Fetch the pod', zh: '获取 Pod' },
		surprise: {
			en: 'A finished pod is refused right here, by kubectl itself. No exec request is ever sent.',
			zh: '已结束的 Pod 在这里就被 kubectl 自己拒绝了，exec 请求根本不会发出。'
		},
		articles: {
			en: 'Both name this GET as the first of the two important requests.',
			zh: '两篇文章都指出，这个 GET 是两个关键请求中的第一个。'
		},
		errs: {
			en: 'The short one calls kubectl a wrapper around curl. It is an HTTP client of its own, in Go; -v=9 only prints a curl line that would do the same.',
			zh: '短文说 kubectl 是对 curl 的封装。它其实是自带的 Go HTTP 客户端；-v=9 只是打印一条等价的 curl 命令。'
		},
		simplified: {
			en: 'The built-in kubectl sends Kubectl-Session and Kubectl-Command, by which its requests are told apart; 1.15 did not send them.',
			zh: '内置 kubectl 会带上 Kubectl-Session 和 Kubectl-Command 头，用来区分请求；1.15 并不发送它们。'
		},
		fn: ['ExecOptions.Run', 'GET'],
		source: `${kubernetes}pkg/kubectl/cmd/exec/exec.go`
	},
	'authorize-get': {
		title: { en: 'May you read it?', zh: '有权读取吗？' },
		sentence: {
			en: 'The API server checks by RBAC that this user may get pods in this namespace.',
			zh: 'API Server 用 RBAC 检查该用户能否在这个命名空间里 get pods。'
		},
		future: { en: 'RBAC: may this user get pods?', zh: 'RBAC：可以 get pods 吗？' },
		articles: {
			en: 'Neither article mentions authorization at all.',
			zh: '两篇文章都没有提到鉴权。'
		},
		simplified: {
			en: 'The rules are a small table instead of Role objects.',
			zh: '规则是一张小表，而不是 Role 对象。'
		},
		fn: ['WithAuthorization', 'RBACAuthorizer.Authorize'],
		source: `${apiserver}pkg/endpoints/filters/authorization.go`
	},
	'choose-container': {
		title: { en: 'Choose a container', zh: '选择容器' },
		sentence: {
			en: 'kubectl picks the container: the one after -c, else the first of the pod.',
			zh: 'kubectl 选定容器：有 -c 就用它，否则用 Pod 里的第一个。'
		},
		future: { en: 'Which container?', zh: '选哪个容器？' },
		surprise: {
			en: 'The default is chosen by kubectl. A client that leaves it out on a pod of two gets a 400 from the server.',
			zh: '默认容器是 kubectl 选的。若 Pod 有两个容器而客户端不指定，服务器会返回 400。'
		},
		simplified: {
			en: 'Seen from outside: read off the query that follows, since nobody can look into a foreign kubectl.',
			zh: '这是从外部推断的：由随后的查询参数得知，因为谁也看不到外部 kubectl 的内部。'
		},
		fn: ['ExecOptions.Run', 'AttachablePodForObjectFn'],
		source: `${kubernetes}pkg/kubectl/cmd/exec/exec.go`
	},
	'api-request': {
		title: { en: 'Another API request', zh: '其他 API 请求' },
		sentence: {
			en: 'A request to the API server that is not part of the exec itself.',
			zh: '发给 API Server 的请求，但不属于 exec 本身。'
		},
		future: { en: 'A request to the API server', zh: '一个 API 请求' },
		simplified: {
			en: 'Scheduling is done inside the API server here; upstream it is a program that binds pods through the API.',
			zh: '这里的调度在 API Server 内部完成；上游由独立的调度器通过 API 绑定。'
		},
		fn: ['director.ServeHTTP'],
		source: `${apiserver}pkg/server/handler.go`
	}
} as const satisfies Record<string, Explanation>;

export const ask = {
	'post-exec': {
		title: { en: 'POST exec', zh: 'POST exec' },
		sentence: {
			en: 'kubectl asks to run a command in that container, and to turn this connection into something else: SPDY.',
			zh: 'kubectl 请求在该容器里执行命令，并要求把这条连接升级成另一种协议：SPDY。'
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
		errs: {
			en: 'No log shows the Upgrade header: kubectl logs above the layer that adds it. And since 1.30 kubectl tries WebSocket first.',
			zh: '日志里看不到 Upgrade 头，因为日志打在添加它的那层之上。另外自 1.30 起 kubectl 会先尝试 WebSocket。'
		},
		simplified: asUpstream,
		fn: ['remotecommand.NewSPDYExecutor', 'spdy.Negotiate', 'POST'],
		source: `${clientGo}tools/remotecommand/remotecommand.go`
	},
	'websocket-exec': {
		title: { en: 'GET exec by WebSocket', zh: '通过 WebSocket 的 GET exec' },
		sentence: {
			en: 'A newer kubectl asks by GET for a WebSocket first, speaking v5 of the stream protocol.',
			zh: '较新的 kubectl 会先用 GET 请求 WebSocket，并使用流协议 v5。'
		},
		future: { en: 'Ask to exec by WebSocket', zh: '用 WebSocket 请求 exec' },
		surprise: {
			en: 'In this cluster it crosses every hop and even spends a token, only to be refused at the far end. kubectl then tries again by SPDY, and says nothing.',
			zh: '在这个集群里它会走完每一跳，甚至用掉一个 token，最后在尽头被拒绝；随后 kubectl 悄悄改用 SPDY 重试。'
		},
		simplified: asUpstream,
		fn: ['remotecommand.NewWebSocketExecutor', 'remotecommand.NewFallbackExecutor'],
		source: 'https://github.com/kubernetes/client-go/blob/v0.36.0/tools/remotecommand/websocket.go'
	},
	authorize: {
		title: { en: 'May you exec?', zh: '有权 exec 吗？' },
		sentence: {
			en: 'The API server checks that this user may create pods/exec here. For a GET it is “get”, for a POST “create”.',
			zh: 'API Server 检查该用户能否 create pods/exec。GET 对应动词 get，POST 对应 create。'
		},
		future: { en: 'RBAC: may this user exec?', zh: 'RBAC：可以 exec 吗？' },
		surprise: {
			en: 'By WebSocket the right to “get pods/exec” was enough to run commands. 1.35 closed that hole.',
			zh: '走 WebSocket 时，只要有 get pods/exec 权限就能执行命令；1.35 才补上这个漏洞。'
		},
		articles: {
			en: 'Neither article mentions it. There are two authorizations on the way; the kubelet makes the other.',
			zh: '两篇文章都没有提到。一路上其实有两次鉴权，另一次在 kubelet。'
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
			en: 'The storage for pods/exec is asked for a handler, and answers with a proxy to wherever the pod is.',
			zh: '向 pods/exec 的存储要一个处理器，它返回一个通往 Pod 所在之处的代理。'
		},
		future: { en: 'Make a proxy for this exec', zh: '为这次 exec 建代理' },
		surprise: {
			en: 'The API server never understands your stream. From the 101 on it copies bytes.',
			zh: 'API Server 从不理解你的流；101 之后它只是复制字节。'
		},
		articles: {
			en: 'The long article makes this its central function on the API server.',
			zh: '长文把它作为 API Server 部分的核心函数。'
		},
		errs: {
			en: 'The signature shown there, with a context, is from 1.17 or later, not from 1.15.',
			zh: '文中带 context 的签名来自 1.17 之后，并非 1.15。'
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
			en: 'The long article says that it decides which node to enter.',
			zh: '长文说它决定进入哪个节点。'
		},
		errs: {
			en: 'It returns more: a complete URL and a transport, with the parameters renamed to input, output, error and tty.',
			zh: '它返回得更多：完整的 URL 和传输层，参数也改名成了 input、output、error、tty。'
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
			en: 'The kubelet checks the client certificate, then whether its name may create nodes/proxy.',
			zh: 'kubelet 先验证客户端证书，再看这个名字是否可以 create nodes/proxy。'
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
		fn: ['Server.InstallAuthFilter'],
		source: `${kubernetes}pkg/kubelet/server/server.go`
	}
} as const satisfies Record<string, Explanation>;
