/** The cluster versions that a run can meet. Data, read at a run's first request; never process state. */
export const eras = {
	'1.15-redirect': { version: '1.15.3', stream: 'redirect' }
} as const;

export type EraId = keyof typeof eras;

/** Eras that the design names and a later version will have. */
export const laterEras = ['1.15-proxy', '1.24-cri', '1.31-websocket', '1.35', '1.36'] as const;
