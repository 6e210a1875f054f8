/**
 * One line of a container's log file, in either format that runtimes write: Docker's `json-file` and CRI's own
 * (`pkg/kubelet/kuberuntime/logs/logs.go`: parseDockerJSONLog, parseCRILog).
 */

export interface LogLine {
	/** Nanoseconds since 1970. */
	time: bigint;
	/** The same as Go's RFC3339Nano, in the zone that was written. */
	written: string;
	/** What the process printed, its newline included. */
	log: Buffer;
}

/** Throws when a line does not have the format. */
export type ParseLogLine = (line: Buffer) => LogLine;

/** `getParseFunc`: the format of a file, told by its first line. Throws `unsupported log format` with that line. */
export function parserOf(sample: Buffer): ParseLogLine {
	for (const parse of [parseCriLine, parseJsonLine]) {
		try {
			parse(sample);
			return parse;
		} catch {
			// the other one may fit
		}
	}
	throw new Error(`unsupported log format: ${JSON.stringify(sample.toString())}`);
}

const newline = 0x0a;
const blank = 0x20;
const streams = ['stdout', 'stderr'];

/** `2020-01-25T18:47:52.123456789Z stdout F hello`; with `P` for `F` the line goes on in the next one. */
function parseCriLine(line: Buffer): LogLine {
	const [time, afterTime] = wordOf(line, 0, 'timestamp');
	const [stream, afterStream] = wordOf(line, afterTime, 'stream type');
	checkStream(stream);
	const [tags, afterTags] = wordOf(line, afterStream, 'log tag');
	const partial = tags.split(':')[0] === 'P';
	const end = partial && line.at(-1) === newline ? line.length - 1 : line.length;
	return { ...timeOf(time), log: line.subarray(afterTags, end) };
}

function wordOf(line: Buffer, from: number, what: string): [word: string, after: number] {
	const end = line.indexOf(blank, from);
	if (end < 0) throw new Error(`${what} is not found`);
	return [line.toString('utf8', from, end), end + 1];
}

/** `{"log":"hello\n","stream":"stdout","time":"2020-01-25T18:47:52.123456789Z"}`. */
function parseJsonLine(line: Buffer): LogLine {
	const { log = '', stream, time } = JSON.parse(line.toString()) as Record<string, unknown>;
	checkStream(stream);
	if (typeof log !== 'string' || typeof time !== 'string')
		throw new Error('no line of a json-file');
	return { ...timeOf(time), log: Buffer.from(log) };
}

function checkStream(stream: unknown): void {
	if (!streams.includes(String(stream)))
		throw new Error(`unexpected stream type ${JSON.stringify(stream)}`);
}

function timeOf(text: string): Pick<LogLine, 'time' | 'written'> {
	const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(text);
	const seconds = match ? Date.parse(`${match[1]}${match[3]}`) : NaN;
	if (!match || Number.isNaN(seconds)) throw new Error(`unexpected timestamp ${text}`);
	const fraction = (match[2] ?? '').slice(0, 9).replace(/0+$/, '');
	return {
		time: BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(9, '0')),
		written: `${match[1]}${fraction && '.'}${fraction}${match[3]}`
	};
}
