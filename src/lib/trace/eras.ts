/** The cluster versions that a run can meet. Data, read at a run's first request; never process state. */
export const eras = {
	'1.15-redirect': { version: '1.15.3', stream: 'redirect' }
} as const;

export type EraId = keyof typeof eras;
