import { actionIds, actions, type Action, type ActionId } from './actions.ts';

/** What was pressed. */
export interface Press {
	key: string;
	code: string;
	shiftKey: boolean;
	ctrlKey: boolean;
	metaKey: boolean;
	altKey: boolean;
}

/** Where it was pressed. */
export interface Focus {
	terminal?: boolean;
	/** Text is typed here, or a list chosen from. */
	input?: boolean;
	dialog?: boolean;
	/** A row of the ladder. */
	row?: boolean;
	/** Something that Space and Enter press. */
	button?: boolean;
}

const byKey = new Map<string, ActionId[]>();
for (const id of actionIds)
	for (const key of actions[id].keys) byKey.set(key, [...(byKey.get(key) ?? []), id]);

/** What a key means on the page; undefined when it means nothing here. */
export function pageKey(event: KeyboardEvent, singleKeys: boolean): ActionId | undefined {
	if (event.defaultPrevented || event.isComposing) return undefined;
	const target = event.target instanceof Element ? event.target : undefined;
	const within = (selector: string) => Boolean(target?.closest(selector));
	return actionOf(
		event,
		{
			terminal: within('.xterm'),
			input: within('input, textarea, select, [contenteditable]'),
			dialog: within('dialog'),
			row: within('[data-step]'),
			button: within('button, summary')
		},
		singleKeys
	);
}

export function actionOf(press: Press, focus: Focus, singleKeys: boolean): ActionId | undefined {
	const key = keyOf(press);
	if (key === undefined || (!singleKeys && isSingle(key))) return undefined;
	return byKey.get(key)?.find((id) => acts(actions[id], key, focus));
}

/** WCAG 2.1.4: a letter, digit or sign alone, which speech input may press by mistake. Shift does not count. */
export function isSingle(key: string): boolean {
	const plain = key.replace(/^Shift\+/, '');
	return plain.length === 1 && plain !== ' ';
}

function acts({ where }: Action, key: string, focus: Focus): boolean {
	if (where === 'everywhere') return !focus.dialog;
	// The shell wants Ctrl+K for itself; the command key is never its own.
	if (focus.terminal) return where === 'fields' && key.startsWith('Meta+');
	if (focus.dialog) return false;
	if (where === 'fields') return true;
	if (focus.input) return false;
	if (where === 'rows') return focus.row === true && !focus.button;
	// Space presses the button that has the focus; it must not play as well.
	return !(key === ' ' && focus.button);
}

/** As the table writes it. */
function keyOf({ key, code, shiftKey, ctrlKey, metaKey, altKey }: Press): string | undefined {
	if (altKey || (ctrlKey && metaKey)) return undefined;
	const name = latin(key, code);
	const letter = /^[a-z]$/i.test(name);
	// A sign is what it is, however it is typed; of letters and named keys Shift makes others.
	const shift = shiftKey && (letter || name.length > 1) ? 'Shift+' : '';
	const plain = letter ? name.toLowerCase() : name;
	return `${ctrlKey ? 'Ctrl+' : metaKey ? 'Meta+' : ''}${shift}${plain}`;
}

/** Keyboards of other scripts: the key in the place of the Latin letter means it. */
function latin(key: string, code: string): string {
	const [, letter] = /^Key([A-Z])$/.exec(code) ?? [];
	const foreign = key.length === 1 && key > '\u007F';
	return foreign && letter ? letter.toLowerCase() : key;
}

/** How a key is written for people: `Shift N`, `→`, `F8`. */
export function keyWord(key: string, space: string, mac = false): string {
	return key
		.split(/(?<=.)\+/)
		.map((part) => written[part]?.[mac ? 1 : 0] ?? (part === ' ' ? space : part.toUpperCase()))
		.join(' ');
}

const same = (word: string) => [word, word] as const;
const written: Record<string, readonly [other: string, mac: string]> = {
	ArrowRight: same('→'),
	ArrowLeft: same('←'),
	ArrowUp: same('↑'),
	ArrowDown: same('↓'),
	Escape: same('Esc'),
	Enter: same('Enter'),
	Home: same('Home'),
	End: same('End'),
	Shift: ['Shift', '⇧'],
	Ctrl: ['Ctrl', '⌃'],
	Meta: ['Meta', '⌘'],
	'-': same('−')
};

/** The keys of an action that exist on this keyboard. */
export function keysOf(id: ActionId, mac: boolean): readonly string[] {
	const all: readonly string[] = actions[id].keys;
	if (id !== 'palette') return all;
	return all.filter((key) => key.startsWith('Meta+') === mac);
}
