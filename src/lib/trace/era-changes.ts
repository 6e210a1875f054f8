import type { EraId } from './eras.ts';
import type { Text } from './explanations/explanation.ts';

/** One difference from the era before. */
interface Change {
	what: Text;
	/** The first release that has it, as a cluster comes by default. */
	since: string;
	/** The function upstream where it shows. */
	fn: string;
	/** Permalink to its file in the release of the era. */
	source: string;
}

const kubernetes = (version: string) =>
	`https://github.com/kubernetes/kubernetes/blob/v${version}/`;
const v1_15 = kubernetes('1.15.3');
const v1_24 = kubernetes('1.24.17');
const v1_31 = kubernetes('1.31.0');
const v1_35 = kubernetes('1.35.6');
const v1_36 = kubernetes('1.36.3');

/** What is new in each era since the one before. Apart from the table of eras: only whoever opens the menu reads it. */
export const eraChanges: Readonly<Record<EraId, readonly Change[]>> = {
	'1.15-redirect': [
		{
			what: {
				en: 'The kubelet answers with 302 and a URL with a token; the API server follows it. From 1.11 on a kubelet does so only with --redirect-container-streaming=true.',
				zh: 'kubelet 回答 302 和一个带 token 的 URL，由 API server 跟随过去。从 1.11 起，kubelet 只有设了 --redirect-container-streaming=true 才会这样做。'
			},
			since: '1.10',
			fn: 'Server.getExec',
			source: `${v1_15}pkg/kubelet/server/server.go`
		}
	],
	'1.15-proxy': [
		{
			what: {
				en: 'The kubelet dials the streaming server itself and passes its 101 through. Nobody sees a redirect.',
				zh: 'kubelet 自己去连流式服务器，再把对方的 101 原样传回来。谁也看不到重定向。'
			},
			since: '1.11',
			fn: 'proxyStream',
			source: `${v1_15}pkg/kubelet/server/server.go`
		},
		{
			what: {
				en: 'The streaming server listens on a random loopback port of its own, in plain HTTP; the token is all it asks for.',
				zh: '流式服务器在本机回环地址上监听自己的随机端口，用明文 HTTP；它只认 token。'
			},
			since: '1.11',
			fn: 'getStreamingConfig',
			source: `${v1_15}pkg/kubelet/kubelet.go`
		}
	],
	'1.24-cri': [
		{
			what: {
				en: 'dockershim is gone from the kubelet. Who keeps Docker runs cri-dockerd, the same code as a program of its own.',
				zh: 'dockershim 从 kubelet 中移除。想继续用 Docker，就运行 cri-dockerd：同样的代码，成了独立的程序。'
			},
			since: '1.24',
			fn: 'PreInitRuntimeService',
			source: `${v1_24}pkg/kubelet/kubelet.go`
		},
		{
			what: {
				en: 'The kubelet speaks CRI v1, and v1alpha2 only to a runtime that knows no v1. From 1.26 on it speaks v1 alone.',
				zh: 'kubelet 使用 CRI v1，只有运行时不认识 v1 时才退回 v1alpha2。从 1.26 起只剩 v1。'
			},
			since: '1.23',
			fn: 'remoteRuntimeService.determineAPIVersion',
			source: `${v1_24}pkg/kubelet/cri/remote/remote_runtime.go`
		},
		{
			what: {
				en: 'The API server follows no redirect: an answer below 400 that is no 101 becomes a 500 that says "invalid upgrade response".',
				zh: 'API server 不再跟随重定向：状态码小于 400 又不是 101 的回答，一律变成 500，内容是 “invalid upgrade response”。'
			},
			since: '1.20',
			fn: 'UpgradeAwareHandler.tryUpgrade',
			source: `${v1_24}staging/src/k8s.io/apimachinery/pkg/util/proxy/upgradeaware.go`
		},
		{
			what: {
				en: 'An upgrade must name its protocols in X-Stream-Protocol-Version (since 1.18); one header may name several, separated by commas.',
				zh: '升级请求必须用 X-Stream-Protocol-Version 写明协议（从 1.18 起）；一个头里可以用逗号写多个。'
			},
			since: '1.20',
			fn: 'httpstream.Handshake',
			source: `${v1_24}staging/src/k8s.io/apimachinery/pkg/util/httpstream/httpstream.go`
		},
		{
			what: {
				en: 'kubectl get pods also says when the last restart was: 1 (3m ago).',
				zh: 'kubectl get pods 还会说上次重启是多久以前：1 (3m ago)。'
			},
			since: '1.22',
			fn: 'printPod',
			source: `${v1_24}pkg/printers/internalversion/printers.go`
		},
		{
			what: {
				en: 'Objects have no selfLink any more.',
				zh: '对象不再带 selfLink。'
			},
			since: '1.20',
			fn: 'RemoveSelfLink',
			source: `${v1_24}staging/src/k8s.io/apiserver/pkg/features/kube_features.go`
		}
	],
	'1.31-websocket': [
		{
			what: {
				en: 'The API server accepts a WebSocket of v5.channel.k8s.io itself and translates it to SPDY for the kubelet. What fails behind it is told after the 101, on the error channel.',
				zh: 'API server 自己接受 v5.channel.k8s.io 的 WebSocket，再翻译成 SPDY 发给 kubelet。后面出的错，要在 101 之后经错误通道才说。'
			},
			since: '1.30',
			fn: 'StreamTranslatorHandler.ServeHTTP',
			source: `${v1_31}staging/src/k8s.io/apiserver/pkg/util/proxy/streamtranslator.go`
		},
		{
			what: {
				en: 'port-forward travels as SPDY inside a WebSocket: the API server unwraps it.',
				zh: 'port-forward 把 SPDY 装在 WebSocket 里传送，由 API server 拆开。'
			},
			since: '1.31',
			fn: 'TunnelingHandler.ServeHTTP',
			source: `${v1_31}staging/src/k8s.io/apiserver/pkg/util/proxy/streamtunnel.go`
		}
	],
	'1.35': [
		{
			what: {
				en: 'A WebSocket begins with a GET; now the API server asks for the verb create on pods/exec too. Who may only get is refused.',
				zh: 'WebSocket 以 GET 开头；现在 API server 还要检查对 pods/exec 的 create 权限，只有 get 权限的会被拒绝。'
			},
			since: '1.35',
			fn: 'ExecREST.Connect',
			source: `${v1_35}pkg/registry/core/pod/rest/subresources.go`
		},
		{
			what: {
				en: 'The translator pings the kubelet over SPDY every 5 seconds.',
				zh: '翻译器每 5 秒经 SPDY 向 kubelet 发一次 PING。'
			},
			since: '1.33',
			fn: 'StreamTranslatorHandler.ServeHTTP',
			source: `${v1_35}staging/src/k8s.io/apiserver/pkg/util/proxy/streamtranslator.go`
		}
	],
	'1.36': [
		{
			what: {
				en: 'The API server passes the WebSocket on to a kubelet whose node declares that it can take it; the translator runs there.',
				zh: '节点声明了自己能处理时，API server 把 WebSocket 原样交给 kubelet，翻译器改在那里运行。'
			},
			since: '1.36',
			fn: 'ExecREST.Connect',
			source: `${v1_36}pkg/registry/core/pod/rest/subresources.go`
		}
	]
};
