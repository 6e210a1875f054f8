import type { ChapterId } from '../trace/chapters.ts';
import type { LaneId } from '../trace/lanes.ts';
import type { Wire } from '../trace/steps.ts';
import { journey } from './journey.ts';
import { predict } from './predict.ts';
import { cluster } from './cluster.ts';
import { log } from './log.ts';
import { frames } from './frames.ts';
import { withoutServer } from './without-server.ts';
import { actions } from './actions.ts';
import { search } from './search.ts';
import { speech } from './speech.ts';

/** Every word of the page that is not an explanation of a step, in both languages. */
export type Language = 'en' | 'zh';

/** What the `lang` attribute says. */
export const languageTags = { en: 'en', zh: 'zh-CN' } as const satisfies Record<Language, string>;

const en = {
	journey: journey.en,
	predict: predict.en,
	frames: frames.en,
	withoutServer: withoutServer.en,
	run: 'Run',
	prompt: 'Command',
	switchLanguage: '中文',
	switchLanguageName: 'Language: 中文',
	theme: 'Theme',
	themes: {
		system: 'As the system',
		light: 'Light',
		dark: 'Dark',
		projector: 'Projector',
		contrast: 'More contrast'
	},
	help: 'Help and keys',
	detail: 'Detail',
	detailNames: {
		1: 'Detail 1: the story',
		2: 'Detail 2: every step',
		3: 'Detail 3: the frames',
		4: 'Detail 4: the bytes'
	},
	more: 'More',
	close: 'Close',

	diagramPane: 'Ladder',
	lanes: {
		client: 'client',
		kubectl: 'kubectl',
		apiserver: 'API server',
		kubelet: 'kubelet',
		dockershim: 'dockershim',
		streaming: 'streaming server',
		engine: 'engine',
		container: 'container'
	} satisfies Record<LaneId, string>,
	inLane: {
		client: 'the client',
		kubectl: 'kubectl',
		apiserver: 'the API server',
		kubelet: 'the kubelet',
		dockershim: 'dockershim',
		streaming: 'the streaming server',
		engine: 'the engine',
		container: 'the container'
	} satisfies Record<LaneId, string>,
	laneNotes: {
		client: '',
		kubectl: '',
		apiserver: 'HTTPS',
		kubelet: 'HTTPS',
		dockershim: 'unix socket',
		streaming: 'inside the shim',
		engine: 'unix socket',
		container: ''
	} satisfies Record<LaneId, string>,
	folded: (lanes: readonly string[]) => lanes.map((lane) => `+ ${lane}`).join(' '),
	laneNames: 'Lanes',
	foldLane: (lane: string) => `Fold away: ${lane}`,
	unfoldLanes: (lanes: string) => `Show again: ${lanes}`,
	durationMs: (value: string) => `${value} ms`,
	durationS: (value: string) => `${value} s`,
	durationMin: (minutes: string, seconds: string) => `${minutes} min ${seconds} s`,
	idle: (time: string) => `nothing for ${time}`,
	minimap: 'The whole run',
	watchKey: 'Type l: watch one byte travel',
	followByte: 'Follow this byte',
	followExit: 'Follow the exit code',
	guessAsk: (steps: string) => `${steps} steps. Could you have said what comes next?`,
	guessStart: 'Guess',
	drawer: 'Below the ladder',
	drawerLog: 'kubectl log',
	drawerCluster: 'Cluster now',
	resizeDrawer: 'Height of the pane below',
	resizePanel: 'Width of the panel',
	loop: 'Loop this chapter',
	times: (speed: string) => `${speed}×`,
	speed: 'Speed',
	zoom: 'Size of the ladder',
	zoomOut: 'Smaller',
	zoomIn: 'Larger',
	unframed: 'Too many steps to draw the frames of all: the Fields tab has those of one.',
	places: { 'your-side': 'your side', 'control-plane': 'control plane', node: 'node' },
	chapters: {
		boot: 'Boot',
		find: 'Find',
		ask: 'Ask',
		prepare: 'Prepare',
		redirect: 'Redirect',
		start: 'Start',
		talk: 'Talk',
		end: 'End'
	} satisfies Record<ChapterId, string>,
	wires: {
		H: 'HTTP',
		S: 'SPDY',
		W: 'WebSocket',
		G: 'gRPC',
		D: 'Docker, raw bytes',
		P: 'pipe or terminal'
	} satisfies Record<Wire, string>,
	call: 'a call inside one program',
	reply: 'a reply',
	spdyLegend: 'SPDY, many streams on one wire',
	to: 'to',
	bytes: (count: string, one: boolean) => `${count} ${one ? 'byte' : 'bytes'}`,
	ms: 'ms',
	steps: (count: string) => `${count} steps`,
	chunks: (count: string) => `${count} chunks`,
	unfold: 'show them',
	refold: 'fold',
	refusedTry: (wire: string, status: string) => `${wire} try refused${status && `, ${status}`}`,
	dropped: 'Dropped by you',
	stepOf: (chapter: string, number: string) => `${chapter}, step ${number}`,
	ofTry: (chapter: string, attempt: string) => `${chapter}, try ${attempt}`,
	/** Before the name of a row. */
	ordinal: (number: string) => `${number}. `,
	rowName: (number: string, from: string, to: string, wire: string, text: string) =>
		`${number}${from} to ${to}, ${wire}: ${text}`,
	callName: (number: string, at: string, text: string) => `${number}inside ${at}: ${text}`,

	live: 'Live',
	liveHeld: 'Live, held',
	liveWaiting: 'Starting',
	recording: 'Recording',
	playing: 'Playing',
	ended: (code: string) => `Ended, exit ${code}`,
	endedNoCode: 'Ended',
	exit: (code: string) => `exit ${code}`,
	slowed: (times: string) => `slowed ${times}×`,
	catchUp: 'Show the newest',

	held: 'Held',
	/** Before, the time left, after. */
	givesUp: (who: string, left: string): readonly string[] => [`${who} gives up in `, left, ''],
	left: (left: string) => `${left} left`,
	noLimit: 'no time-out is running',
	continue: 'Continue',
	oneStep: 'One step',
	drop: 'Drop',
	holdHere: 'Hold here next time',
	holdNow: 'Hold here',
	noHold: 'Take the hold away',
	armed: 'Held next time',
	/** The first waits for the second, that one for the third, and so on. */
	waits: ([first = '', second = '', ...more]: readonly string[]) =>
		`${first.replace(/^the /, 'The ')} waits for ${second}${more.map((name) => `, which waits for ${name}`).join('')}.`,
	heldCaption: 'Held before it leaves.',

	explain: 'Explain',
	fields: 'Fields',
	bytesTab: 'Bytes',
	source: 'Source',
	inspector: 'About this step',
	surprise: 'Surprising',
	articles: 'What the articles say',
	where: 'Where in Kubernetes',
	simplified: 'What we simplify',
	copyLink: 'Copy link',
	copied: 'Copied',
	noFields: 'This step says nothing more than its arrow.',
	noBytes: 'No bytes of their own: this happens inside one program.',
	noBytesPipe: 'No socket is crossed here: these are pipes or a terminal of the process.',
	bytesToCome: 'Its bytes are not recorded yet.',
	leftOut: (count: string) => `${count} bytes left out of the recording`,
	notRecorded: (count: string) => `${count} bytes not recorded`,
	hopOf: (from: string, to: string) => `${from} to ${to}`,
	tooMany: (count: string) => `${count} more bytes`,
	facts: 'What it says',
	envelope: 'How it travelled',
	calledFor: (ms: string) => `returned after ${ms} ms`,
	noSource: 'No function of Kubernetes stands for this step.',
	welcomeTitle: 'What one exec really does',
	welcomeText:
		'Each arrow is something one program really said to another. Stop it anywhere, look inside, go back.',
	legend: 'How to read the arrows',

	terminal: 'Terminal',
	terminalLive: 'Yours. F6 leaves it.',
	terminalRecorded: 'from the recording',
	terminalWaiting: 'kubectl waits for an answer. Nothing to type into yet.',
	terminalWatching: 'of the other kubectl',
	terminalReloaded: 'This page was reloaded; its shell is closed.',
	terminalOver: 'The command has ended.',
	taller: 'Taller',
	shorter: 'Shorter',
	stop: 'Stop',
	yourKubectl: 'Your kubectl',
	fromYourShell: 'Or from your own shell: ',
	copy: 'Copy',

	back: 'Back',
	play: 'Play',
	pause: 'Pause',
	next: 'Next',
	space: 'Space',
	time: 'Time',
	stepTime: 'Step time',
	realTime: 'Real time',
	position: 'Position in the recording',

	caption: 'Narration',
	stepNumber: (number: string) => `Step ${number}.`,
	pausedBefore: (command: string, steps: string, ms: string) =>
		`${command}: ${steps} steps in ${ms} ms. Paused before the first.`,
	waitingFor: 'Waiting for the first step.',
	nothingYet: 'No recording comes with this build. Run something.',

	runsForReal: 'Runs for real, in a sandbox on this machine.',
	or: 'Or',
	stopMark: '.',
	/** Between two sentences, and between parts of one. */
	blank: ' ',
	comma: ', ',
	watchRecording: 'watch the recording',
	connecting: 'Connecting to the cluster.',
	engineDown: (reason: string) => `The engine cannot start: ${reason} The recording still plays.`,
	noDriver:
		'This page is not signed in. Open the link that npm start prints; Enter in that terminal prints a fresh one.',
	linkUsed:
		'This link has been used, and is good only once. Press Enter in the terminal of npm start for a fresh one.',
	lost: 'The connection is lost. Trying again.',
	otherKubectl: (command: string) => `Another kubectl is here: ${command}`,
	watch: 'Watch',
	dismiss: 'Not now',
	said: 'Answer',

	library: 'Recordings',
	bundledTitle: 'With Execscope',
	hereTitle: 'On this machine',
	openFile: 'Open a file',
	dropHere: 'Drop a recording to open it',
	notARecording: 'That file is no recording.',
	tooNew: 'That recording is of a newer Execscope.',
	cutShort: 'The recording was interrupted; what there is plays.',
	noSuchRun: (id: string) => `There is no recording named ${id}.`,
	openNow: 'now',

	log: log.en,
	cluster: cluster.en,
	search: search.en,
	actions: actions.en,
	speech: speech.en
};

/** A table of one language: same keys and same kinds of values as English. */
export type Messages = typeof en;

/** Words side by side: a blank only where Chinese meets Latin letters. */
function spaced(...words: readonly string[]): string {
	return words
		.filter((word) => word !== '')
		.reduce((text, word) => {
			const meets = isLatin(text.at(-1)) !== isLatin(word[0]);
			return `${text}${meets || isLatin(word[0]) ? ' ' : ''}${word}`;
		});
}

const isLatin = (char: string | undefined): boolean => /[\w`]/.test(char ?? '');

const zh: Messages = {
	journey: journey.zh,
	predict: predict.zh,
	frames: frames.zh,
	withoutServer: withoutServer.zh,
	run: '运行',
	prompt: '命令',
	switchLanguage: 'English',
	switchLanguageName: '语言（Language）：English',
	theme: '外观',
	themes: {
		system: '跟随系统',
		light: '浅色',
		dark: '深色',
		projector: '投影',
		contrast: '高对比度'
	},
	help: '帮助与按键',
	detail: '细节',
	detailNames: {
		1: '细节 1：故事主线',
		2: '细节 2：每一步',
		3: '细节 3：帧',
		4: '细节 4：字节'
	},
	more: '更多',
	close: '关闭',

	diagramPane: '时序图',
	lanes: {
		client: '客户端',
		kubectl: 'kubectl',
		apiserver: 'API Server',
		kubelet: 'kubelet',
		dockershim: 'dockershim',
		streaming: '流式服务器',
		engine: '容器引擎',
		container: '容器'
	},
	inLane: {
		client: '客户端',
		kubectl: 'kubectl',
		apiserver: 'API Server',
		kubelet: 'kubelet',
		dockershim: 'dockershim',
		streaming: '流式服务器',
		engine: '容器引擎',
		container: '容器'
	},
	laneNotes: {
		client: '',
		kubectl: '',
		apiserver: 'HTTPS',
		kubelet: 'HTTPS',
		dockershim: 'unix 套接字',
		streaming: '在 shim 进程内',
		engine: 'unix 套接字',
		container: ''
	},
	folded: (lanes) => lanes.map((lane) => `+ ${lane}`).join(' '),
	laneNames: '泳道',
	foldLane: (lane) => `折叠：${lane}`,
	unfoldLanes: (lanes) => `重新显示：${lanes}`,
	durationMs: (value) => `${value} ms`,
	durationS: (value) => `${value} 秒`,
	durationMin: (minutes, seconds) => `${minutes} 分 ${seconds} 秒`,
	idle: (time) => `静默 ${time}`,
	minimap: '全程缩略图',
	watchKey: '敲一个 l，看一个字节怎么走',
	followByte: '跟着这个字节走',
	followExit: '跟着退出码走',
	guessAsk: (steps) => `一共 ${steps} 步。下一步是什么，你猜得到吗？`,
	guessStart: '来猜',
	drawer: '时序图下方',
	drawerLog: 'kubectl 日志',
	drawerCluster: '集群此刻',
	resizeDrawer: '下方面板的高度',
	resizePanel: '右侧面板的宽度',
	loop: '循环播放本章',
	times: (speed) => `${speed}×`,
	speed: '速度',
	zoom: '时序图大小',
	zoomOut: '缩小',
	zoomIn: '放大',
	unframed: '步骤太多，无法逐一画出帧；单个步骤的帧见「字段」页。',
	places: { 'your-side': '客户端', 'control-plane': '控制面', node: '节点' },
	chapters: {
		boot: '启动',
		find: '查找',
		ask: '请求',
		prepare: '准备',
		redirect: '重定向',
		start: '开始',
		talk: '交互',
		end: '结束'
	},
	wires: {
		H: 'HTTP',
		S: 'SPDY',
		W: 'WebSocket',
		G: 'gRPC',
		D: 'Docker 原始字节',
		P: '管道或终端'
	},
	call: '程序内部的一次调用',
	reply: '应答',
	spdyLegend: 'SPDY，一条连接上多个流',
	to: '到',
	bytes: (count) => `${count} 字节`,
	ms: 'ms',
	steps: (count) => `${count} 步`,
	chunks: (count) => `${count} 段`,
	unfold: '展开',
	refold: '收起',
	refusedTry: (wire, status) => `${wire} 尝试被拒${status && `，${status}`}`,
	dropped: '已由你丢弃',
	stepOf: (chapter, number) => `${chapter}，第 ${number} 步`,
	ofTry: (chapter, attempt) => `${chapter}，第 ${attempt} 次尝试`,
	ordinal: (number) => `第 ${number} 步，`,
	rowName: (number, from, to, wire, text) => `${number}${spaced(from, '到', to)}，${wire}：${text}`,
	callName: (number, at, text) => `${number}${spaced(at, '内部')}：${text}`,

	live: '实时',
	liveHeld: '实时，已拦下',
	liveWaiting: '正在开始',
	recording: '录制',
	playing: '播放中',
	ended: (code) => `已结束，退出码 ${code}`,
	endedNoCode: '已结束',
	exit: (code) => `退出码 ${code}`,
	slowed: (times) => `放慢 ${times} 倍`,
	catchUp: '跳到最新',

	held: '已拦下',
	givesUp: (who, left) => ['', left, ` ${spaced('后', who, '超时放弃')}`],
	left: (left) => `剩 ${left}`,
	noLimit: '没有超时在计时',
	continue: '放行',
	oneStep: '只走一步',
	drop: '丢弃',
	holdHere: '下次在此拦下',
	holdNow: '在此拦下',
	noHold: '取消拦截',
	armed: '下次会拦下',
	waits: (names) =>
		`${names
			.slice(1)
			.map((name, k) => spaced(names[k] ?? '', '等', name))
			.join('，')}。`,
	heldCaption: '发出之前被拦下。',

	explain: '讲解',
	fields: '字段',
	bytesTab: '字节',
	source: '源码',
	inspector: '这一步',
	surprise: '出人意料',
	articles: '文章里怎么说',
	where: '对应的 Kubernetes 源码',
	simplified: '我们简化了什么',
	copyLink: '复制链接',
	copied: '已复制',
	noFields: '这一步说的都在箭头上了。',
	noBytes: '没有自己的字节：它发生在一个程序内部。',
	noBytesPipe: '这里不经过套接字：是进程的管道或终端。',
	bytesToCome: '它的字节还没有录下来。',
	leftOut: (count) => `录制中略去了 ${count} 字节`,
	notRecorded: (count) => `有 ${count} 字节没有录下来`,
	hopOf: (from, to) => spaced(from, '到', to),
	tooMany: (count) => `还有 ${count} 字节`,
	facts: '说了什么',
	envelope: '怎么送到的',
	calledFor: (ms) => `${ms} 毫秒后返回`,
	noSource: 'Kubernetes 里没有对应这一步的函数。',
	welcomeTitle: '一次 exec 到底做了什么',
	welcomeText: '每个箭头都是一个程序真正对另一个程序说的话。随处可停，可以看里面，也可以退回去。',
	legend: '怎么看箭头',

	terminal: '终端',
	terminalLive: '可以输入，按 F6 离开。',
	terminalRecorded: '来自录制',
	terminalWaiting: 'kubectl 在等待响应，现在还不能输入。',
	terminalWatching: '来自另一个 kubectl',
	terminalReloaded: '此页面重新加载过，它的 shell 已关闭。',
	terminalOver: '命令已结束。',
	taller: '加高',
	shorter: '缩回',
	stop: '停止',
	yourKubectl: '你的 kubectl',
	fromYourShell: '或者在你自己的 shell 里：',
	copy: '复制',

	back: '上一步',
	play: '播放',
	pause: '暂停',
	next: '下一步',
	space: '空格',
	time: '时间',
	stepTime: '按步',
	realTime: '真实时间',
	position: '录制中的位置',

	caption: '旁白',
	stepNumber: (number) => `第 ${number} 步。`,
	pausedBefore: (command, steps, ms) => `${command}：${steps} 步，共 ${ms} 毫秒。停在第一步之前。`,
	waitingFor: '等待第一步。',
	nothingYet: '这个版本没有附带录制，请直接执行命令。',

	runsForReal: '在本机沙箱里真实执行。',
	or: '也可以',
	stopMark: '。',
	blank: '',
	comma: '，',
	watchRecording: '观看录制',
	connecting: '正在连接集群。',
	engineDown: (reason) => `容器引擎无法启动：${reason} 录制仍可播放。`,
	noDriver: '此页面尚未登录。请打开 npm start 打印的链接；在那个终端按回车可得到新的链接。',
	linkUsed: '这个链接已经用过，只能用一次。在 npm start 的终端里按回车可得到新的链接。',
	lost: '连接已断开，正在重试。',
	otherKubectl: (command) => `另一个 kubectl 来了：${command}`,
	watch: '去看',
	dismiss: '先不看',
	said: '回答',

	library: '录制列表',
	bundledTitle: '随附的录制',
	hereTitle: '本机的录制',
	openFile: '打开文件',
	dropHere: '松开以打开录制',
	notARecording: '这个文件不是录制。',
	tooNew: '这个录制来自更新版本的 Execscope。',
	cutShort: '录制中途断掉，已有部分可以播放。',
	noSuchRun: (id) => `没有名为 ${id} 的录制。`,
	openNow: '进行中',

	log: log.zh,
	cluster: cluster.zh,
	search: search.zh,
	actions: actions.zh,
	speech: speech.zh
};

export const messages: Record<Language, Messages> = { en, zh };
