import { apiRequests } from './api-requests.ts';
import { apiserver, clientGo, kubernetes, type Explanation } from './explanation.ts';

export const find = {
	discovery: {
		title: { en: 'What is a pod here?', zh: '这里的 pod 是什么？' },
		sentence: {
			en: 'kubectl asks the server which resources it has, to turn the word “pods” into a path.',
			zh: 'kubectl 先问服务器有哪些资源，才能把 “pods” 这个词换成 URL 里的路径。'
		},
		future: { en: 'What resources are there?', zh: '有哪些资源？' },
		surprise: {
			en: 'You see it once. kubectl keeps the answers on disk, for ten minutes, and for six hours since 1.24; the articles’ logs have no trace of it.',
			zh: '只会看到一次：kubectl 会把答案缓存在磁盘上十分钟（1.24 起为六小时），所以两篇文章的日志里都没有它。'
		},
		reply: {
			sentence: {
				en: 'The API server lists what it has: versions, groups, or the resources of one version, “pods/exec” among them.',
				zh: 'API Server 列出它有的东西：版本、组，或某个版本的资源，“pods/exec” 就在其中。'
			},
			surprise: {
				en: 'Being in the list says nothing of your rights. Those are asked at the request itself.',
				zh: '列在这里不代表你有权限，权限要到真正请求时才查。'
			},
			simplified: {
				en: 'Only the few resources of this cluster are listed; a real one lists dozens.',
				zh: '只列出本集群的少数资源；真实集群有几十种。'
			}
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
			zh: 'kubectl 先把 Pod 取回来：它要知道 Pod 处于什么阶段、里面有哪些容器。'
		},
		future: { en: 'Fetch the pod', zh: '获取 Pod' },
		surprise: {
			en: 'A finished pod is refused right here, by kubectl itself. No exec request is ever sent.',
			zh: '已结束的 Pod 在这里就被 kubectl 自己拒绝了，exec 请求根本不会发出。'
		},
		articles: {
			en: 'The long article names it as the first of two important requests. In the log of the short one it stands without a word.',
			zh: '长文把它列为两个关键请求中的第一个；短文的日志里也有它，但没有提及。'
		},
		reply: {
			sentence: {
				en: 'The pod comes back as JSON: its phase, its containers, its node.',
				zh: 'Pod 以 JSON 返回：阶段、容器和所在节点。'
			},
			surprise: {
				en: 'kubectl uses little of it, the phase and the names of the containers. The node it ignores: the API server will look that up by itself.',
				zh: 'kubectl 只用到很少一点：阶段和容器的名字。它不管节点，API Server 之后会自己去查。'
			},
			simplified: {
				en: 'The pod has only the fields that this cluster uses.',
				zh: '这个 Pod 只有本集群用得到的字段。'
			}
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
			en: 'The API server checks by its rules, RBAC, that this user may “get” pods in this namespace.',
			zh: 'API Server 按 RBAC 规则检查该用户能否在这个命名空间里 get pods。'
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
			en: 'kubectl picks the container: the one after -c, else the first of the pod (since 1.21 an annotation of the pod may name another).',
			zh: 'kubectl 选定容器：有 -c 就用它，否则用 Pod 里的第一个（1.21 起，Pod 可以用注解另行指定）。'
		},
		future: { en: 'Which container?', zh: '选哪个容器？' },
		surprise: {
			en: 'The default is chosen by kubectl. A client that leaves it out on a pod of two gets a 400 from the server.',
			zh: '默认容器是 kubectl 选的。若 Pod 有两个容器而客户端不指定，服务器会返回 400。'
		},
		simplified: {
			en: 'Seen from outside: read off the query that follows, since nobody can look into a kubectl that is not ours.',
			zh: '这是推断出来的：看的是随后请求里的查询参数，因为没法窥见别人的 kubectl 内部。'
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
		kinds: apiRequests,
		future: { en: 'A request to the API server', zh: '一个 API 请求' },
		reply: {
			sentence: {
				en: 'The API server answers the request: an object, a list, or a table.',
				zh: 'API Server 回答这个请求：一个对象、一个列表或一张表。'
			},
			surprise: {
				en: 'For kubectl get it is the server that makes the table, column by column; kubectl only prints it.',
				zh: 'kubectl get 的表格由服务器逐列做好，kubectl 只负责打印。'
			}
		},
		simplified: {
			en: 'Scheduling is done inside the API server here; upstream it is a program that binds pods through the API.',
			zh: '这里的调度在 API Server 内部完成；上游由独立的调度器通过 API 绑定。'
		},
		fn: ['director.ServeHTTP'],
		source: `${apiserver}pkg/server/handler.go`
	}
} as const satisfies Record<string, Explanation>;
