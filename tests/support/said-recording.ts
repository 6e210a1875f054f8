import { parseStepName, steps } from '../../src/lib/trace/steps.ts';

/** What a program says: a step with the lanes between which it goes, or a call in one lane. */
type Said = readonly [name: string, from: string, to?: string];

/** A run without bytes, for tests of what follows from names, lanes and order alone. */
export function saidRecording(said: readonly Said[], header: object = {}): string {
	const { era, client } = { era: '1.31-websocket', client: 'kubectl/v1.36.0', ...header };
	const hdr = {
		...{ k: 'hdr', execscope: 1, minor: 0, run: 'said', owner: 'driver', by: 'tests' },
		...{ t0: '2024-05-01T08:00:00.000Z', era, engine: 'sample', lanes: [], client },
		...{ limits: {}, decoders: {}, redacted: [] }
	};
	const lines = said.map(([name, from, to]) => {
		const { chap } = steps[parseStepName(name)!.id];
		const about = { s: name, n: name, facts: {}, chap };
		return to === undefined
			? { k: 'call', at: from, fn: name, ...about }
			: { k: 'step', from, to, ...about };
	});
	return [hdr, ...lines].map((line, i) => `${JSON.stringify({ ...line, i, t: i })}\n`).join('');
}
