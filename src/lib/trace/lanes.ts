/** The lifelines of the ladder, in the order in which they are drawn. */
export const lanes = [
	{ id: 'client', place: 'your-side' },
	{ id: 'kubectl', place: 'your-side' },
	{ id: 'apiserver', place: 'control-plane' },
	{ id: 'kubelet', place: 'node' },
	{ id: 'dockershim', place: 'node' },
	{ id: 'streaming', place: 'node', owner: 'dockershim' },
	{ id: 'engine', place: 'node' },
	{ id: 'container', place: 'node', owner: 'engine' }
] as const satisfies readonly { id: string; place: string; owner?: string }[];

export type LaneId = (typeof lanes)[number]['id'];

/** The lanes that every run shows; `client` joins them only when a run's starter is not kubectl. */
export const defaultLanes: readonly LaneId[] = lanes
	.map((lane) => lane.id)
	.filter((id) => id !== 'client');
