/** Words of the panel with the state of the cluster at a step. */
const en = {
	title: 'Cluster at this step',
	tokens: 'Tokens in the cache',
	noTokens: 'No token waits.',
	untold: 'not told yet',
	forContainer: (id: string) => `for container ${id}`,
	expiresIn: (seconds: string) => `expires in ${seconds} s`,
	others: (count: string) => `Waiting beside it, of other runs: ${count}.`,
	token: {
		kept: 'kept with this step',
		told: 'told with this step',
		spent: 'spent with this step',
		expired: 'expired before this step'
	},
	streams: 'Open streams',
	noStreams: 'No stream is open.',
	streamId: (id: string) => `stream ${id}`,
	unanswered: 'waits for its reply',
	open: 'open',
	half: 'closed by kubectl',
	stream: {
		opened: 'opened with this step',
		answered: 'answered with this step',
		'half-closed': 'closed by kubectl with this step',
		closed: 'closed with this step'
	},
	connections: 'Open connections',
	noConnections: 'No connection is open.',
	connection: {
		opened: 'opened with this step',
		closed: 'closed with this step',
		'opened-and-closed': 'opened and closed with this step'
	},
	tables: {
		apiserver: 'API server: restStorageMap',
		kubelet: 'kubelet: routes',
		streaming: 'streaming server: routes'
	},
	noTable: 'This table is not made yet.',
	made: 'made with this step',
	noMatch: 'No request of this run has come to it yet.',
	matched: 'newest match',
	matchedNow: 'matched with this step',
	allRows: (count: string) => `All ${count} rows`,
	columns: { path: 'Path', leads: 'Leads to' },
	notServed: 'not served here',
	debuggingOff: 'Debugging handlers are off: every row of theirs is answered 405.',
	metrics: 'Counters that moved',
	noMetrics: 'This run has moved no counter of the kubelet yet.',
	moved: (times: string) => `+${times} by this run`,
	movedNow: (times: string) => `+${times} with this step`,
	stands: (value: string) => `stands at ${value}`,
	unknown: 'value not told'
};

const zh: typeof en = {
	title: '这一步时的集群',
	tokens: '缓存中的 token',
	noTokens: '没有 token 在等待。',
	untold: '尚未给出',
	forContainer: (id) => `对应容器 ${id}`,
	expiresIn: (seconds) => `${seconds} 秒后过期`,
	others: (count) => `另有 ${count} 个 token 属于其他执行，也在等待。`,
	token: {
		kept: '这一步存入',
		told: '这一步给出',
		spent: '这一步用掉',
		expired: '这一步之前已过期'
	},
	streams: '打开的流',
	noStreams: '没有打开的流。',
	streamId: (id) => `流 ${id}`,
	unanswered: '等待应答',
	open: '已打开',
	half: 'kubectl 一侧已关闭',
	stream: {
		opened: '这一步打开',
		answered: '这一步得到应答',
		'half-closed': '这一步 kubectl 一侧关闭',
		closed: '这一步关闭'
	},
	connections: '打开的连接',
	noConnections: '没有打开的连接。',
	connection: {
		opened: '这一步打开',
		closed: '这一步关闭',
		'opened-and-closed': '这一步打开又关闭'
	},
	tables: {
		apiserver: 'API Server：restStorageMap',
		kubelet: 'kubelet：路由',
		streaming: '流式服务器：路由'
	},
	noTable: '这张表还没有建好。',
	made: '这一步建好',
	noMatch: '本次执行还没有请求走到这张表。',
	matched: '最近一次匹配',
	matchedNow: '这一步匹配',
	allRows: (count) => `全部 ${count} 行`,
	columns: { path: '路径', leads: '通向' },
	notServed: '此处不提供',
	debuggingOff: '调试处理器已关闭：其中每一行都返回 405。',
	metrics: '有变化的计数器',
	noMetrics: '本次执行还没有改变 kubelet 的任何计数器。',
	moved: (times) => `本次执行 +${times}`,
	movedNow: (times) => `这一步 +${times}`,
	stands: (value) => `现为 ${value}`,
	unknown: '数值未知'
};

export const cluster = { en, zh };
