/** Words of the guessing game: what comes next? */
const en = {
	title: 'What comes next?',
	question: (chapter: string) =>
		`${chapter}: which lane gets the next arrow, or does something inside?`,
	newChapter: (chapter: string) =>
		`A new chapter begins, ${chapter}: which lane gets its first arrow, or does something inside?`,
	lanes: 'Lanes',
	hint: 'Hint',
	hinted: (lane: string) => `Next to act: ${lane}.`,
	right: 'Right.',
	wrongArrow: (from: string, to: string) => `No: ${from} to ${to}.`,
	wrongCall: (lane: string) => `No: it happens inside ${lane}.`,
	/** The lane that sends was named instead of the one that receives. */
	sends: (from: string, to: string) => `Nearly: ${from} sends it, to ${to}.`,
	answer: 'this one',
	yours: 'your guess',
	score: (right: string, of: string) => `${right} right of ${of}`,
	another: 'Next question',
	stop: 'Stop guessing',
	over: 'Nothing more to guess: the recording ends here.',
	waiting: 'Nothing more has happened yet.',
	/** Between two sentences. */
	blank: ' '
};

const zh: typeof en = {
	title: '接下来会怎样？',
	question: (chapter) => `${chapter}：下一个箭头指向哪条泳道，或者哪条泳道内部要做事？`,
	newChapter: (chapter) =>
		`新的一章「${chapter}」：第一个箭头指向哪条泳道，或者哪条泳道内部要做事？`,
	lanes: '泳道',
	hint: '提示',
	hinted: (lane) => `接下来行动的是：${lane}。`,
	right: '对了。',
	wrongArrow: (from, to) => `不对，是从「${from}」到「${to}」。`,
	wrongCall: (lane) => `不对，它发生在「${lane}」内部。`,
	sends: (from, to) => `差一点：「${from}」是发送方，收到的是「${to}」。`,
	answer: '是它',
	yours: '你的猜测',
	score: (right, of) => `${of} 题答对 ${right} 题`,
	another: '下一题',
	stop: '不猜了',
	over: '没有可猜的了：录像到此为止。',
	waiting: '还没有发生更多的事。',
	blank: ''
};

export const predict = { en, zh };
