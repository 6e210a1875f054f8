import {
	apiserver,
	asUpstream,
	kubernetes,
	runtimePreInit,
	type Explanation
} from './explanation.ts';

export const boot = {
	'install-legacy-api': {
		title: { en: 'Install the legacy API', zh: '安装核心 API' },
		sentence: {
			en: 'The API server starts by installing the core group, /api/v1, the one that pods live in.',
			zh: 'API Server 启动时首先安装核心组 /api/v1，Pod 就在这个组里。'
		},
		future: { en: 'Install /api/v1', zh: '安装 /api/v1' },
		surprise: {
			en: '“Legacy” is only the name of the path without a group; nothing here is going away.',
			zh: '“legacy” 只是说路径里没有组名，并不意味着要被淘汰。'
		},
		articles: {
			en: 'The long article starts its tour of the source here.',
			zh: '长文的源码之旅从这里开始。'
		},
		simplified: {
			en: 'Only pods, nodes, namespaces and events are installed; a real server installs dozens of resources.',
			zh: '这里只装了 Pod、Node、Namespace 和 Event；真实的服务器会安装几十种资源。'
		},
		fn: ['CreateServerChain', 'Master.InstallLegacyAPI'],
		source: `${kubernetes}pkg/master/master.go`
	},
	'pod-storage': {
		title: { en: 'Make the pod storage', zh: '创建 Pod 存储' },
		sentence: {
			en: 'One object is made that keeps pods, and beside it a small one for each subresource (a path below a pod), exec among them.',
			zh: '创建保存 Pod 的对象，并为每个子资源（Pod 之下的路径）各建一个小对象，exec 是其中之一。'
		},
		future: { en: 'Make storage for pods and their subresources', zh: '为 Pod 及其子资源创建存储' },
		surprise: {
			en: 'ExecREST stores nothing at all. It is “storage” only because that is the interface that routes are made from.',
			zh: 'ExecREST 什么都不存。之所以叫“存储”，只因为路由就是由这个接口生成的。'
		},
		articles: {
			en: 'The long article passes by here, and gives pods and subresources alike their create, read, update and delete from this object.',
			zh: '长文经过这里，说 Pod 和各子资源的增删改查都由这个对象提供。'
		},
		simplified: {
			en: 'Pods are kept in memory instead of etcd, and are gone at the end.',
			zh: 'Pod 保存在内存里而不是 etcd，退出即消失。'
		},
		fn: [
			'LegacyRESTStorageProvider.NewLegacyRESTStorage',
			'podstore.NewStorage',
			'genericregistry.Store'
		],
		source: `${kubernetes}pkg/registry/core/pod/storage/storage.go`
	},
	'rest-storage-map': {
		title: { en: 'restStorageMap', zh: 'restStorageMap' },
		sentence: {
			en: 'A plain map ties each path to its storage: “pods/exec” leads to ExecREST.',
			zh: '一个普通的 map 把路径与存储对应起来：“pods/exec” 对应 ExecREST。'
		},
		future: { en: 'Tie paths to storage', zh: '把路径与存储对应起来' },
		articles: {
			en: 'The long article prints this map and points at the row of pods/exec.',
			zh: '长文贴出了这个 map，并点出 pods/exec 这一行。'
		},
		simplified: {
			en: 'Rows that this cluster does not serve stay in the table, say so, and are left out of the list that clients get.',
			zh: '本集群不提供的行仍保留在表里并注明，但不出现在发给客户端的资源列表里。'
		},
		fn: ['restStorageMap', 'LegacyRESTStorage'],
		source: `${kubernetes}pkg/registry/core/rest/storage_core.go`
	},
	'install-api-resources': {
		title: { en: 'Turn the map into routes', zh: '把 map 变成路由' },
		sentence: {
			en: 'Each row of the map becomes HTTP routes; a row that takes over the connection, as pods/exec does, gets one for GET and one for POST.',
			zh: 'map 的每一行变成若干 HTTP 路由；像 pods/exec 这样要接管连接的行，GET 和 POST 各得一条。'
		},
		future: { en: 'Make routes from the map', zh: '由 map 生成路由' },
		surprise: {
			en: 'GET was put there so that browsers can exec by WebSocket. kubectl itself has used it since 1.30.',
			zh: '当初加上 GET 是为了让浏览器能用 WebSocket 执行 exec；kubectl 自己从 1.30 起也用它。'
		},
		articles: {
			en: 'The long article shows the call, but not how one row becomes two routes.',
			zh: '长文给出了这个调用，但没讲一行怎样变成两条路由。'
		},
		simplified: {
			en: 'A table of our own instead of go-restful.',
			zh: '用我们自己的表代替 go-restful。'
		},
		fn: [
			'GenericAPIServer.InstallLegacyAPIGroup',
			'GenericAPIServer.installAPIResources',
			'APIInstaller'
		],
		source: `${apiserver}pkg/server/genericapiserver.go`
	},
	'add-webservice': {
		title: { en: 'Answer at /api', zh: '在 /api 应答' },
		sentence: {
			en: 'Last, a handler is added that tells clients which versions there are below /api.',
			zh: '最后加上一个处理器，告诉客户端 /api 下有哪些版本。'
		},
		future: { en: 'Add the handler of /api', zh: '加上 /api 的处理器' },
		articles: {
			en: 'The long article shows it as the line after installAPIResources.',
			zh: '长文里它紧跟在 installAPIResources 之后。'
		},
		simplified: asUpstream,
		fn: [
			'GoRestfulContainer.Add',
			'discovery.NewLegacyRootAPIHandler',
			'GoRestfulContainer.ServeMux'
		],
		source: `${apiserver}pkg/server/genericapiserver.go`
	},
	'pre-init-runtime': {
		title: { en: 'Prepare the runtime', zh: '准备运行时' },
		sentence: {
			en: 'Before it serves anything, the kubelet brings up the thing that will run its containers.',
			zh: 'kubelet 在对外服务之前，先把运行容器的那一层准备好。'
		},
		future: { en: 'Bring up the runtime', zh: '准备运行时' },
		articles: {
			en: 'The long article takes this function for the gRPC server.',
			zh: '长文把这个函数当成了 gRPC 服务端。'
		},
		simplified: {
			en: 'It comes before RunKubelet, as since 1.18. And dockershim is a program of its own here, so that its socket can be seen; upstream it ran inside the kubelet.',
			zh: '这里按 1.18 起的顺序，排在 RunKubelet 之前。另外，这里的 dockershim 是独立程序，以便看到它的套接字；上游它就运行在 kubelet 进程里。'
		},
		fn: ['PreInitRuntimeService', 'NewMainKubelet'],
		source: runtimePreInit
	},
	'docker-service': {
		title: { en: 'Build dockershim', zh: '构建 dockershim' },
		sentence: {
			en: 'The shim is put together: a Docker client, a streaming server, and the exec handler that will use them.',
			zh: '组装 dockershim：Docker 客户端、流式服务器，以及会用到它们的 exec 处理器。'
		},
		future: { en: 'Put the shim together', zh: '组装 dockershim' },
		articles: {
			en: 'The long article points out that the shim brings both a streaming server and a NativeExecHandler.',
			zh: '长文指出，shim 既带着流式服务器，也带着 NativeExecHandler。'
		},
		simplified: {
			en: 'No network plugin and no cgroup driver check.',
			zh: '没有网络插件，也不检查 cgroup 驱动。'
		},
		fn: ['dockershim.NewDockerService', 'dockerService', 'NativeExecHandler'],
		source: `${kubernetes}pkg/kubelet/dockershim/docker_service.go`
	},
	'docker-server': {
		title: { en: 'Listen on dockershim.sock', zh: '监听 dockershim.sock' },
		sentence: {
			en: 'A gRPC server opens a unix socket, and from now on the shim speaks CRI.',
			zh: 'gRPC 服务端打开一个 unix 套接字，从此 dockershim 就能讲 CRI 了。'
		},
		future: { en: 'Open the CRI socket', zh: '打开 CRI 套接字' },
		surprise: {
			en: 'Kubelet and shim were one process, and still spoke gRPC to each other over a file.',
			zh: 'kubelet 与 shim 同处一个进程，却仍然通过一个文件用 gRPC 互相通信。'
		},
		simplified: {
			en: 'The socket lies in a private folder of this run instead of /var/run.',
			zh: '套接字放在本次运行的私有目录里，而不是 /var/run。'
		},
		fn: ['dockerremote.NewDockerServer', 'DockerServer.Start', 'RuntimeServiceServer'],
		source: `${kubernetes}pkg/kubelet/dockershim/remote/docker_server.go`
	},
	'run-kubelet': {
		title: { en: 'Run the kubelet', zh: '运行 kubelet' },
		sentence: {
			en: 'The kubelet starts its loops and its HTTPS server, port 10250 on a real node.',
			zh: 'kubelet 启动各个循环和 HTTPS 服务，真实节点上是 10250 端口。'
		},
		future: { en: 'Start the kubelet', zh: '启动 kubelet' },
		articles: {
			en: 'The long article follows RunKubelet to startKubelet, and from there to the server.',
			zh: '长文从 RunKubelet 追到 startKubelet，再到服务器。'
		},
		simplified: {
			en: 'Two kubelets share one machine here, so each takes any free port.',
			zh: '这里两个 kubelet 同处一台机器，所以各取一个空闲端口。'
		},
		fn: ['RunKubelet', 'startKubelet', 'kubelet.Kubelet'],
		source: `${kubernetes}cmd/kubelet/app/server.go`
	},
	'new-server': {
		title: { en: 'Make the kubelet’s server', zh: '创建 kubelet 的服务器' },
		sentence: {
			en: 'The server is made with its routes and a filter that asks who is calling.',
			zh: '创建服务器，装上路由，以及一个核对来者身份的过滤器。'
		},
		future: { en: 'Make the server', zh: '创建服务器' },
		articles: {
			en: 'The long article shows the fork that comes now: debugging handlers, or stubs in their place.',
			zh: '长文展示了接下来的岔路：装调试处理器，还是装占位。'
		},
		simplified: {
			en: 'The filter decides by the name in the client certificate; upstream asks the API server by SubjectAccessReview.',
			zh: '过滤器按客户端证书里的名字裁决；上游会用 SubjectAccessReview 询问 API Server。'
		},
		fn: ['Kubelet.ListenAndServe', 'server.ListenAndServeKubeletServer', 'NewServer'],
		source: `${kubernetes}pkg/kubelet/server/server.go`
	},
	'debugging-handlers': {
		title: { en: 'Install the debugging handlers', zh: '安装调试处理器' },
		sentence: {
			en: 'exec, attach, port-forward and logs are routes that a kubelet has only when debugging is on, which is the default.',
			zh: 'exec、attach、port-forward 和日志都属于“调试”路由，只有开启调试（默认开启）时 kubelet 才有。'
		},
		future: { en: 'Install /exec and its siblings', zh: '安装 /exec 等路由' },
		surprise: {
			en: 'kubectl exec is a debugging feature of the kubelet: one setting turns it off for the whole node.',
			zh: 'kubectl exec 其实是 kubelet 的一项调试功能：一个配置就能在整个节点上把它关掉。'
		},
		articles: {
			en: 'The long article lists the four routes of getExec: GET and POST, with a pod’s UID and without.',
			zh: '长文列出 getExec 的四条路由：GET 与 POST，各分带 Pod UID 和不带两种。'
		},
		simplified: {
			en: 'attach, port-forward and logs answer that this version does not serve them.',
			zh: 'attach、port-forward 和日志会回答“本版本尚未提供”。'
		},
		fn: ['InstallDebuggingHandlers'],
		source: `${kubernetes}pkg/kubelet/server/server.go`
	},
	'debugging-disabled': {
		title: { en: 'Debugging is off', zh: '调试已关闭' },
		sentence: {
			en: 'With debugging off the same paths get a stub that answers 405.',
			zh: '关闭调试后，同样的路径上只有一个返回 405 的占位处理器。'
		},
		future: { en: 'Install the 405 stubs', zh: '安装 405 占位' },
		simplified: asUpstream,
		fn: ['InstallDebuggingDisabledHandlers'],
		source: `${kubernetes}pkg/kubelet/server/server.go`
	},
	'streaming-routes': {
		title: { en: 'Routes for tokens', zh: 'token 的路由' },
		sentence: {
			en: 'The streaming server gets its routes: whoever comes to /exec/ with a token is served by serveExec.',
			zh: '流式服务器装上自己的路由：凡是带着 token 来到 /exec/ 的，都由 serveExec 接待。'
		},
		future: { en: 'Bind /exec/{token}', zh: '绑定 /exec/{token}' },
		surprise: {
			en: 'It asks for no certificate and no password: the token is the only secret. In redirect mode, though, the kubelet’s own check stands before it.',
			zh: '它不查证书，也不要密码，token 就是唯一的凭证。不过在重定向模式下，前面还有 kubelet 自己的查验。'
		},
		articles: {
			en: 'The long article comes to these routes last, on its way to serveExec.',
			zh: '长文最后才讲到这些路由，由此引出 serveExec。'
		},
		simplified: {
			en: 'It has a listener of its own; in redirect mode upstream mounts it inside the kubelet’s port.',
			zh: '这里它有自己的监听；上游的重定向模式把它挂在 kubelet 的端口里。'
		},
		fn: ['streaming.NewServer', 'streaming.Server'],
		source: `${kubernetes}pkg/kubelet/server/streaming/server.go`
	}
} as const satisfies Record<string, Explanation>;
