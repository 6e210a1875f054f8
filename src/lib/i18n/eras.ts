import type { EraId } from '../trace/eras.ts';

interface EraWords {
	/** Of the menu, before the name of the chosen one. */
	label: (name: string) => string;
	/** Beside the first and the last of the list. */
	then: string;
	now: string;
	/** Above what is new in the chosen one. */
	changes: string;
	since: (release: string) => string;
	names: Record<EraId, string>;
	/** Where a bar has little room: the beginning of the name. */
	short: Record<EraId, string>;
}

const numbers = {
	'1.15-redirect': 'v1.15',
	'1.24-cri': 'v1.24',
	'1.31-websocket': 'v1.31',
	'1.35': 'v1.35',
	'1.36': 'v1.36'
};

/** The cluster versions that the next command can meet. */
export const eraWords: Record<'en' | 'zh', EraWords> = {
	en: {
		label: (name) => `Cluster version: ${name}`,
		then: 'then',
		now: 'now',
		changes: 'What is new in it',
		since: (release) => `since ${release}`,
		short: { ...numbers, '1.15-proxy': 'v1.15 proxy' },
		names: {
			'1.15-redirect': 'v1.15 redirect',
			'1.15-proxy': 'v1.15 proxy',
			'1.24-cri': 'v1.24 CRI v1',
			'1.31-websocket': 'v1.31 WebSocket',
			'1.35': 'v1.35 create check',
			'1.36': 'v1.36 WebSocket to the kubelet'
		}
	},
	zh: {
		label: (name) => `集群版本：${name}`,
		then: '当年',
		now: '如今',
		changes: '它有哪些变化',
		since: (release) => `从 ${release} 起`,
		short: { ...numbers, '1.15-proxy': 'v1.15 代理' },
		names: {
			'1.15-redirect': 'v1.15 重定向',
			'1.15-proxy': 'v1.15 代理',
			'1.24-cri': 'v1.24 CRI v1',
			'1.31-websocket': 'v1.31 WebSocket',
			'1.35': 'v1.35 检查 create 权限',
			'1.36': 'v1.36 WebSocket 直达 kubelet'
		}
	}
};
