import type { Recording } from '../recording/recording.ts';
import type { Span } from '../trace/event.ts';
import { journeyIndex } from './journey-index.ts';

/** What a byte rides in, by name. */
export type Layer =
	| 'tls'
	| 'tcp'
	| 'unix'
	| 'http'
	| 'json'
	| 'spdy'
	| 'websocket'
	| 'docker'
	| 'stdcopy'
	| 'terminal'
	| 'pipe'
	| 'wait'
	| 'exit'
	| 'call';

type Upgrade = 'spdy' | 'websocket' | 'tcp';

/** The wrappers of a span on its socket, outermost first. What the connection was upgraded to stands in its bytes. */
export function layersOf(recording: Recording, span: Span): Layer[] {
	const over = recording.connections.get(span.c)?.over;
	const upgraded = upgradeOf(recording, span.c);
	const inner: Layer[] = !upgraded
		? ['http']
		: upgraded.to !== 'tcp'
			? [upgraded.to]
			: // Without a terminal Docker packs what comes out; what goes in is bare either way.
				upgraded.tty || span.dir === '>'
				? ['docker']
				: ['docker', 'stdcopy'];
	return over ? [over, ...inner] : inner;
}

/** Whether the process has a terminal, as whoever started it said. */
export function hasTerminal(recording: Recording): boolean {
	const started = journeyIndex(recording)
		.upgrades.map((at) => recording.items.at(at))
		.findLast((item) => item?.id === 'docker-start-exec');
	return started?.facts.tty === true;
}

function upgradeOf(recording: Recording, c: string): { to: Upgrade; tty: boolean } | undefined {
	const { upgrades } = journeyIndex(recording);
	for (let k = upgrades.length - 1; k >= 0; k--) {
		const item = recording.items.at(upgrades[k]!);
		const span = item?.sent.find((sent) => sent.c === c && sent.dir === '>');
		if (!item || !span) continue;
		const to = upgradeAsked(recording, span) ?? (item.wire === 'W' ? 'websocket' : 'spdy');
		return { to, tty: item.facts.tty === true };
	}
	return undefined;
}

/** A request's head is no longer than this, or we do not look further. */
const headBytes = 4096;
const latin1 = new TextDecoder('latin1');

function upgradeAsked(recording: Recording, span: Span): Upgrade | undefined {
	const head = recording.bytes.bytes({ ...span, len: Math.min(span.len, headBytes) }).data;
	const asked = /\r\nupgrade: *([a-z]+)/i.exec(latin1.decode(head))?.[1]?.toLowerCase();
	return asked === 'spdy' || asked === 'websocket' || asked === 'tcp' ? asked : undefined;
}
