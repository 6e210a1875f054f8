/** `docker logs` (moby daemon/logs.go): what the json-file holds, in frames, and what is printed from now on. */
import type { Writable } from 'node:stream';
import { encodeFrameHeader } from '../../wire/docker/stdcopy.ts';
import { isTrue } from './bool-value.ts';
import type { Container } from './container.ts';
import { DockerError } from './docker-error.ts';
import { drained } from '../transport/drained.ts';
import { readLog, type LogEntry } from './log-reader.ts';
import { nanosecondsIn, rfc3339NanoFixed } from './nano-time.ts';
import { logDriver } from './refuse.ts';
import type { Call, Engine, Told } from './routes.ts';

export function logs({ state }: Engine, { key, query }: Call): Told {
	const shown = { stdout: isTrue(query.get('stdout')), stderr: isTrue(query.get('stderr')) };
	if (!shown.stdout && !shown.stderr)
		throw new DockerError(400, 'Bad parameters: you must choose at least one stream');
	const container = state.container(key);
	if (logDriver(container.hostConfig) === 'none')
		throw new DockerError(501, 'configured logging driver does not support reading');
	const tail = /^\d+$/.test(query.get('tail') ?? '') ? Number(query.get('tail')) : undefined;
	const follow = isTrue(query.get('follow')) && container.running;
	const timestamps = isTrue(query.get('timestamps'));
	const [since, until] = [time(query.get('since')), time(query.get('until'))];
	return {
		status: 200,
		facts: { containerId: container.id, follow, ...(tail === undefined ? {} : { tail }) },
		async pour(body, signal) {
			if (!container.log) return; // never started
			for await (const entry of readLog(container.log, { tail, follow, signal })) {
				if (until !== undefined && entry.time > until) return;
				if (!shown[entry.stream] || (since !== undefined && entry.time < since)) continue;
				if (signal.aborted) return;
				await write(body, container, entry, timestamps);
			}
		}
	};
}

async function write(
	body: Writable,
	container: Container,
	{ stream, text, time: at }: LogEntry,
	timestamps: boolean
): Promise<void> {
	const data = Buffer.from(timestamps ? `${rfc3339NanoFixed(at)} ${text}` : text);
	const header = encodeFrameHeader(stream === 'stdout' ? 1 : 2, data.length);
	const more = body.write(container.config.Tty ? data : Buffer.concat([header, data]));
	if (!more) await drained(body);
}

/** `0` and nothing: no bound. */
function time(text: string | null): bigint | undefined {
	if (!text || text === '0') return undefined;
	const nanoseconds = nanosecondsIn(text);
	if (nanoseconds === undefined)
		throw new DockerError(400, `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
	return nanoseconds;
}
