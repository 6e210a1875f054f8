/** What a key means on the page. Single keys act only outside inputs and the terminal. */
export type PageKey =
	| 'next'
	| 'back'
	| 'toggle'
	| 'next-chapter'
	| 'previous-chapter'
	| 'more-detail'
	| 'less-detail'
	| 'continue'
	| 'step'
	| 'hold'
	| 'terminal'
	| 'copy'
	| 'help';

const anywhere: Record<string, PageKey> = {
	F6: 'terminal',
	F8: 'continue',
	F9: 'hold',
	F10: 'step'
};

const single: Record<string, PageKey> = {
	ArrowRight: 'next',
	ArrowLeft: 'back',
	' ': 'toggle',
	'[': 'previous-chapter',
	']': 'next-chapter',
	'+': 'more-detail',
	'=': 'more-detail',
	'-': 'less-detail',
	c: 'copy',
	'?': 'help'
};

export function pageKey(event: KeyboardEvent): PageKey | undefined {
	if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return undefined;
	const fixed = anywhere[event.key];
	if (fixed) return fixed;
	const target = event.target instanceof Element ? event.target : undefined;
	if (target?.closest('input, textarea, select, [contenteditable], dialog, .xterm'))
		return undefined;
	// Space presses the button that has the focus; it must not play as well.
	if (event.key === ' ' && target?.closest('button, summary')) return undefined;
	if (target?.closest('[data-step]') && event.key === 'ArrowDown') return 'next';
	if (target?.closest('[data-step]') && event.key === 'ArrowUp') return 'back';
	return single[event.key];
}
