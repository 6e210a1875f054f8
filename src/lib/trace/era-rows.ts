/**
 * What the paths of the eras need to know of each. Stands in for `eras.ts` until that has a row for every era; it has
 * these fields under the same names, so only the two imports of this file change then.
 */
export const eraRows = {
	'1.15-redirect': { stream: 'redirect', webSocket: 'spliced', createCheck: false },
	'1.15-proxy': { stream: 'proxy', webSocket: 'spliced', createCheck: false },
	'1.24-cri': { stream: 'proxy', webSocket: 'spliced', createCheck: false },
	'1.31-websocket': { stream: 'proxy', webSocket: 'translated', createCheck: false },
	'1.35': { stream: 'proxy', webSocket: 'translated', createCheck: true },
	'1.36': { stream: 'proxy', webSocket: 'kubelet', createCheck: true }
} as const satisfies Record<string, EraRow>;

interface EraRow {
	stream: 'redirect' | 'proxy';
	webSocket: 'spliced' | 'translated' | 'kubelet';
	createCheck: boolean;
}

export type EraId = keyof typeof eraRows;
