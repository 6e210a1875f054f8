import { apimachinery, asUpstream, kubernetes, type Explanation } from './explanation.ts';

export const redirect = {
	redirect: {
		title: { en: '302 to the token', zh: '302 指向 token' },
		sentence: {
			en: 'The kubelet does not fetch the URL. It answers the API server with a redirect to it.',
			zh: 'kubelet 不去访问这个 URL，而是用重定向把它交给 API Server。'
		},
		future: { en: 'Redirect to that URL', zh: '重定向到该 URL' },
		surprise: {
			en: 'By 1.15 almost no cluster did this. By default the kubelet connected to the streaming server itself and passed the bytes on.',
			zh: '到 1.15 时，几乎没有集群还这么做：默认由 kubelet 自己连接流式服务器，并来回转送字节。'
		},
		articles: {
			en: 'The long article has this hop in its summary: the URL goes back as a redirect.',
			zh: '长文把这一跳写进了总结：URL 靠重定向交回。'
		},
		simplified: asUpstream,
		fn: ['Server.getExec', 'http.Redirect'],
		source: `${kubernetes}pkg/kubelet/server/server.go`
	},
	'follow-redirect': {
		title: { en: 'Follow the redirect', zh: '跟随重定向' },
		sentence: {
			en: 'The API server follows it: a new connection, a GET this time, the upgrade headers once more.',
			zh: 'API Server 跟随重定向：新连接，这次是 GET，再带上升级头。'
		},
		future: { en: 'Ask again, at that URL', zh: '向该 URL 再次请求' },
		surprise: {
			en: 'Your kubectl sent a POST; what reaches the streaming server is a GET. It never goes to another hostname: then the 302 itself is handed to the client.',
			zh: 'kubectl 发的是 POST，到达流式服务器的却是 GET。它从不去别的主机名：遇到时就把 302 本身交给客户端。'
		},
		articles: {
			en: 'The long article gives it half a sentence: the request goes to the streaming server, and the connection stays.',
			zh: '长文只用半句话带过：请求转到流式服务器，连接一直保持。'
		},
		reply: {
			sentence: {
				en: 'The kubelet gives back what the streaming server answered, instead of upgrading.',
				zh: '没有升级，kubelet 把流式服务器的回答交回来。'
			},
			surprise: {
				en: 'A 404 does not say whether the token was used, too old, or never issued.',
				zh: '404 并不说明 token 是用过了、过期了，还是从未签发。'
			}
		},
		simplified: {
			en: 'It also refuses an address that is not one of this cluster’s: a rule of ours, not of 1.15.',
			zh: '这里还会拒绝不属于本集群的地址：这是我们的规则，1.15 没有。'
		},
		fn: ['ConnectWithRedirects'],
		source: `${apimachinery}pkg/util/net/http.go`
	},
	'kubelet-authorize-redirect': {
		title: { en: 'The certificate again', zh: '再次查验证书' },
		sentence: {
			en: 'It is a new request on the kubelet’s port, so the kubelet asks for the certificate again.',
			zh: '这是 kubelet 端口上的新请求，所以它再次查验证书。'
		},
		future: { en: 'Check the certificate again', zh: '再次检查证书' },
		simplified: {
			en: 'By name in the certificate, as before; upstream asks for another right this time, since this is a GET: “get nodes/proxy”.',
			zh: '同前，按证书里的名字判断；上游这次查的是另一项权限，因为这是 GET：get nodes/proxy。'
		},
		fn: ['Server.InstallAuthFilter', 'nodeAuthorizerAttributesGetter.GetRequestAttributes'],
		source: `${kubernetes}pkg/kubelet/server/auth.go`
	},
	'cri-handler': {
		title: { en: 'Into the streaming server', zh: '进入流式服务器' },
		sentence: {
			en: 'The kubelet passes what comes to /cri/ on to the shim’s streaming server.',
			zh: 'kubelet 把到达 /cri/ 的请求交给 shim 的流式服务器。'
		},
		future: { en: 'Hand it to the streaming server', zh: '交给流式服务器' },
		articles: {
			en: 'According to the long article whatever HTTP comes to dockerService is answered by the streaming server.',
			zh: '长文认为，dockerService 收到的 HTTP 请求无一例外都由流式服务器处理。'
		},
		reply: {
			sentence: {
				en: 'The streaming server answers as ordinary HTTP and does not upgrade.',
				zh: '流式服务器按普通 HTTP 作答，没有升级。'
			},
			surprise: {
				en: 'The token is spent all the same: another try needs another.',
				zh: 'token 照样作废，再试一次就得换一个新的。'
			}
		},
		simplified: {
			en: 'Our socket stands for a call: upstream, kubelet and shim are one process and criHandler is the shim itself.',
			zh: '这里用套接字代替一次函数调用：上游的 kubelet 与 shim 同处一个进程，criHandler 就是 shim 本身。'
		},
		fn: ['criHandler', 'dockerService.ServeHTTP'],
		source: `${kubernetes}pkg/kubelet/dockershim/docker_service.go`
	}
} as const satisfies Record<string, Explanation>;
