/** Words of the panel with kubectl's log. */
const en = {
	title: 'kubectl log',
	list: 'Lines of the log',
	source: 'Which log',
	sources: { run: 'This run', long: 'Long article', short: 'Short article' },
	level: 'Level',
	levelName: (level: string) => `-v=${level}`,
	showHeads: 'Show times',
	hideHeads: 'Hide times',
	printed: 'kubectl printed this itself.',
	derived:
		'Derived: what this kubectl would print, by the requests that are recorded. No request tells what kubectl says of itself, nor its process number, which stands as (?). Times are UTC.',
	none: 'No kubectl asked for anything here, so there is no log.',
	nothingYet: 'No line yet.',
	articles: {
		long: 'The log of the long article, put together again from its values; kubectl 1.15.0. Its lines light the same steps of this run.',
		short:
			'The log of the short article, put together again from its values; kubectl 1.16.3. Its lines light the same steps of this run.'
	},
	onlySeven: 'The articles show -v=7 only.',
	/** Once all of the run is shown. */
	lines: (count: string, one: boolean) => `${count} ${one ? 'line' : 'lines'}`,
	printedSoFar: (printed: string, all: string) => `${printed} of ${all} lines so far`,
	/** After the text of a line. */
	about: (step: string) => `, about ${step}`,
	later: ', not printed yet'
};

const zh: typeof en = {
	title: 'kubectl 日志',
	list: '日志各行',
	source: '哪一份日志',
	sources: { run: '本次执行', long: '长文', short: '短文' },
	level: '级别',
	levelName: (level) => `-v=${level}`,
	showHeads: '显示时间',
	hideHeads: '隐藏时间',
	printed: '这是 kubectl 自己打印的。',
	derived:
		'由录下的请求推导得出：这个 kubectl 会打印这些内容。它关于自身的日志和进程号（?）从请求中看不出来。时间为 UTC。',
	none: '这里没有 kubectl 发过请求，所以没有日志。',
	nothingYet: '还没有一行。',
	articles: {
		long: '长文中的日志，由其中的数值重新拼成；kubectl 1.15.0。各行会点亮本次执行中对应的步骤。',
		short: '短文中的日志，由其中的数值重新拼成；kubectl 1.16.3。各行会点亮本次执行中对应的步骤。'
	},
	onlySeven: '两篇文章只展示了 -v=7。',
	lines: (count) => `共 ${count} 行`,
	printedSoFar: (printed, all) => `共 ${all} 行，到此已有 ${printed} 行`,
	about: (step) => `，说的是 ${step}`,
	later: '，尚未打印'
};

export const log = { en, zh };
