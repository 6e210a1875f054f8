import { asUpstream, kubernetes, type Explanation } from './explanation.ts';

export const dockerAttach = {
	'docker-attach': {
		title: { en: 'Docker: attach', zh: 'Docker：attach' },
		sentence: {
			en: 'The shim asks Docker for the streams of the process that the container runs already, and for the connection to carry them.',
			zh: 'shim 向 Docker 要容器里那个已在运行的进程的流，并要走这条连接来传输。'
		},
		future: { en: 'Attach, and take the connection', zh: '附着到容器并接管连接' },
		surprise: {
			en: 'Nothing is started: everybody who attaches sees the same output, and types into the same input.',
			zh: '什么都没有新启动：所有附着的人看到同一份输出，写入同一个输入。'
		},
		reply: {
			sentence: {
				en: 'Docker refuses, in the very form of a stream: a status line, the reason, and the end of the connection.',
				zh: 'Docker 拒绝了，形式仍像一条流：一行状态、一句原因，然后关闭连接。'
			},
			simplified: {
				en: 'The engine is ours: it answers as a Docker 20.10 does.',
				zh: '引擎是我们自己的，按 Docker 20.10 的方式应答。'
			}
		},
		simplified: asUpstream,
		fn: ['attachContainer', 'kubeDockerClient.AttachToContainer'],
		source: `${kubernetes}pkg/kubelet/dockershim/libdocker/kube_docker_client.go`
	}
} as const satisfies Record<string, Explanation>;
