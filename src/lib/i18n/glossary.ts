import type { Language } from './messages.ts';

/**
 * Words of the field that a learner meets, each explained in a sentence or two. `match` lists how a text spells the
 * word, apart by `|`; a capital letter in it counts. What begins with `!` looks like the word and is another.
 */
export interface Term {
	match: string;
	name: string;
	says: string;
}

const en = {
	spdy: {
		match: 'SPDY|SPDY/3.1',
		name: 'SPDY',
		says: 'A protocol of 2009 that carries many streams on one connection. HTTP/2 grew out of it; kubectl exec used it until WebSocket took over.'
	},
	websocket: {
		match: 'WebSocket|WebSockets',
		name: 'WebSocket',
		says: 'A two-way connection that begins as an HTTP request and then carries messages either way. Newer kubectl uses it for exec.'
	},
	http1: {
		match: 'HTTP/1.1',
		name: 'HTTP/1.1',
		says: 'The web’s protocol in its plain form: one request in text, then one answer, on one connection.'
	},
	http2: {
		match: 'HTTP/2',
		name: 'HTTP/2',
		says: 'HTTP in binary frames, with many requests at the same time on one connection. gRPC travels on it.'
	},
	stream: {
		match: 'stream|streams|!streaming server|!streaming servers|!raw stream',
		name: 'stream',
		says: 'One of several independent flows of bytes that share a connection: stdin, stdout, stderr, errors and resizes each have one.'
	},
	channel: {
		match: 'channel|channels|!secure channel',
		name: 'channel',
		says: 'What WebSocket exec has in place of streams: the first byte of each message says to which one the rest belongs.'
	},
	frame: {
		match: 'frame|frames',
		name: 'frame',
		says: 'The smallest piece that a protocol sends: a short head with kind and length, and then its bytes.'
	},
	upgrade: {
		match: 'upgrade|upgrades|upgraded|upgrading',
		name: 'upgrade',
		says: 'HTTP’s way to leave HTTP: the client asks to speak another protocol on the same connection, and a 101 agrees.'
	},
	'101': {
		match: '101|101 Switching Protocols',
		name: '101 Switching Protocols',
		says: 'The HTTP answer that agrees to an upgrade. What follows on this connection is no longer HTTP.'
	},
	'302': {
		match: '302|redirect|redirects|redirected',
		name: 'redirect (302)',
		says: 'An answer that sends the asker elsewhere: its Location header says where to ask again.'
	},
	hijack: {
		match: 'hijack|hijacks|hijacked|hijacking',
		name: 'hijack',
		says: 'A server takes the bare connection out of its HTTP library’s hands, to read and write the bytes itself.'
	},
	tls: {
		match: 'TLS',
		name: 'TLS',
		says: 'Encrypts a connection and proves with certificates who is at its ends. HTTPS is HTTP inside TLS.'
	},
	cri: {
		match: 'CRI',
		name: 'CRI',
		says: 'The Container Runtime Interface: the gRPC calls by which a kubelet asks any runtime to run containers.'
	},
	grpc: {
		match: 'gRPC',
		name: 'gRPC',
		says: 'Calls of functions in another program, sent as protobuf messages over HTTP/2.'
	},
	protobuf: {
		match: 'protobuf|protocol buffers',
		name: 'protobuf',
		says: 'A compact binary format: fields have numbers in place of names, and a schema says what each number means.'
	},
	dockershim: {
		match: 'dockershim',
		name: 'dockershim',
		says: 'The part of the old kubelet that translated CRI into Docker’s API. Kubernetes 1.24 removed it.'
	},
	streamingServer: {
		match: 'streaming server|streaming servers',
		name: 'streaming server',
		says: 'A small HTTP server of the runtime that carries exec, attach and port-forward, so that CRI itself need not carry streams.'
	},
	token: {
		match: 'token|tokens',
		name: 'token',
		says: 'A random word that stands for a request kept elsewhere. Here: eight characters in a URL, good once and for one minute.'
	},
	bearerToken: {
		match: 'bearer token|bearer tokens',
		name: 'bearer token',
		says: 'A secret in the Authorization header. Whoever has it counts as its owner.'
	},
	execLocation: {
		match: 'ExecLocation',
		name: 'ExecLocation',
		says: 'The function of the API server that turns a pod’s name into the address of its node’s kubelet and the path to ask there.'
	},
	subresource: {
		match: 'subresource|subresources',
		name: 'subresource',
		says: 'A path below a resource for one thing that can be done with it, with permissions of its own: pods/exec, pods/log.'
	},
	rbac: {
		match: 'RBAC',
		name: 'RBAC',
		says: 'Role-based access control: roles list what may be done, bindings say who has which role. What no role allows is refused.'
	},
	authorize: {
		match: 'authorization|authorizer|authorizers',
		name: 'authorization',
		says: 'Deciding whether somebody who is known may do this. Who it is has been settled before.'
	},
	authenticate: {
		match: 'authentication|authenticated',
		name: 'authentication',
		says: 'Finding out who is asking, by a certificate or a token. What they may do is decided afterwards.'
	},
	admission: {
		match: 'admission',
		name: 'admission',
		says: 'The last check of the API server: plugins may change or refuse a request that is already authorized.'
	},
	kubectl: {
		match: 'kubectl',
		name: 'kubectl',
		says: 'The command line of Kubernetes. It speaks only to the API server, never to a node.'
	},
	apiserver: {
		match: 'API server|API servers|apiserver',
		name: 'API server',
		says: 'The front door of a cluster: every request goes through it, and it alone keeps the cluster’s objects.'
	},
	kubelet: {
		match: 'kubelet|kubelets',
		name: 'kubelet',
		says: 'The agent on each node. It sees to it that the node’s pods run, and serves logs and exec of their containers.'
	},
	node: {
		match: 'node|nodes',
		name: 'node',
		says: 'A machine of the cluster, real or virtual, that runs pods.'
	},
	pod: {
		match: 'pod|pods',
		name: 'pod',
		says: 'The smallest thing that Kubernetes runs: one or more containers that share a network address and live on one node.'
	},
	container: {
		match: 'container|containers',
		name: 'container',
		says: 'Processes that the kernel keeps apart from others: with a file system, process numbers and a network of their own.'
	},
	sandbox: {
		match: 'sandbox|sandboxes|pod sandbox|pod sandboxes',
		name: 'sandbox',
		says: 'CRI’s name for what a pod’s containers live in: its network and namespaces. Docker holds them by a “pause” container.'
	},
	runtime: {
		match: 'container runtime|container runtimes|runtime',
		name: 'container runtime',
		says: 'The program that really makes containers: Docker then, containerd or CRI-O now.'
	},
	engine: {
		match: 'Docker|Docker Engine|docker daemon',
		name: 'Docker',
		says: 'A container runtime with an HTTP API on a unix socket. In this time it made the containers that a kubelet asked for.'
	},
	unixSocket: {
		match: 'unix socket|unix sockets',
		name: 'unix socket',
		says: 'A connection between two programs of one machine. It has a file name in place of an address and port.'
	},
	pty: {
		match: 'PTY|TTY|tty|pseudo-terminal|pseudoterminal',
		name: 'PTY',
		says: 'A pseudo-terminal: a pair of ends from the kernel. A program at one takes it for a real terminal; whoever holds the other types and reads.'
	},
	stdcopy: {
		match: 'stdcopy|raw stream',
		name: 'stdcopy',
		says: 'Docker’s way to put stdout and stderr on one connection: eight bytes before each piece say which it is and how long.'
	},
	status: {
		match: 'metav1.Status|Status object',
		name: 'metav1.Status',
		says: 'The object in which Kubernetes says how something ended: Success or Failure, a reason, a code. The exit code of exec comes in one.'
	},
	exitCode: {
		match: 'exit code|exit codes|exit status',
		name: 'exit code',
		says: 'The number that a process leaves when it ends: 0 is success, anything else is not.'
	},
	clientCertificate: {
		match: 'client certificate|client certificates',
		name: 'client certificate',
		says: 'A certificate by which the client, too, proves in TLS who it is. Its common name is the user, its organizations are the groups.'
	},
	kernelNamespace: {
		match: 'namespaces of the kernel|kernel namespaces|Linux namespaces',
		name: 'Linux namespaces',
		says: 'How the kernel gives a process a view of its own of processes, files, network and more. Containers are made of them.'
	},
	namespace: {
		match: 'namespace|namespaces',
		name: 'namespace',
		says: 'A named part of a cluster. Names of pods need to be unique only within one.'
	},
	kubeconfig: {
		match: 'kubeconfig|kubeconfigs',
		name: 'kubeconfig',
		says: 'The file that tells kubectl where clusters are and as whom to speak to them.'
	},
	context: {
		match: 'context|contexts',
		name: 'context',
		says: 'In a kubeconfig: a cluster, a user and a namespace under one name.'
	},
	impersonation: {
		match: 'impersonation|impersonate|impersonates|impersonated',
		name: 'impersonation',
		says: 'Asking as somebody else, with Impersonate-User headers. Whoever does it needs a permission for that.'
	},
	sar: {
		match: 'SubjectAccessReview|SubjectAccessReviews',
		name: 'SubjectAccessReview',
		says: 'A question to the API server: may this user do this? A kubelet asks it about whoever knocks.'
	},
	discovery: {
		match: 'discovery',
		name: 'discovery',
		says: 'kubectl asks the API server which kinds of objects there are and under which paths, before it asks for one.'
	},
	resource: {
		match: 'API group|API groups|APIGroupList|APIResourceList',
		name: 'API group',
		says: 'Kinds of objects are sorted into groups with versions, such as apps/v1. Pods are in the oldest, which has no name.'
	},
	heartbeat: {
		match: 'ping|pings',
		name: 'ping',
		says: 'A frame that only asks whether the other end is still there.'
	},
	etcd: {
		match: 'etcd',
		name: 'etcd',
		says: 'The database in which an API server keeps the cluster’s objects.'
	}
} satisfies Record<string, Term>;

const zh: Record<keyof typeof en, Term> = {
	spdy: {
		match: 'SPDY|SPDY/3.1',
		name: 'SPDY',
		says: '2009 年出现的协议，在一条连接上承载多个流，HTTP/2 由它发展而来。kubectl exec 长期使用它，后来才换成 WebSocket。'
	},
	websocket: {
		match: 'WebSocket',
		name: 'WebSocket',
		says: '以一次 HTTP 请求开头的双向连接，之后双方都可以随时发消息。较新的 kubectl 用它来做 exec。'
	},
	http1: {
		match: 'HTTP/1.1',
		name: 'HTTP/1.1',
		says: 'Web 协议最朴素的样子：一条连接上，先是一个文本请求，然后是一个响应。'
	},
	http2: {
		match: 'HTTP/2',
		name: 'HTTP/2',
		says: '用二进制帧传输的 HTTP，一条连接上可以同时进行多个请求。gRPC 就跑在它上面。'
	},
	stream: {
		match: '流|数据流|!流式|!流程|!流量|!交流|!主流|!流向|!流动|!流行|!原始流',
		name: '流',
		says: '共用一条连接、互不相干的几路字节之一：stdin、stdout、stderr、错误和窗口大小各占一路。'
	},
	channel: {
		match: '通道|!安全通道',
		name: '通道',
		says: 'WebSocket 版 exec 里代替流的东西：每条消息的第一个字节说明其余内容属于哪一路。'
	},
	frame: {
		match: '帧',
		name: '帧',
		says: '协议每次发送的最小单位：一个写明种类和长度的短头部，后面跟着内容。'
	},
	upgrade: {
		match: '协议升级|升级',
		name: '升级',
		says: 'HTTP 离开 HTTP 的办法：客户端请求在同一条连接上改用另一种协议，服务器回 101 表示同意。'
	},
	'101': {
		match: '101|101 Switching Protocols',
		name: '101 Switching Protocols',
		says: '同意升级的 HTTP 响应。从此这条连接上传的就不再是 HTTP。'
	},
	'302': {
		match: '302|重定向',
		name: '重定向（302）',
		says: '让对方改去别处的响应，Location 头部写明该去哪里再问。'
	},
	hijack: {
		match: 'hijack|Hijack|劫持|接管连接',
		name: '劫持（hijack）',
		says: '服务器把底层连接从 HTTP 库手里拿过来，自己直接读写字节。'
	},
	tls: {
		match: 'TLS',
		name: 'TLS',
		says: '给连接加密，并用证书证明两端是谁。HTTPS 就是 TLS 里面的 HTTP。'
	},
	cri: {
		match: 'CRI',
		name: 'CRI',
		says: '容器运行时接口（Container Runtime Interface）：kubelet 用这组 gRPC 调用请任何一种运行时去管理容器。'
	},
	grpc: {
		match: 'gRPC',
		name: 'gRPC',
		says: '调用另一个程序里的函数，消息用 protobuf 编码，走 HTTP/2。'
	},
	protobuf: {
		match: 'protobuf|Protobuf',
		name: 'protobuf',
		says: '一种紧凑的二进制格式：字段用编号而不用名字，编号的含义写在模式定义里。'
	},
	dockershim: {
		match: 'dockershim',
		name: 'dockershim',
		says: '旧版 kubelet 里把 CRI 翻译成 Docker API 的部分，Kubernetes 1.24 将它移除。'
	},
	streamingServer: {
		match: '流式服务器|流式服务',
		name: '流式服务器',
		says: '运行时里的一个小 HTTP 服务器，专门承载 exec、attach 和端口转发，这样 CRI 本身不必传输数据流。'
	},
	token: {
		match: 'token|令牌|!bearer token|!Bearer Token',
		name: 'token',
		says: '一个随机字符串，代表存放在别处的请求。这里是 URL 里的 8 个字符，只能用一次，一分钟内有效。'
	},
	bearerToken: {
		match: 'bearer token|Bearer Token|Bearer token|持有者令牌',
		name: 'bearer token',
		says: '放在 Authorization 头部里的秘密。谁拿着它，谁就被当作它的主人。'
	},
	execLocation: {
		match: 'ExecLocation',
		name: 'ExecLocation',
		says: 'API Server 里的函数：由 Pod 的名字得出它所在节点上 kubelet 的地址，以及该请求的路径。'
	},
	subresource: {
		match: '子资源',
		name: '子资源',
		says: '资源下面的一个路径，对应能对它做的一件事，权限单独授予，例如 pods/exec、pods/log。'
	},
	rbac: {
		match: 'RBAC',
		name: 'RBAC',
		says: '基于角色的访问控制：角色列出允许做的事，绑定说明谁拥有哪个角色。没有角色允许的一律拒绝。'
	},
	authorize: {
		match: '鉴权|授权',
		name: '鉴权',
		says: '判断一个身份已知的人能不能做这件事。他是谁，在此之前已经确定。'
	},
	authenticate: {
		match: '身份认证|身份验证|认证',
		name: '认证',
		says: '凭证书或 token 弄清是谁在请求。他能做什么，之后再判断。'
	},
	admission: {
		match: '准入控制|准入',
		name: '准入控制',
		says: 'API Server 的最后一关：插件可以修改或拒绝已经通过鉴权的请求。'
	},
	kubectl: {
		match: 'kubectl',
		name: 'kubectl',
		says: 'Kubernetes 的命令行工具。它只和 API Server 说话，从不直接找节点。'
	},
	apiserver: {
		match: 'API Server|apiserver|API 服务器',
		name: 'API Server',
		says: '集群的正门：所有请求都经过它，集群里的对象也只由它保存。'
	},
	kubelet: {
		match: 'kubelet',
		name: 'kubelet',
		says: '每个节点上的代理。它保证本节点的 Pod 正常工作，并提供其中容器的日志和 exec。'
	},
	node: {
		match: '节点',
		name: '节点',
		says: '集群里承载 Pod 的一台机器，可以是物理机，也可以是虚拟机。'
	},
	pod: {
		match: 'Pod',
		name: 'Pod',
		says: 'Kubernetes 调度的最小单位：一个或几个容器，共用一个网络地址，位于同一个节点。'
	},
	container: {
		match: '容器|!容器引擎',
		name: '容器',
		says: '被内核与其他进程隔开的一组进程，有自己的文件系统、进程编号和网络。'
	},
	sandbox: {
		match: '沙箱|Pod 沙箱',
		name: '沙箱',
		says: 'CRI 的说法，指一个 Pod 的容器共同所在的环境：网络和命名空间。Docker 用一个 pause 容器来维持它。'
	},
	runtime: {
		match: '容器运行时|运行时|!运行时间',
		name: '容器运行时',
		says: '真正创建容器的程序：当年是 Docker，如今是 containerd 或 CRI-O。'
	},
	engine: {
		match: 'Docker|Docker Engine',
		name: 'Docker',
		says: '一种容器运行时，在 unix 套接字上提供 HTTP API。那个年代，kubelet 要的容器就由它创建。'
	},
	unixSocket: {
		match: 'unix 套接字|Unix 套接字|UNIX 套接字',
		name: 'unix 套接字',
		says: '同一台机器上两个程序之间的连接，用文件名代替地址和端口。'
	},
	pty: {
		match: 'PTY|TTY|tty|伪终端',
		name: '伪终端（PTY）',
		says: '内核提供的一对端点：程序在一端，以为面前是真终端；谁拿着另一端，谁就负责输入和读取。'
	},
	stdcopy: {
		match: 'stdcopy|原始流',
		name: 'stdcopy',
		says: 'Docker 把 stdout 和 stderr 放进同一条连接的办法：每段数据前有 8 个字节，写明属于哪一路、有多长。'
	},
	status: {
		match: 'metav1.Status|Status 对象',
		name: 'metav1.Status',
		says: 'Kubernetes 用来说明结果的对象：Success 或 Failure、原因、代码。exec 的退出码也放在里面。'
	},
	exitCode: {
		match: '退出码|退出状态',
		name: '退出码',
		says: '进程结束时留下的数字：0 表示成功，其他都不算成功。'
	},
	clientCertificate: {
		match: '客户端证书',
		name: '客户端证书',
		says: '客户端在 TLS 里也用证书证明自己是谁。证书的 CN 是用户名，O 是所属的组。'
	},
	kernelNamespace: {
		match: '内核命名空间|Linux 命名空间',
		name: 'Linux 命名空间',
		says: '内核让一个进程只看到自己的那一份进程、文件和网络等。容器就是靠它实现的。'
	},
	namespace: {
		match: '命名空间',
		name: '命名空间',
		says: '集群里有名字的一块区域，Pod 的名字只需在其中唯一。'
	},
	kubeconfig: {
		match: 'kubeconfig',
		name: 'kubeconfig',
		says: '告诉 kubectl 集群在哪里、以谁的身份访问的文件。'
	},
	context: {
		match: '上下文',
		name: '上下文（context）',
		says: 'kubeconfig 里的一项：把集群、用户和命名空间合在一个名字下。'
	},
	impersonation: {
		match: '身份模拟|模拟用户|冒充',
		name: '身份模拟（impersonation）',
		says: '用 Impersonate-User 头部以别人的身份发请求，这样做本身需要权限。'
	},
	sar: {
		match: 'SubjectAccessReview',
		name: 'SubjectAccessReview',
		says: '向 API Server 提的一个问题：这个用户可以做这件事吗？有人来访时，kubelet 就这样问。'
	},
	discovery: {
		match: 'discovery|API 发现|发现机制',
		name: 'discovery',
		says: 'kubectl 在请求对象之前，先问 API Server 有哪些种类的对象、各在什么路径下。'
	},
	resource: {
		match: 'API 组|APIGroupList|APIResourceList',
		name: 'API 组',
		says: '对象的种类分成带版本的组，例如 apps/v1。Pod 属于最早的那个组，它没有名字。'
	},
	heartbeat: {
		match: 'ping|PING',
		name: 'ping',
		says: '只用来询问对方是否还在的一个帧。'
	},
	etcd: {
		match: 'etcd',
		name: 'etcd',
		says: 'API Server 用来保存集群对象的数据库。'
	}
};

export type TermId = keyof typeof en;

/** Not among the page's messages: these sentences are prose, as explanations are. */
export const glossary: Readonly<Record<Language, Readonly<Record<TermId, Term>>>> = { en, zh };
