import type { Messages } from '../i18n/messages.ts';
import type { Row } from './rows.ts';

/** A row as one sentence, for whoever hears the ladder: its number, from whom to whom, by what, and what is said. */
export function rowName(row: Row, text: string, m: Messages): string {
	const number = row.number === undefined ? '' : m.ordinal(String(row.number));
	return row.kind === 'call'
		? m.callName(number, m.lanes[row.from], text)
		: m.rowName(
				number,
				m.lanes[row.from],
				m.lanes[row.to],
				row.wire ? m.wires[row.wire] : m.call,
				text
			);
}
