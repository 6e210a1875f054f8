/** Words of the search bar. */
const en = {
	name: 'Search',
	placeholder: 'Search steps, headers, bytes, notes',
	ofHits: (place: string, count: string) => `${place} of ${count}`,
	hits: (count: string, one: boolean) => `${count} ${one ? 'step' : 'steps'} found`,
	none: 'Nothing found',
	/** Behind the count, when compressed headers lie too far into a connection to be read. */
	unread: (step: string) => `compressed headers from step ${step} on are not searched`,
	stillLooking: (share: string) => `${share} looked through`,
	previous: 'Previous hit',
	next: 'Next hit',
	close: 'Close search',
	filters: 'Show only',
	errors: 'errors',
	lane: 'Lane',
	chapter: 'Chapter',
	any: 'any',
	hint: 'Filters can be typed too: wire:S lane:kubelet chapter:ask error. Quotes keep words together: "101 Switching".',
	hintName: 'Filters and hints',
	unknown: (part: string) => `No such filter: ${part}`,
	/** On a row of the ladder that was found. */
	found: 'found',
	where: {
		name: 'step',
		said: 'on the arrow',
		title: 'title',
		fields: 'field',
		header: 'header',
		payload: 'bytes',
		note: 'note'
	}
};

const zh: typeof en = {
	name: '搜索',
	placeholder: '搜索步骤、头部、字节、批注',
	ofHits: (place, count) => `第 ${place} 个，共 ${count} 个`,
	hits: (count) => `找到 ${count} 步`,
	none: '没有找到',
	unread: (step) => `第 ${step} 步起的压缩头部未被查找`,
	stillLooking: (share) => `已查找 ${share}`,
	previous: '上一个结果',
	next: '下一个结果',
	close: '关闭搜索',
	filters: '只看',
	errors: '出错的',
	lane: '泳道',
	chapter: '章节',
	any: '不限',
	hint: '筛选条件也可以直接输入：出错 lane:kubelet 线路：S 章节：请求（也可写 wire:S lane:kubelet chapter:ask error）。用引号把几个词连在一起："101 Switching"。',
	hintName: '筛选与提示',
	unknown: (part) => `没有这个筛选条件：${part}`,
	found: '命中',
	where: {
		name: '步骤',
		said: '箭头文字',
		title: '标题',
		fields: '字段',
		header: '头部',
		payload: '字节',
		note: '批注'
	}
};

export const search = { en, zh };
