import { apiserver, asUpstream, kubernetes, type Explanation } from './explanation.ts';

export const logs = {
	'get-log': {
		title: { en: 'GET log', zh: 'GET log' },
		sentence: {
			en: 'kubectl asks for what a container has printed: an ordinary GET, whose answer may go on for as long as the container runs.',
			zh: 'kubectl 要的是容器打印过的内容：一个普通的 GET，回答可以一直持续到容器结束。'
		},
		future: { en: 'Ask for the log', zh: '请求日志' },
		surprise: {
			en: 'Nothing is upgraded, there are no streams. That is why logs still work through proxies that break exec.',
			zh: '没有协议升级，也没有多个流。所以有些代理会弄坏 exec，却不影响 logs。'
		},
		reply: {
			sentence: {
				en: 'The head comes at once, before a single line; the log follows as the body, in chunks.',
				zh: '头部立刻返回，此时一行日志都还没有；日志随后作为正文分块到来。'
			},
			surprise: {
				en: 'stdout and stderr come as one text, and kubectl prints both to stdout. Which was which is known only to the file on the node.',
				zh: 'stdout 和 stderr 合成一份文本，kubectl 全都打印到 stdout；哪一行来自哪边，只有节点上的文件知道。'
			}
		},
		simplified: asUpstream,
		fn: ['LogREST.Get', 'genericrest.LocationStreamer', 'GET'],
		source: `${kubernetes}pkg/registry/core/pod/rest/log.go`
	},
	'log-location': {
		title: { en: 'LogLocation', zh: 'LogLocation' },
		sentence: {
			en: 'The API server works out the URL on the kubelet of the pod’s node. The options of the request go into its query, under the same names.',
			zh: 'API Server 算出 Pod 所在节点 kubelet 上的 URL，请求的选项原名放进它的查询参数。'
		},
		future: { en: 'Where is its log?', zh: '日志在哪里？' },
		surprise: {
			en: 'A pod that no node has yet is no error: the answer is 204, and kubectl prints nothing.',
			zh: 'Pod 还没有分到节点并不算错：回答是 204，kubectl 什么也不打印。'
		},
		simplified: asUpstream,
		fn: ['pod.LogLocation', 'NodeConnectionInfoGetter'],
		source: `${kubernetes}pkg/registry/core/pod/strategy.go`
	},
	'kubelet-log': {
		title: { en: 'Ask the kubelet for it', zh: '向 kubelet 要日志' },
		sentence: {
			en: 'The API server asks the node’s kubelet by GET /containerLogs, and copies the body that comes back.',
			zh: 'API Server 用 GET /containerLogs 请求该节点的 kubelet，并把返回的正文照样复制。'
		},
		future: { en: 'Ask that node’s kubelet', zh: '请求该节点的 kubelet' },
		surprise: {
			en: 'The API server keeps no log and knows no line of it. When a node is gone, its logs are gone with it.',
			zh: 'API Server 不保存任何日志，也不认识其中的行。节点没了，上面的日志也就没了。'
		},
		reply: {
			sentence: {
				en: 'The kubelet sends the head before it has looked for the log; a refusal is plain text, of which the API server makes a Status.',
				zh: 'kubelet 还没找日志就先发出头部；如果拒绝，给的是纯文本，由 API Server 变成 Status。'
			},
			surprise: {
				en: 'What goes wrong after the head can only be said in the body: kubectl prints it as if the container had.',
				zh: '头部发出之后再出错，就只能写进正文里：kubectl 会把它当成容器的输出打印出来。'
			}
		},
		simplified: {
			en: 'The request carries a traceparent header, to tell runs apart; 1.15 sends none.',
			zh: '请求带有用来区分各次运行的 traceparent 头；1.15 不发送它。'
		},
		fn: ['LocationStreamer.InputStream', 'StreamObject'],
		source: `${apiserver}pkg/registry/generic/rest/streamer.go`
	},
	'container-logs': {
		title: { en: 'getContainerLogs', zh: 'getContainerLogs' },
		sentence: {
			en: 'The kubelet reads the options, finds pod and container, and takes the container’s id from the status of the pod.',
			zh: 'kubelet 解析选项，找到 Pod 和容器，再从 Pod 的状态里取出容器 ID。'
		},
		future: { en: 'Which container’s log?', zh: '哪个容器的日志？' },
		surprise: {
			en: 'For exec the kubelet asks the runtime what runs. For a log it believes its own status, for a container that has ended has a log as well.',
			zh: '对 exec，kubelet 会问运行时什么在运行；对日志，它只看自己记下的状态，因为已经结束的容器也有日志。'
		},
		simplified: {
			en: 'A container is never started a second time here, so --previous finds none.',
			zh: '这里的容器不会重启，所以 --previous 总是找不到。'
		},
		fn: [
			'Server.getContainerLogs',
			'Kubelet.GetKubeletContainerLogs',
			'validateContainerLogStatus',
			'kubeGenericRuntimeManager.GetContainerLogs'
		],
		source: `${kubernetes}pkg/kubelet/kubelet_pods.go`
	},
	'read-log': {
		title: { en: 'ReadLogs', zh: 'ReadLogs' },
		sentence: {
			en: 'The kubelet opens a file on the node and reads it, line by line. Following it means to wait until the file grows.',
			zh: 'kubelet 打开节点上的一个文件，逐行读取。所谓跟踪日志，就是等这个文件变长。'
		},
		future: { en: 'Read the file', zh: '读取文件' },
		surprise: {
			en: 'No runtime takes part: no CRI call, no Docker request carries the log. The runtime has only said where the file is.',
			zh: '运行时并不参与：日志不经过任何 CRI 调用，也不经过 Docker 请求。运行时只说了文件在哪里。'
		},
		simplified: {
			en: 'The path is a link that dockershim made, as upstream. Here no more than that one link is followed, and never out of the node’s folder. Whether a container that prints nothing still runs is asked each second, and recorded when it does not.',
			zh: '这个路径是 dockershim 建的链接，与上游一致；但这里只跟随这一层链接，也绝不离开节点的文件夹。容器没有输出时，每秒问一次它是否还在运行，只在它已结束时才记录。'
		},
		fn: ['ReadLogs', 'parseDockerJSONLog', 'FindTailLineStartIndex', 'waitLogs'],
		source: `${kubernetes}pkg/kubelet/kuberuntime/logs/logs.go`
	}
} as const satisfies Record<string, Explanation>;
