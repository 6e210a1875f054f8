import type { Recording } from '../../recording/recording.ts';
import type { CommandLine } from '../../trace/event.ts';
import type { LogLine } from './log-line.ts';
import type { Asked, RecordedExchanges } from './recorded-exchanges.ts';

/** `-v=7` of a command line, in each way of writing it; undefined when it has none. */
export function verbosity(command: CommandLine | undefined): number | undefined {
	const argv = command?.argv ?? [];
	const own = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
	for (const [at, word] of own.entries()) {
		const level = /^--?v(?:=(\d+))?$/.exec(word);
		if (level) return Number(level[1] ?? own[at + 1]);
		const joined = /^-v(\d+)$/.exec(word);
		if (joined) return Number(joined[1]);
	}
	return undefined;
}

const header = /^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{6} +\d+ ([\w.]+:\d+)\] (.*)$/;

/** The log that the run's own kubectl printed: the lines of its stderr that are klog's. */
export class PrintedLog {
	readonly #recording: Recording;
	readonly #text = new TextDecoder();
	#printed = '';
	#seen = 0;

	constructor(recording: Recording) {
		this.#recording = recording;
	}

	sync(): void {
		const { tty } = this.#recording;
		for (; this.#seen < tty.length; this.#seen++) {
			const mark = tty[this.#seen]!;
			if (mark.on === 'e' && mark.data)
				this.#printed += this.#text.decode(mark.data, { stream: true });
		}
	}

	/** Each line with the item it speaks of, which in a live run may be there later than the line. */
	lines(exchanges: RecordedExchanges): LogLine[] {
		const reader = new Reader(this.#recording, exchanges.all);
		const lines: LogLine[] = [];
		let within = false;
		const whole = this.#printed.slice(0, this.#printed.lastIndexOf('\n') + 1);
		for (const line of whole.split('\n')) {
			const message = header.exec(line.replace(/\r$/, ''));
			if (message) lines.push({ text: message[0], at: reader.read(message[1]!, message[2]!) });
			// The Status of a refusal goes on over several lines, which end with its bracket.
			else if (within) lines.push({ text: line, at: lines.at(-1)?.at });
			within = message ? message[2]!.endsWith('[{') : within && !line.startsWith('}]');
		}
		return lines;
	}
}

/** Follows the requests in the order in which the log tells of them. */
class Reader {
	readonly #recording: Recording;
	readonly #asked: readonly Asked[];
	#now: Asked | undefined;
	#next = 0;
	/** The lines have come to what the request was answered. */
	#answers = false;

	constructor(recording: Recording, asked: readonly Asked[]) {
		this.#recording = recording;
		this.#asked = asked;
	}

	read(place: string, message: string): number | undefined {
		if (place.startsWith('loader.go')) return undefined;
		const timed = / in \d+ milliseconds$/.test(message);
		const request =
			/^([A-Z]+) https?:\/\/[^/]+(\/\S*)/.exec(message) ??
			/^curl .*-X([A-Z]+) .*'https?:\/\/[^/]+(\/[^']*)'$/.exec(message);
		if (request) {
			// At -v=9 the line of the timing names the request that the curl line has named before.
			if (!timed || !this.#is(this.#now, request[1]!, request[2]!))
				this.#advance(request[1]!, request[2]!);
			this.#answers = timed;
			return timed ? this.#now?.answer : this.#now?.request;
		}
		if (message.startsWith('Request Body:')) return this.#asked[this.#next]?.request;
		if (/^Response (Status|Headers|Body):/.test(message)) this.#answers = true;
		if (place.startsWith('helpers.go')) this.#answers = true;
		return this.#answers ? this.#now?.answer : this.#now?.request;
	}
	#advance(verb: string, target: string): void {
		const at = this.#asked.findIndex((each, k) => k >= this.#next && this.#is(each, verb, target));
		this.#now = this.#asked[at];
		if (at >= 0) this.#next = at + 1;
	}

	#is(asked: Asked | undefined, verb: string, target: string): boolean {
		const facts = asked && this.#recording.items.at(asked.request)?.facts;
		return facts?.method === verb && facts.url === target;
	}
}
