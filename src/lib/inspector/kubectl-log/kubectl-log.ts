import type { Recording } from '../../recording/recording.ts';
import { articleLog, type ArticleId } from './article-logs.ts';
import { dialectOf, type Dialect } from './dialect.ts';
import { linesOf, type LogLine } from './log-line.ts';
import { fallbackMessage, messagesOf, type LogLevel } from './log-messages.ts';
import { PrintedLog, verbosity } from './printed-log.ts';
import { isExec, RecordedExchanges, type Asked } from './recorded-exchanges.ts';

export interface ShownLog {
	/** What kubectl printed itself, or what it would have printed, by the requests that are recorded; or no kubectl. */
	origin: 'printed' | 'derived' | 'none';
	lines: readonly LogLine[];
}

/** A recording does not tell the number of kubectl's process. */
const noPid = '?';

/** The `kubectl -v` log of one run. It reads each item once; call `sync` whenever lines may have arrived. */
export class KubectlLog {
	readonly #recording: Recording;
	readonly #exchanges: RecordedExchanges;
	readonly #printed: PrintedLog;
	/** By level and request, the lines of exchanges that will not change any more. */
	readonly #settled = new Map<LogLevel, Map<Asked, LogLine[]>>();

	constructor(recording: Recording) {
		this.#recording = recording;
		this.#exchanges = new RecordedExchanges(recording);
		this.#printed = new PrintedLog(recording);
	}

	sync(): void {
		this.#exchanges.sync();
		this.#printed.sync();
	}

	/** The level at which the run's own kubectl was started; undefined when it was not asked to tell. */
	get printedLevel(): number | undefined {
		return verbosity(this.#recording.command);
	}

	run(level: LogLevel): ShownLog {
		if (this.printedLevel === level) {
			const lines = this.#printed.lines(this.#exchanges);
			if (lines.length > 0) return { origin: 'printed', lines };
		}
		const dialect = dialectOf(this.#recording.header?.client);
		if (!dialect) return { origin: 'none', lines: [] };
		const { all } = this.#exchanges;
		return {
			origin: 'derived',
			lines: all.flatMap((asked, k) => this.#linesOf(asked, all[k + 1], level, dialect))
		};
	}

	/** An article's log, its lines bound to the last exec of this run and the pod that was asked for before. */
	article(id: ArticleId): LogLine[] {
		const { all } = this.#exchanges;
		return articleLog(id, {
			get: all.findLast((each) => each.id === 'get-pod'),
			exec: all.findLast(isExec)
		});
	}

	#linesOf(
		asked: Asked,
		next: Asked | undefined,
		level: LogLevel,
		dialect: Dialect
	): readonly LogLine[] {
		const known = this.#settled.get(level)?.get(asked);
		if (known) return known;
		const exchange = this.#exchanges.read(asked);
		if (!exchange) return [];
		const falls = asked.id === 'websocket-exec' && next !== undefined;
		const fallback = falls ? fallbackMessage(exchange, dialect) : undefined;
		const messages = [...messagesOf(exchange, level, dialect), ...(fallback ? [fallback] : [])];
		const lines = messages.flatMap(({ severity, place, text, of }) => {
			const at = of === 'request' ? asked.request : asked.answer!;
			return linesOf({ severity, place, pid: noPid, micros: this.#micros(at) }, text, at);
		});
		// Until the next request, more of a body may come, and a refused WebSocket be followed by a fallback.
		if (exchange.answer && next) {
			const settled = this.#settled.get(level) ?? new Map<Asked, LogLine[]>();
			this.#settled.set(level, settled.set(asked, lines));
		}
		return lines;
	}

	#micros(at: number): number {
		const began = Date.parse(this.#recording.header?.t0 ?? '') * 1000;
		return began + (this.#recording.items.at(at)?.t ?? 0);
	}
}
