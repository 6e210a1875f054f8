import {
	apiserver131,
	asUpstream,
	kubernetes135,
	kubernetes136,
	type Explanation
} from './explanation.ts';

export const websocket = {
	'authorize-create': {
		title: { en: 'May you create it, too?', zh: '也有 create 权限吗？' },
		sentence: {
			en: 'The request is a GET and was allowed as “get”. Since 1.35 the API server asks RBAC again, this time for “create”.',
			zh: '请求是 GET，刚才按 get 放行。自 1.35 起，API Server 会再查一次 RBAC，这次查 create。'
		},
		future: { en: 'RBAC: may this user create, too?', zh: 'RBAC：也可以 create 吗？' },
		surprise: {
			en: 'Until then somebody who might only read pods/exec could run commands: a WebSocket begins with a GET.',
			zh: '在此之前，只有 pods/exec 读权限的人也能执行命令，因为 WebSocket 总是从 GET 开始。'
		},
		simplified: {
			en: 'The rules are a small table; admission plugins are left out.',
			zh: '规则是一张小表，省略了准入插件。'
		},
		fn: ['ExecREST.Connect', 'ensureAuthorizedForVerb'],
		source: `${kubernetes135}pkg/registry/core/pod/rest/authorize.go`
	},
	'websocket-accept': {
		title: { en: '101 to the WebSocket', zh: '对 WebSocket 回 101' },
		sentence: {
			en: 'Whoever translates takes kubectl’s WebSocket. For kubectl the upgrade is done.',
			zh: '负责翻译的一方接受了 kubectl 的 WebSocket；在 kubectl 看来，升级已经完成。'
		},
		future: { en: 'Accept the WebSocket', zh: '接受 WebSocket' },
		surprise: {
			en: 'A translator says yes before it has asked the streaming server. What goes wrong from then on can be no HTTP status any more: it comes as a message on channel 3.',
			zh: '翻译器先答应，再去问流式服务器。之后出的错已经没有 HTTP 状态可用，只能作为第 3 通道上的一条消息送来。'
		},
		simplified: asUpstream,
		fn: ['StreamTranslatorHandler.ServeHTTP', 'webSocketServerStreams'],
		source: `${apiserver131}pkg/util/proxy/websocket.go`
	},
	translate: {
		title: { en: 'Translate', zh: '翻译' },
		sentence: {
			en: 'WebSocket on one side, SPDY on the other: each channel is copied to the stream of its name, and back.',
			zh: '一边是 WebSocket，另一边是 SPDY：每个通道的内容都复制到同名的流里，反之亦然。'
		},
		future: { en: 'Translate between the two', zh: '在两种协议之间翻译' },
		surprise: {
			en: 'From here inwards only SPDY is heard, as ever. What is new ends here.',
			zh: '再往里仍然只讲 SPDY，新协议到此为止。'
		},
		simplified: asUpstream,
		fn: ['translatingHandler.ServeHTTP', 'StreamTranslatorHandler.ServeHTTP'],
		source: `${apiserver131}pkg/util/proxy/streamtranslator.go`
	},
	tunnel: {
		title: { en: 'A tunnel for SPDY', zh: '给 SPDY 的隧道' },
		sentence: {
			en: 'Port-forward keeps its SPDY frames. They only travel inside WebSocket messages as far as here, and are unpacked.',
			zh: '端口转发照旧使用 SPDY 帧，只是先装在 WebSocket 消息里，到这里再拆出来。'
		},
		future: { en: 'Unpack SPDY from the WebSocket', zh: '从 WebSocket 里拆出 SPDY' },
		surprise: {
			en: 'A tunnel asks first and accepts later: the WebSocket is answered only after the far end has agreed to SPDY. A translator does it the other way round.',
			zh: '隧道是先问后接：远端同意 SPDY 之后才答应 WebSocket。翻译器的顺序正好相反。'
		},
		simplified: asUpstream,
		fn: ['TunnelingHandler.ServeHTTP', 'UpgradeAwareHandler.tryUpgrade'],
		source: `${apiserver131}pkg/util/proxy/streamtunnel.go`
	},
	'kubelet-websocket': {
		title: { en: 'The WebSocket, to the kubelet', zh: '把 WebSocket 交给 kubelet' },
		sentence: {
			en: 'The node has declared that its kubelet takes WebSockets, so the API server passes kubectl’s GET on to it as it is.',
			zh: '该节点声明过自己的 kubelet 能处理 WebSocket，API Server 于是把 kubectl 的 GET 原样转给它。'
		},
		future: { en: 'Pass the WebSocket on', zh: '转交 WebSocket' },
		surprise: {
			en: 'The API server is a wire again, as it was before 1.30. The kubelet asks the runtime first and accepts afterwards, so a missing container is an HTTP error once more.',
			zh: 'API Server 又变回一根线，和 1.30 之前一样。kubelet 先问运行时再接受连接，所以找不到容器时又会得到 HTTP 错误。'
		},
		reply: {
			sentence: {
				en: 'The kubelet answers without an upgrade, and the API server copies that to kubectl as it stands.',
				zh: 'kubelet 没有升级，API Server 把它的回答原样转给 kubectl。'
			},
			surprise: {
				en: 'kubectl then tries once more by SPDY, and says nothing of it.',
				zh: 'kubectl 随后会悄悄改用 SPDY 再试一次。'
			}
		},
		simplified: {
			en: 'Our shim works here. cri-dockerd 0.4 gives a URL without http: in front, which the 1.36 kubelet takes for HTTPS, so minikube switches this off for Docker (ExtendWebSocketsToKubelet).',
			zh: '我们的 shim 在这里可以正常工作。cri-dockerd 0.4 给出的 URL 缺少 http: 前缀，1.36 的 kubelet 会当成 HTTPS，所以 minikube 在使用 Docker 时关掉了它（ExtendWebSocketsToKubelet）。'
		},
		fn: ['ExecREST.Connect', 'checkNodeSupportsWebsockets', 'UpgradeAwareHandler.tryUpgrade'],
		source: `${kubernetes136}pkg/registry/core/pod/rest/subresources.go`
	}
} as const satisfies Record<string, Explanation>;
