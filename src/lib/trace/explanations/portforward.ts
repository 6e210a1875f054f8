import { asUpstream, clientGo, kubernetes, newClientGo, type Explanation } from './explanation.ts';

export const portForward = {
	'post-portforward': {
		title: { en: 'POST portforward', zh: 'POST portforward' },
		sentence: {
			en: 'kubectl asks for a way into the pod’s network, and to turn this connection over to SPDY.',
			zh: 'kubectl 请求一条通往 Pod 网络的路，并要求把这条连接升级为 SPDY。'
		},
		future: { en: 'Ask to forward, and to upgrade', zh: '请求端口转发并升级协议' },
		surprise: {
			en: 'No port is named here. Each stream will name its own, so one connection serves all the ports you listed.',
			zh: '这里没有写端口：之后每个流各自带上端口号，所以一条连接就能服务你列出的所有端口。'
		},
		reply: {
			sentence: {
				en: 'There is no upgrade: kubectl prints the reason and ends. It has not listened on any local port yet.',
				zh: '没有升级：kubectl 打印原因后退出，此时它还没有监听任何本地端口。'
			}
		},
		simplified: asUpstream,
		fn: ['PortForwardOptions.RunPortForward', 'portforward.NewOnAddresses', 'spdy.Negotiate'],
		source: `${kubernetes}pkg/kubectl/cmd/portforward/portforward.go`
	},
	'websocket-portforward': {
		title: { en: 'GET portforward by WebSocket', zh: '通过 WebSocket 的 GET portforward' },
		sentence: {
			en: 'Since 1.31 kubectl asks for a WebSocket first, through which it would tunnel the same SPDY frames.',
			zh: '1.31 起的 kubectl 会先请求一条 WebSocket，打算把同样的 SPDY 帧装在里面传输。'
		},
		future: { en: 'Ask to forward by WebSocket', zh: '用 WebSocket 请求端口转发' },
		surprise: {
			en: 'An exec asked for this way gets as far as the streaming server. This one ends at the kubelet: a WebSocket has to name its ports in the query, and kubectl leaves that to the frames.',
			zh: '同样方式请求的 exec 能走到流式服务器，这个请求却止于 kubelet：WebSocket 必须在查询参数里写明端口，而 kubectl 把端口留给了帧。'
		},
		reply: {
			sentence: {
				en: 'The WebSocket is refused, so kubectl asks again, by POST and SPDY.',
				zh: 'WebSocket 被拒绝，kubectl 于是改用 POST 和 SPDY 再问一次。'
			},
			surprise: {
				en: 'Below -v=4 kubectl says nothing of it.',
				zh: '-v 低于 4 时 kubectl 对此只字不提。'
			}
		},
		simplified: asUpstream,
		fn: ['portforward.NewSPDYOverWebsocketDialer', 'portforward.NewFallbackDialer'],
		source: `${newClientGo}tools/portforward/tunneling_dialer.go`
	},
	'portforward-location': {
		title: { en: 'PortForwardLocation', zh: 'PortForwardLocation' },
		sentence: {
			en: 'The API server works out the URL on the kubelet of the pod’s node: /portForward, namespace, pod.',
			zh: 'API Server 算出 Pod 所在节点 kubelet 上的 URL：/portForward、命名空间、Pod。'
		},
		future: { en: 'Where is the pod?', zh: 'Pod 在哪里？' },
		surprise: {
			en: 'No container is named. The containers of a pod share one network, so a port is the pod’s.',
			zh: '没有容器名：一个 Pod 的容器共用一个网络，端口属于整个 Pod。'
		},
		simplified: asUpstream,
		fn: ['pod.PortForwardLocation', 'NodeConnectionInfoGetter'],
		source: `${kubernetes}pkg/registry/core/pod/strategy.go`
	},
	'kubelet-portforward': {
		title: { en: 'Ask the kubelet', zh: '请求 kubelet' },
		sentence: {
			en: 'The API server opens a TLS connection to the node and sends the same upgrade request to /portForward there.',
			zh: 'API Server 与节点建立 TLS 连接，把同样的升级请求发往那里的 /portForward。'
		},
		future: { en: 'Ask that node’s kubelet', zh: '请求该节点的 kubelet' },
		surprise: {
			en: 'All that you forward later crosses this one connection, and so passes through the API server.',
			zh: '之后转发的一切都走这一条连接，也就都要经过 API Server。'
		},
		reply: {
			sentence: {
				en: 'The kubelet answers without an upgrade, and the API server copies that to kubectl as it stands.',
				zh: 'kubelet 没有升级，API Server 把它的回答原样转给 kubectl。'
			}
		},
		simplified: {
			en: 'Each run gets a traceparent header on this hop, to tell runs apart; 1.15 sends none.',
			zh: '这一跳带有用来区分各次运行的 traceparent 头；1.15 不发送它。'
		},
		fn: ['UpgradeAwareHandler.tryUpgrade', 'ConnectWithRedirects'],
		source: `${kubernetes}pkg/registry/core/pod/rest/subresources.go`
	},
	'get-portforward': {
		title: { en: 'getPortForward', zh: 'getPortForward' },
		sentence: {
			en: 'The kubelet finds the pod and turns its name into the id of its sandbox.',
			zh: 'kubelet 找到 Pod，再把名字换成它的沙箱 ID。'
		},
		future: { en: 'Find pod and sandbox', zh: '找到 Pod 和沙箱' },
		surprise: {
			en: 'The sandbox is a container that only holds the pod’s network. A port is reachable even if the container beside it has just died.',
			zh: '沙箱是一个只负责持有 Pod 网络的容器。即使旁边的容器刚刚退出，端口转发的目标网络仍然存在。'
		},
		simplified: asUpstream,
		fn: [
			'Server.getPortForward',
			'portforward.NewV4Options',
			'Kubelet.GetPortForward',
			'kubeGenericRuntimeManager.GetPortForward'
		],
		source: `${kubernetes}pkg/kubelet/kubelet_pods.go`
	},
	'cri-portforward': {
		title: { en: 'CRI PortForward', zh: 'CRI PortForward' },
		sentence: {
			en: 'By CRI the kubelet asks the runtime to prepare forwarding to this sandbox.',
			zh: 'kubelet 通过 CRI 请运行时准备对这个沙箱的端口转发。'
		},
		future: { en: 'Ask the runtime to prepare', zh: '请运行时做准备' },
		surprise: {
			en: 'There is a field for ports, and it is empty: with SPDY nobody but kubectl knows them yet.',
			zh: '消息里有端口字段，却是空的：使用 SPDY 时，此刻只有 kubectl 知道端口。'
		},
		reply: {
			sentence: {
				en: 'The runtime refuses with a gRPC status instead of a URL.',
				zh: '运行时没有给 URL，而是用一个 gRPC 状态拒绝。'
			}
		},
		simplified: {
			en: 'The call carries a traceparent in its metadata, to tell runs apart.',
			zh: '调用的元数据里带有 traceparent，用来区分各次运行。'
		},
		fn: [
			'kubeGenericRuntimeManager.GetPortForward',
			'RemoteRuntimeService.PortForward',
			'dockerService.PortForward'
		],
		source: `${kubernetes}pkg/kubelet/kuberuntime/kuberuntime_sandbox.go`
	},
	'serve-portforward': {
		title: { en: 'servePortForward', zh: 'servePortForward' },
		sentence: {
			en: 'The streaming server agrees on portforward.k8s.io and waits for streams, for as long as the connection stands.',
			zh: '流式服务器协商使用 portforward.k8s.io，然后一直等待流的到来，直到连接结束。'
		},
		future: { en: 'Agree on a protocol', zh: '协商协议' },
		surprise: {
			en: 'An exec has all its streams at once. Here two come for every connection that somebody makes to kubectl’s local port: data, and error.',
			zh: 'exec 的流一次到齐；这里每当有人连接 kubectl 的本地端口，才会来两个流：data 和 error。'
		},
		simplified: asUpstream,
		fn: ['servePortForward', 'portforward.ServePortForward', 'httpStreamHandler.run'],
		source: `${kubernetes}pkg/kubelet/server/portforward/httpstream.go`
	},
	'forward-port': {
		title: { en: 'Into the pod', zh: '进入 Pod' },
		sentence: {
			en: 'The shim starts a small process in the pod’s network, which connects to the port on localhost there and copies bytes both ways.',
			zh: 'shim 在 Pod 的网络里启动一个小进程，由它连接那里 localhost 上的端口，来回复制字节。'
		},
		future: { en: 'Connect to the port, inside', zh: '在里面连接端口' },
		surprise: {
			en: 'To your server the client is localhost. Even a port that listens on 127.0.0.1 only, which no Service could reach, can be forwarded.',
			zh: '在你的服务看来，客户端就是 localhost。哪怕只监听 127.0.0.1、任何 Service 都到不了的端口，也能转发。'
		},
		simplified: {
			en: 'Upstream runs nsenter and socat. A relay of a few lines stands in for socat here and words its errors as socat does; it gives up all capabilities first.',
			zh: '上游运行的是 nsenter 和 socat。这里用几行代码的小程序代替 socat，报错措辞与它相同，并且会先放弃全部 capability。'
		},
		fn: ['httpStreamHandler.portForward', 'streamingRuntime.portForward', 'nsenter', 'socat'],
		source: `${kubernetes}pkg/kubelet/dockershim/docker_streaming_others.go`
	},
	'port-error': {
		title: { en: 'It could not be forwarded', zh: '无法转发' },
		sentence: {
			en: 'The streaming server writes on the error stream of this connection why the port could not be reached.',
			zh: '流式服务器在这条连接的 error 流上写明为什么连不上端口。'
		},
		future: { en: 'Why it failed', zh: '失败的原因' },
		surprise: {
			en: 'Other connections of the same port-forward go on. But newer kubectl ends itself: “lost connection to pod”.',
			zh: '同一次端口转发里的其他连接不受影响；但较新的 kubectl 会自行退出，并提示 “lost connection to pod”。'
		},
		simplified: asUpstream,
		fn: ['httpStreamHandler.portForward', 'PortForwarder.handleConnection'],
		source: `${clientGo}tools/portforward/portforward.go`
	}
} as const satisfies Record<string, Explanation>;
