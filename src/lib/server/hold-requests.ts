import type { HoldRequest } from './feed.ts';
import type { Tracer } from './tracer.ts';

/** Does to the holds what a page asked: sets one, takes it away, or lets go what waits at it. */
export function requestHold({ holds }: Tracer, request: HoldRequest, by: string): void {
	const { run, s, action } = request;
	if (action === 'set')
		return holds.add({ run, s, by, ...(request.try ? { try: request.try } : {}) });
	if (action === 'clear')
		return holds.remove({ run, s, ...(request.try ? { try: request.try } : {}) });
	for (const waiting of holds.waiting) {
		if ((run !== '*' && waiting.run !== run) || waiting.s !== s) continue;
		const how = { continue: 'continued', step: 'stepped', drop: 'dropped' } as const;
		waiting.resume(how[action], by);
	}
}

/** Every hold that is set and every step that waits, as the pages are told. */
export function listHolds({ holds }: Tracer): object[] {
	const said = ({
		run,
		s,
		by,
		try: attempt
	}: {
		run: string;
		s: string;
		by: string;
		try?: number;
	}) => ({
		run,
		s,
		by,
		...(attempt ? { try: attempt } : {})
	});
	return [
		...holds.set.map((hold) => ({ ...said(hold), state: 'set' })),
		...holds.waiting.map((hold) => ({ ...said(hold), state: 'waiting' }))
	];
}
