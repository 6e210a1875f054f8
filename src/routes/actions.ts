/**
 * Everything that the page can do, once: the keys, the `?` overlay and the palette are made of this table. Names are
 * in `i18n/actions.ts`. A key is what `KeyboardEvent.key` says, with `Shift+`, `Ctrl+` or `Meta+` before it; the
 * browser's own Ctrl combinations are left to it.
 */
export type Group = 'steps' | 'time' | 'detail' | 'find' | 'hold' | 'learn' | 'page';

export interface Action {
	group: Group;
	keys: readonly string[];
	/**
	 * Where the keys act: `page` outside inputs, the terminal and dialogs; `rows` on a row of the ladder as well, and
	 * nowhere else; `fields` in inputs too, but not in the terminal, where the shell wants them; `everywhere`.
	 */
	where: 'page' | 'rows' | 'fields' | 'everywhere';
}

const page = (group: Group, ...keys: string[]): Action => ({ group, keys, where: 'page' });
const everywhere = (group: Group, ...keys: string[]): Action => ({
	group,
	keys,
	where: 'everywhere'
});

export const actions = {
	next: page('steps', 'ArrowRight'),
	back: page('steps', 'ArrowLeft'),
	'previous-event': page('steps', ','),
	'next-event': page('steps', '.'),
	'previous-chapter': page('steps', '['),
	'next-chapter': page('steps', ']'),
	first: page('steps', 'Home'),
	last: page('steps', 'End'),
	'select-up': { group: 'steps', keys: ['ArrowUp'], where: 'rows' },
	'select-down': { group: 'steps', keys: ['ArrowDown'], where: 'rows' },
	'open-bytes': { group: 'steps', keys: ['Enter'], where: 'rows' },
	close: page('steps', 'Escape'),

	play: page('time', ' ', 'k'),
	'back-5s': page('time', 'j'),
	'forward-5s': page('time', 'l'),
	slower: page('time', '<'),
	faster: page('time', '>'),
	'loop-chapter': page('time', 'Shift+l'),
	'back-to-live': page('time', 'Shift+End'),
	'jump-0': page('time', '0'),
	'jump-10': page('time', '1'),
	'jump-20': page('time', '2'),
	'jump-30': page('time', '3'),
	'jump-40': page('time', '4'),
	'jump-50': page('time', '5'),
	'jump-60': page('time', '6'),
	'jump-70': page('time', '7'),
	'jump-80': page('time', '8'),
	'jump-90': page('time', '9'),

	'more-detail': page('detail', '+', '='),
	'less-detail': page('detail', '-'),
	'time-view': page('detail', 't'),
	'zoom-in': page('detail', 'z'),
	'zoom-out': page('detail', 'Shift+z'),
	overview: page('detail', 'o'),

	search: page('find', '/'),
	'next-hit': page('find', 'n'),
	'previous-hit': page('find', 'Shift+n'),
	'go-to-step': page('find', 'g'),
	palette: { group: 'find', keys: ['Ctrl+k', 'Meta+k'], where: 'fields' },
	'search-terminal': everywhere('find', 'Ctrl+Shift+f'),

	continue: everywhere('hold', 'F8'),
	hold: everywhere('hold', 'F9'),
	'one-step': everywhere('hold', 'F10'),

	predict: page('learn', 'q'),
	'follow-keystroke': page('learn', 'y'),
	speak: page('learn', 'v'),

	'copy-link': page('page', 'c'),
	fullscreen: page('page', 'f'),
	dark: page('page', 'd'),
	'next-pane': everywhere('page', 'F6'),
	'previous-pane': everywhere('page', 'Shift+F6'),
	'switch-language': page('page'),
	'theme-system': page('page'),
	'theme-light': page('page'),
	'theme-dark': page('page'),
	'theme-projector': page('page'),
	'theme-contrast': page('page'),
	print: page('page'),
	'single-keys': page('page'),
	help: page('page', '?')
} as const satisfies Record<string, Action>;

export type ActionId = keyof typeof actions;

export const actionIds = Object.keys(actions) as ActionId[];

export const groups = [
	'steps',
	'time',
	'detail',
	'find',
	'hold',
	'learn',
	'page'
] as const satisfies readonly Group[];
