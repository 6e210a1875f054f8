/** From a container's log file to what was asked of it: `ReadLogs` of `pkg/kubelet/kuberuntime/logs/logs.go`. */
import { linesOf, type Following } from './follow-file.ts';
import { parserOf, type LogLine, type ParseLogLine } from './log-line.ts';
import { openLog } from './open-log.ts';
import { tailStart } from './tail-start.ts';

export interface LogOptions {
	/** Go on when the end of the file is reached, until the container has ended. */
	follow: boolean;
	/** Put before each line when it was printed. */
	timestamps: boolean;
	/** Only the last lines, so many. */
	tailLines?: number;
	/** Only so many bytes. */
	limitBytes?: number;
	/** Nothing that was printed before: nanoseconds since 1970. */
	since?: bigint;
}

export interface LogSource extends Following {
	/** As the runtime says it. */
	path: string;
	/** The folder of the node: nothing outside of it is read. */
	below: string;
}

/**
 * What was printed, in pieces as they were read. Stdout and stderr come as they were printed, one after the other. A
 * line that cannot be read is left out, as upstream does. Throws before the first piece when there is no such file,
 * and when its first line has no format that is known.
 */
export async function* readLogs(source: LogSource, options: LogOptions): AsyncGenerator<Buffer> {
	const log = await openLog(source.path, source.below);
	const { tailLines, follow } = options;
	const start = tailLines === undefined ? 0 : await startOf(log, tailLines);
	let linesLeft = follow ? Infinity : (tailLines ?? Infinity);
	let bytesLeft = options.limitBytes ?? Infinity;
	let parse: ParseLogLine | undefined;
	for await (const lines of linesOf(log, start, follow ? source : undefined)) {
		const pieces: Buffer[] = [];
		for (const line of lines) {
			if (linesLeft <= 0 || bytesLeft <= 0) break;
			parse ??= parserOf(line);
			const shown = show(parse, line, options);
			if (!shown) continue;
			linesLeft--;
			pieces.push(shown.subarray(0, bytesLeft));
			bytesLeft -= shown.length;
		}
		const piece = Buffer.concat(pieces);
		if (piece.length > 0) yield piece;
		if (linesLeft <= 0 || bytesLeft <= 0) return;
	}
}

async function startOf(log: Awaited<ReturnType<typeof openLog>>, lines: number): Promise<number> {
	try {
		return await tailStart(log.file, lines);
	} catch (error) {
		await log.file.close();
		const { message } = error as Error;
		throw new Error(
			`failed to tail ${lines} lines of log file ${JSON.stringify(log.path)}: ${message}`,
			{ cause: error }
		);
	}
}

function show(parse: ParseLogLine, line: Buffer, options: LogOptions): Buffer | undefined {
	let read: LogLine;
	try {
		read = parse(line);
	} catch {
		return undefined;
	}
	if (options.since !== undefined && read.time < options.since) return undefined;
	return options.timestamps ? Buffer.concat([Buffer.from(`${read.written} `), read.log]) : read.log;
}
