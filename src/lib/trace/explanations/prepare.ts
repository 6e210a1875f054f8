import { dockerRequests } from './docker-requests.ts';
import { asUpstream, kubernetes, type Explanation } from './explanation.ts';

export const prepare = {
	'get-exec': {
		title: { en: 'getExec', zh: 'getExec' },
		sentence: {
			en: 'The kubelet reads the parameters, finds the pod, and turns its name into a container id.',
			zh: 'kubelet 解析参数，找到 Pod，再把名字换成容器 ID。'
		},
		future: { en: 'Find pod and container', zh: '找到 Pod 和容器' },
		surprise: {
			en: 'Names end here. The exec that the runtime is asked for has no pod in it, only a container id of 64 hexadecimal digits.',
			zh: '名字到此为止：之后向运行时请求 exec 时，里面没有 Pod，只有一个 64 位十六进制的容器 ID。'
		},
		articles: {
			en: 'The long article follows getExec to GetExec, and from there to the runtime manager.',
			zh: '长文从 getExec 追到 GetExec，再到运行时管理器。'
		},
		simplified: asUpstream,
		fn: ['Server.getExec', 'GetPodFullName', 'Kubelet.GetExec', 'findContainer'],
		source: `${kubernetes}pkg/kubelet/server/server.go`
	},
	'list-containers': {
		title: { en: 'List what runs', zh: '列出正在运行的' },
		sentence: {
			en: 'The kubelet asks the runtime itself, not its own cache: which sandboxes (one for each pod) are ready, and which containers run?',
			zh: 'kubelet 不看自己的缓存，而是直接问运行时：哪些沙箱（每个 Pod 一个）就绪，哪些容器在运行？'
		},
		future: { en: 'What is running?', zh: '有什么在运行？' },
		surprise: {
			en: 'A container that is not running is simply not in the list: hence “container not found”, though the pod is there.',
			zh: '没在运行的容器不会出现在列表里，所以 Pod 明明在，却报 “container not found”。'
		},
		reply: {
			sentence: {
				en: 'dockershim answers with what Docker lists, in CRI’s words: ids, names, states.',
				zh: 'dockershim 把 Docker 列出的内容换成 CRI 的说法返回：ID、名字、状态。'
			},
			surprise: {
				en: 'The state is read off Docker’s words: what begins with “Up” runs, and so a paused container counts as running.',
				zh: '状态是从 Docker 的文字里读出来的：以 “Up” 开头就算运行，所以暂停的容器也算在运行。'
			}
		},
		simplified: {
			en: 'The kubelet opens a new CRI connection for each run, so that a recording decodes from its first byte; a real one keeps one open.',
			zh: '每次运行都新建一条 CRI 连接，便于录制从第一个字节解码；真实的 kubelet 只保持一条。'
		},
		fn: [
			'kubeGenericRuntimeManager.GetPods',
			'RuntimeService/ListPodSandbox',
			'RuntimeService/ListContainers'
		],
		source: `${kubernetes}pkg/kubelet/kuberuntime/kuberuntime_manager.go`
	},
	'cri-exec': {
		title: { en: 'CRI Exec', zh: 'CRI Exec' },
		sentence: {
			en: 'By CRI, its gRPC interface to whatever runs the containers, the kubelet asks to prepare an exec: this command, in this container.',
			zh: 'kubelet 通过 CRI（它与容器运行时之间的 gRPC 接口）请对方准备一次 exec：在这个容器里执行这条命令。'
		},
		future: { en: 'Ask the runtime to prepare', zh: '请运行时做准备' },
		surprise: {
			en: 'Nothing runs yet. The answer will be a URL, not output.',
			zh: '此时什么都没有运行。回答会是一个 URL，而不是输出。'
		},
		articles: {
			en: 'The long article walks through three layers here: the runtime manager, one that keeps metrics, and one that makes the call.',
			zh: '长文在这里走过三层：运行时管理器、记录指标的一层，以及真正发起调用的一层。'
		},
		reply: {
			sentence: {
				en: 'The runtime refuses with a gRPC status instead of a URL.',
				zh: '运行时没有给 URL，而是用一个 gRPC 状态拒绝。'
			},
			surprise: {
				en: 'The kubelet makes HTTP of it again: NotFound becomes 404, ResourceExhausted 429, everything else 500.',
				zh: 'kubelet 再把它变回 HTTP：NotFound 变 404，ResourceExhausted 变 429，其余都是 500。'
			}
		},
		simplified: {
			en: 'The call carries a traceparent in its metadata, to tell runs apart.',
			zh: '调用的元数据里带有 traceparent，用来区分各次运行。'
		},
		fn: [
			'StreamingRuntime',
			'kubeGenericRuntimeManager.GetExec',
			'instrumentedRuntimeService.Exec',
			'RemoteRuntimeService.Exec',
			'RuntimeServiceServer.Exec'
		],
		source: `${kubernetes}pkg/kubelet/remote/remote_runtime.go`
	},
	'check-container': {
		title: { en: 'Is the container running?', zh: '容器在运行吗？' },
		sentence: {
			en: 'The shim inspects the container through Docker’s API and goes on only if it is running.',
			zh: 'shim 通过 Docker API 查看容器，只有容器在运行才继续。'
		},
		future: { en: 'Is the container running?', zh: '容器在运行吗？' },
		surprise: {
			en: 'It is asked twice: now, and again when the stream begins. In between the container may stop.',
			zh: '会问两次：现在一次，流开始时再一次；其间容器可能已经停了。'
		},
		articles: {
			en: 'The long article shows dockerService.Exec: first this check, then the streaming server.',
			zh: '长文展示了 dockerService.Exec：先做这项检查，再交给流式服务器。'
		},
		reply: {
			sentence: {
				en: 'Docker tells all it knows of the container. The shim looks at one field, State.Running.',
				zh: 'Docker 把它知道的都说了，shim 只看一个字段：State.Running。'
			},
			surprise: {
				en: 'Whether the program that is to run exists is in none of these fields.',
				zh: '要运行的程序是否存在，这些字段里一个也没有。'
			},
			simplified: {
				en: 'The engine is ours: it answers as a Docker 20.10 does.',
				zh: '引擎是我们自己的，按 Docker 20.10 的方式应答。'
			}
		},
		simplified: asUpstream,
		fn: ['dockerService.Exec', 'checkContainerStatus'],
		source: `${kubernetes}pkg/kubelet/dockershim/docker_streaming.go`
	},
	'cache-insert': {
		title: { en: 'Keep it under a token', zh: '存下请求，换得 token' },
		sentence: {
			en: 'The streaming server puts the request away and gets eight random characters for it.',
			zh: '流式服务器把请求存起来，换得八个随机字符。'
		},
		future: { en: 'Keep the request under a token', zh: '把请求存在 token 名下' },
		surprise: {
			en: 'Eight characters, good for one use: the streaming server asks its callers for nothing else.',
			zh: '八个字符，只能用一次：除此之外，流式服务器什么都不问。'
		},
		articles: {
			en: 'The long article explains the token by commands of any length and any characters.',
			zh: '长文认为需要 token 是因为命令的长度和字符五花八门。'
		},
		simplified: asUpstream,
		fn: ['streaming.server.GetExec', 'validateExecRequest', 'requestCache.Insert', 'buildURL'],
		source: `${kubernetes}pkg/kubelet/server/streaming/request_cache.go`
	},
	'token-url': {
		title: { en: 'A URL with the token', zh: '带 token 的 URL' },
		sentence: {
			en: 'The shim answers the kubelet with a URL. The command is not in it: the token stands for the whole request.',
			zh: 'shim 回给 kubelet 一个 URL。命令不在里面，由 token 代表整个请求。'
		},
		future: { en: 'A URL that holds the token', zh: '一个含 token 的 URL' },
		surprise: {
			en: 'In redirect mode the kubelet never opens it: it only hands the URL on.',
			zh: '在重定向模式下，kubelet 从不访问这个 URL，只是把它转交出去。'
		},
		simplified: asUpstream,
		fn: ['buildURL', 'ExecResponse'],
		source: `${kubernetes}pkg/kubelet/server/streaming/server.go`
	},
	'cri-call': {
		title: { en: 'Another CRI call', zh: '另一个 CRI 调用' },
		sentence: {
			en: 'A call to the runtime that is not part of the exec itself.',
			zh: '对运行时的调用，但不属于 exec 本身。'
		},
		future: { en: 'A call to the runtime', zh: '一次 CRI 调用' },
		reply: {
			sentence: {
				en: 'The runtime answers in the messages of CRI.',
				zh: '运行时用 CRI 的消息作答。'
			}
		},
		simplified: {
			en: 'RunPodSandbox sets up no network by CNI, and PullImage asks no registry: images and addresses are those of this machine.',
			zh: 'RunPodSandbox 不通过 CNI 建立网络，PullImage 也不访问镜像仓库：镜像和地址都来自本机。'
		},
		fn: ['RuntimeServiceServer'],
		source: `${kubernetes}pkg/kubelet/dockershim/docker_service.go`
	},
	'kubelet-request': {
		title: { en: 'Another request to the kubelet', zh: '另一个 kubelet 请求' },
		sentence: {
			en: 'A request to the kubelet that is not an exec.',
			zh: '发给 kubelet 的请求，但不是 exec。'
		},
		future: { en: 'A request to the kubelet', zh: '一个 kubelet 请求' },
		simplified: {
			en: 'Only health, pods, running pods and the metrics of the runtime are served; the rest answers 501, that this version does not have it.',
			zh: '只提供健康检查、Pod、运行中的 Pod 和运行时指标；其余路径一律回答 501，表示本版本没有。'
		},
		fn: ['Server.ServeHTTP'],
		source: `${kubernetes}pkg/kubelet/server/server.go`
	},
	'docker-request': {
		title: { en: 'A request to Docker’s API', zh: '对 Docker API 的请求' },
		sentence: {
			en: 'A request to Docker beside the exec itself.',
			zh: '这次 exec 本身之外，对 Docker 的一个请求。'
		},
		kinds: dockerRequests,
		future: { en: 'A request to Docker', zh: '对 Docker 的一个请求' },
		reply: {
			sentence: {
				en: 'Docker answers.',
				zh: 'Docker 作答。'
			},
			simplified: {
				en: 'The engine is ours: it answers as a Docker 20.10 does.',
				zh: '引擎是我们自己的，按 Docker 20.10 的方式应答。'
			}
		},
		simplified: {
			en: 'The engine is ours: it speaks Docker’s API and runs real processes in Linux namespaces.',
			zh: '引擎是我们自己的：讲 Docker API，并在 Linux 命名空间里运行真实进程。'
		},
		fn: ['kubeDockerClient'],
		source: `${kubernetes}pkg/kubelet/dockershim/libdocker/kube_docker_client.go`
	}
} as const satisfies Record<string, Explanation>;
