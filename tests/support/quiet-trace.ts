import type { EraId } from '../../src/lib/trace/eras.ts';
import type { Facts } from '../../src/lib/trace/event.ts';
import type { Found, Message, Received, Run, Trace } from '../../src/lib/trace/trace.ts';

export interface Said {
	id: string;
	n: string;
	facts: Facts | undefined;
}

/**
 * A trace that writes nothing and only remembers what was said, in order, whatever the run. Messages find each
 * other by traceparent, so that a chain of programs can be tested without a recorder. Every run is of one era.
 */
export function quietTrace(era: EraId = '1.15-redirect'): Trace & { said: Said[] } {
	const said: Said[] = [];
	const ids = new WeakMap<Message, string>();
	const messages: Message[] = [];
	const names = new Set<string>();
	let exits = 0;
	const say = <M extends Message>(id: string, message: M): Promise<M> => {
		said.push({ id, n: message.n, facts: message.facts });
		ids.set(message, id.replace(/:reply$/, ''));
		messages.push(message);
		return Promise.resolve(message);
	};
	const run: Run = {
		id: 'quiet',
		era,
		open: true,
		step: say,
		reply: (request, message) => say(`${ids.get(request) ?? 'unknown'}:reply`, message),
		call(id, call) {
			said.push({ id, n: call.n, facts: call.facts });
			return Promise.resolve(() => {});
		},
		sent() {},
		covers() {},
		carried() {},
		splice() {},
		crossed() {},
		leave() {},
		attempt() {},
		refused() {},
		name: (...more) => more.forEach((name) => names.add(name)),
		command() {},
		tty() {},
		size() {},
		exit(code, reason) {
			exits++;
			said.push({ id: 'exit', n: `${code} ${reason}`, facts: { exits } });
		},
		traceparent(message) {
			const index = message ? messages.indexOf(message) : 0xffff_ffff;
			return `00-${'0'.repeat(31)}1-${index.toString(16).padStart(16, '0')}-01`;
		}
	};
	const find = (traceparent: string | undefined): Received | undefined => {
		if (!traceparent) return undefined;
		const request = messages[parseInt(traceparent.split('-')[2] ?? '', 16)];
		return request ? { run, request } : { run };
	};
	return {
		said,
		boot: run,
		connection: () => ({ c: 'c0', bytes() {}, closed() {} }),
		receive: (found: Found) => Promise.resolve(find(found.traceparent) ?? { run }),
		find: (how) => find(how.traceparent) ?? (how.name && names.has(how.name) ? { run } : undefined)
	};
}
