import { asUpstream, kubernetes, type Explanation } from './explanation.ts';

export const proxy = {
	'kubelet-proxy': {
		title: { en: 'The kubelet goes there itself', zh: 'kubelet 自己去连接' },
		sentence: {
			en: 'The kubelet opens the URL itself: a second upgrade request, by plain HTTP, to the streaming server on the same node.',
			zh: 'kubelet 自己打开这个 URL：用明文 HTTP 向本节点的流式服务器再发一个升级请求。'
		},
		future: { en: 'Ask the streaming server to upgrade', zh: '请流式服务器升级' },
		surprise: {
			en: 'There is no certificate on this hop. Whoever is on the node and knows the token may open it.',
			zh: '这一跳没有证书：只要在这个节点上并知道 token，谁都能打开它。'
		},
		articles: {
			en: 'The long article does not know this way, though its cluster took it: the kubelet sends a redirect only when told to by a flag.',
			zh: '长文没有提到这条路，尽管它的集群走的正是这条：只有用参数明确打开，kubelet 才会发重定向。'
		},
		reply: {
			sentence: {
				en: 'The streaming server answers without an upgrade, and the kubelet copies that to whoever asked it.',
				zh: '流式服务器没有升级，kubelet 把它的回答原样转给来问的一方。'
			},
			surprise: {
				en: 'A 404 does not say whether the token was used, too old, or never issued.',
				zh: '404 并不说明 token 是用过了、过期了，还是从未签发。'
			}
		},
		simplified: asUpstream,
		fn: ['proxyStream', 'UpgradeAwareHandler.tryUpgrade'],
		source: `${kubernetes}pkg/kubelet/server/server.go`
	}
} as const satisfies Record<string, Explanation>;
