import { i18n } from '../i18n/i18n.svelte.ts';
import type { Recording } from '../recording/recording.ts';
import type { Span } from '../trace/event.ts';

const overNames = { tls: 'TLS', tcp: 'TCP', unix: 'unix' } as const;

/** The sockets that the same bytes crossed, in words: one with what it is, or all that passed them on unchanged. */
export function hopWords(recording: Recording, spans: readonly Span[], len: number): string {
	const { m } = i18n;
	const names = spans.map((span) => nameOf(recording, span));
	const bytes = i18n.bytes(len);
	if (names.length > 1 && i18n.language === 'zh')
		return `同样的 ${bytes}，原样经过 ${names.length} 个套接字：${names.join('、')}`;
	if (names.length > 1)
		return `the same ${bytes}, unchanged, on ${names.length} sockets: ${names.join(', ')}`;
	const over = recording.connections.get(spans[0]?.c ?? '')?.over;
	return [names[0], over && overNames[over], bytes].filter(Boolean).join(m.comma);
}

function nameOf(recording: Recording, { c, dir }: Span): string {
	const { m } = i18n;
	const at = recording.connections.get(c);
	if (!at?.from || !at.to) return c;
	const [from, to] = dir === '>' ? [at.from, at.to] : [at.to, at.from];
	return m.hopOf(m.lanes[from], m.lanes[to]);
}
