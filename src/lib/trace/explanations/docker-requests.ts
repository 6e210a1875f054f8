import type { Kind } from './explanation.ts';

/** What dockershim, or who stands in for a kubelet, asks of Docker beside the exec: by the first line of the request. */
export const dockerRequests: readonly Kind[] = [
	{
		of: /^POST \S*\/exec\/\w+\/resize/,
		sentence: {
			en: 'The terminal of the exec is given the size of the window.',
			zh: '把窗口大小告诉这次 exec 的终端。'
		},
		reply: {
			en: 'The size is set. There is nothing more to say.',
			zh: '大小已经设好，没有别的要说。'
		}
	},
	{
		of: /^GET \S*\/containers\/[^/]+\/logs/,
		sentence: {
			en: 'What the container has printed, out of the file that Docker keeps of it.',
			zh: '读取容器打印过的内容，来自 Docker 为它保存的日志文件。'
		},
		reply: {
			en: 'Line by line; without a terminal each has eight bytes before it, as in a hijacked stream.',
			zh: '逐行返回；没有终端时，每行前面有八个字节，和劫持的流一样。'
		}
	},
	{
		of: /^POST \S*\/containers\/[^/]+\/wait/,
		sentence: {
			en: 'How does the container end? The answer takes as long as that takes.',
			zh: '容器以什么结束？等到它结束，才有完整的应答。'
		},
		reply: {
			en: 'The head comes at once, the exit code when there is one.',
			zh: '应答头立刻返回，退出码要等容器结束才有。'
		}
	},
	{
		of: /^GET \S*\/containers\/[^/]+\/top/,
		sentence: {
			en: 'Which processes run in the container, by their numbers on the host?',
			zh: '容器里有哪些进程？用宿主机上的进程号列出。'
		},
		reply: {
			en: 'A table as ps prints it, of this container alone.',
			zh: 'ps 那样的表格，只含这个容器的进程。'
		}
	},
	{
		of: /^POST \S*\/containers\/[^/]+\/resize/,
		sentence: {
			en: 'The terminal of the container is given the size of the window.',
			zh: '把窗口大小告诉容器的终端。'
		},
		reply: {
			en: 'The size is set. There is nothing more to say.',
			zh: '大小已经设好，没有别的要说。'
		}
	},
	{
		of: /^GET \S*\/events/,
		sentence: {
			en: 'Tell me from now on whatever happens to a container: made, started, ended, removed.',
			zh: '从现在起，容器的创建、启动、结束、删除都通知我。'
		},
		reply: {
			en: 'It stays open: a line of JSON for each event.',
			zh: '连接一直开着：每个事件一行 JSON。'
		}
	},
	{
		of: /^GET \S*\/containers\/json/,
		sentence: {
			en: 'Which containers have these labels? Out of the answer dockershim makes its own to CRI.',
			zh: '哪些容器带有这些标签？dockershim 据此回答 CRI。'
		},
		reply: { en: 'The containers whose labels match.', zh: '标签匹配的那些容器。' }
	},
	{
		of: /^GET \S*\/containers\/[^/]+\/json/,
		sentence: {
			en: 'All that Docker knows of one container: its state, its labels, the process that it runs.',
			zh: '查询一个容器的全部信息：状态、标签、它运行的进程。'
		},
		reply: { en: 'One container, whole.', zh: '这个容器的全部信息。' }
	},
	{
		of: /^POST \S*\/containers\/create/,
		sentence: {
			en: 'A container is put together from an image, a command and labels. It does not run yet.',
			zh: '用镜像、命令和标签组成一个容器，此时还没有启动。'
		},
		reply: {
			en: 'It has an id now, by which every later request names it.',
			zh: '容器有了 id，之后的请求都用它来指名。'
		}
	},
	{
		of: /^POST \S*\/containers\/[^/]+\/start/,
		sentence: {
			en: 'The container is to start its first process.',
			zh: '让容器启动它的第一个进程。'
		},
		reply: { en: 'It has started. There is no body.', zh: '已经启动。应答没有正文。' }
	},
	{
		of: /^POST \S*\/containers\/[^/]+\/(stop|kill)/,
		sentence: { en: 'The container is to stop.', zh: '让容器停下来。' },
		reply: { en: 'It has stopped. There is no body.', zh: '已经停下。应答没有正文。' }
	},
	{
		of: /^DELETE \S*\/containers\//,
		sentence: { en: 'The stopped container is to be removed.', zh: '删除已经停下的容器。' },
		reply: { en: 'It is gone.', zh: '已经删除。' }
	},
	{
		of: /^(GET|POST) \S*\/images\//,
		sentence: {
			en: 'Is there such an image? A container can only be made of one that is here.',
			zh: '有没有这个镜像？容器只能由本地已有的镜像创建。'
		},
		reply: { en: 'What Docker has of this image.', zh: 'Docker 关于这个镜像的信息。' }
	},
	{
		of: /^(GET|HEAD) \S*\/(version|info|_ping)/,
		sentence: {
			en: 'Before anything else: is Docker there, and which API does it speak?',
			zh: '先问清楚：Docker 在不在，讲哪个版本的 API？'
		},
		reply: { en: 'It is there, and says what it speaks.', zh: '它在，并说明自己讲什么。' }
	}
];
