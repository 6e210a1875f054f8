/** `docker events`: one line of JSON for each, until the client goes or `until` has come. */
import { goJson } from './answers.ts';
import { DockerError } from './docker-error.ts';
import type { EngineEvent } from './engine-events.ts';
import { eventFilter } from './event-filters.ts';
import { nanosecondsIn, nanosecondsNow } from './nano-time.ts';
import type { Call, Engine, Told } from './routes.ts';

/** Who is so far behind misses what comes. */
const behindBytes = 1024 * 1024;

export function events({ state, clock }: Engine, { query }: Call): Told {
	const isWanted = eventFilter(query.get('filters'));
	const [since, until] = [query.get('since'), query.get('until')].map(time);
	if (since !== undefined && until !== undefined && since > until)
		throw new DockerError(
			400,
			`\`since\` time (${query.get('since')}) cannot be after \`until\` time (${query.get('until')})`
		);
	return {
		status: 200,
		type: 'application/json',
		pour(body, signal) {
			const write = (event: EngineEvent) => {
				const inTime = until === undefined || event.time <= until;
				if (inTime && isWanted(event) && body.writableLength < behindBytes) body.write(line(event));
			};
			if (since !== undefined) state.events.since(since).forEach(write);
			return new Promise((resolve) => {
				const stop = state.events.listen(write);
				const left =
					until === undefined ? undefined : Number((until - nanosecondsNow()) / 1_000_000n);
				const takeBack = left === undefined ? () => {} : clock.after(Math.max(0, left), end);
				function end() {
					stop();
					takeBack();
					resolve();
				}
				signal.addEventListener('abort', end);
				if (signal.aborted || (left !== undefined && left <= 0)) end();
			});
		}
	};
}

function line({ type, action, id, from, attributes, time: at }: EngineEvent): string {
	const sorted = Object.fromEntries(
		Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))
	);
	const text = goJson({
		...{ status: action, id, ...(from === undefined ? {} : { from }) },
		...{ Type: type, Action: action, Actor: { ID: id, Attributes: sorted } },
		...{ scope: 'local', time: Number(at / 1_000_000_000n) }
	});
	return `${text.trimEnd().slice(0, -1)},"timeNano":${at}}\n`; // a number that JSON.stringify would round
}

function time(text: string | null): bigint | undefined {
	if (!text) return undefined;
	const nanoseconds = nanosecondsIn(text);
	if (nanoseconds === undefined)
		throw new DockerError(400, `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
	return nanoseconds;
}
