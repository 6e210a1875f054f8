/** Words of the spoken narration and of the printed page. */
const en = {
	speak: 'Speak',
	stop: 'Stop speaking',
	'no-speech': 'This browser cannot speak.',
	'no-voice': 'This browser has no voice of its own for English.',
	printed: (command: string) => `Execscope: ${command}`,
	ladder: 'Ladder',
	steps: 'Steps',
	number: 'No.',
	from: 'From',
	to: 'To',
	wire: 'Over',
	said: 'What is said',
	time: 'ms',
	explanation: 'What it means',
	inside: 'inside',
	failed: 'failed',
	beyond: (count: string) =>
		`${count} more rows are not printed. Print a shorter recording, or fold what is open, to have them.`
};

const zh: typeof en = {
	speak: '朗读',
	stop: '停止朗读',
	'no-speech': '这个浏览器不能朗读。',
	'no-voice': '这个浏览器没有自带的中文语音。',
	printed: (command) => `Execscope：${command}`,
	ladder: '时序图',
	steps: '步骤',
	number: '序号',
	from: '从',
	to: '到',
	wire: '经由',
	said: '说了什么',
	time: '毫秒',
	explanation: '含义',
	inside: '内部',
	failed: '失败',
	beyond: (count) => `还有 ${count} 行没有打印。换一个较短的录像，或收起展开的行，就能打印全部。`
};

export const speech = { en, zh };
