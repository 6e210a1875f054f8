/** Words of the way of one byte, and of an exit code. */
const en = {
	keyTitle: 'One byte, there and back',
	outputTitle: 'One byte of the output',
	exitTitle: 'The way of the exit code',
	total: (ms: string) => `seen from end to end in ${ms} ms`,
	layers: {
		tls: 'TLS',
		tcp: 'TCP',
		unix: 'unix socket',
		http: 'HTTP',
		json: 'JSON',
		spdy: 'SPDY DATA',
		websocket: 'WebSocket message',
		docker: 'Docker raw stream',
		stdcopy: 'stdcopy frame',
		terminal: 'terminal',
		pipe: 'pipe',
		wait: 'wait status',
		exit: 'end of its process',
		call: 'function call'
	},
	/** What it rides in, innermost first: `SPDY DATA in TLS`. */
	wrapped: (layers: readonly string[]) => layers.join(' in '),
	arrow: (from: string, to: string) => `${from} → ${to}`,
	within: (lane: string) => `inside ${lane}`,
	later: (ms: string) => `+${ms} ms`,
	first: 'starts',
	unseen: 'not seen',
	/** For who listens: which hop, from where to where, in what, and how long after the one before. */
	hop: (number: string, of: string, way: string, wrapped: string, when: string) =>
		`Hop ${number} of ${of}: ${way}, ${wrapped}${when}.`,
	laterWords: (ms: string) => `, ${ms} milliseconds later`,
	unseenWords: ', where nothing sees it pass',
	says: (value: string, path: string) => ` It says ${value}${path === '' ? '' : `, in ${path}`}.`,
	list: 'Hops',
	dolls: 'What it rides in here',
	theByte: 'the byte',
	theCode: 'the code',
	noCode: 'no code yet: this is the question',
	previous: 'Previous hop',
	next: 'Next hop',
	close: 'Close',
	onItsWay: 'Still on its way.',
	notEchoed: 'The program did not send this key back.',
	noHops: 'Its bytes are not in the recording.'
};

const zh: typeof en = {
	keyTitle: '一个字节，去而复返',
	outputTitle: '输出中的一个字节',
	exitTitle: '退出码走过的路',
	total: (ms) => `首尾两次看到它，相隔 ${ms} 毫秒`,
	layers: {
		tls: 'TLS',
		tcp: 'TCP',
		unix: 'unix 套接字',
		http: 'HTTP',
		json: 'JSON',
		spdy: 'SPDY DATA 帧',
		websocket: 'WebSocket 消息',
		docker: 'Docker 原始字节流',
		stdcopy: 'stdcopy 帧',
		terminal: '终端',
		pipe: '管道',
		wait: '等待状态（wait）',
		exit: '进程结束',
		call: '函数调用'
	},
	wrapped: ([innermost = '', ...outer]) =>
		outer.length === 0 ? innermost : `${innermost}（外面是 ${outer.join('、')}）`,
	arrow: (from, to) => `${from} → ${to}`,
	within: (lane) => (/^\w/.test(lane) ? `${lane} 内部` : `${lane}内部`),
	later: (ms) => `+${ms} ms`,
	first: '起点',
	unseen: '看不到',
	hop: (number, of, way, wrapped, when) =>
		`第 ${number} 跳，共 ${of} 跳：${way}，${wrapped}${when}。`,
	laterWords: (ms) => `，晚 ${ms} 毫秒`,
	unseenWords: '，这里看不到它经过',
	says: (value, path) => (path === '' ? `这里写着 ${value}。` : `这里在 ${path} 写着 ${value}。`),
	list: '各跳',
	dolls: '这一跳裹在什么里面',
	theByte: '这个字节',
	theCode: '退出码',
	noCode: '还没有退出码：这是提问',
	previous: '上一跳',
	next: '下一跳',
	close: '关闭',
	onItsWay: '还在路上。',
	notEchoed: '程序没有回显这个键。',
	noHops: '录像里没有它的字节。'
};

export const journey = { en, zh };
