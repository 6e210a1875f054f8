import { describe, expect, it } from 'vitest';
import { messages } from '../../src/lib/i18n/messages.ts';
import { actionIds, actions, groups } from '../../src/routes/actions.ts';
import {
	actionOf,
	isSingle,
	keysOf,
	keyWord,
	type Focus,
	type Press
} from '../../src/routes/keys.ts';

const press = (key: string, more: Partial<Press> = {}): Press => ({
	key,
	code: '',
	shiftKey: false,
	ctrlKey: false,
	metaKey: false,
	altKey: false,
	...more
});
const act = (key: string, focus: Focus = {}, more: Partial<Press> = {}) =>
	actionOf(press(key, more), focus, true);

describe('the table of actions', () => {
	it('has a name in both languages, no two the same, and a group', () => {
		for (const m of [messages.en, messages.zh]) {
			expect(Object.keys(m.actions.names).sort()).toEqual([...actionIds].sort());
			const names = Object.values(m.actions.names);
			expect(new Set(names).size).toBe(names.length);
		}
		for (const id of actionIds) expect(groups).toContain(actions[id].group);
	});
	it('gives every key one meaning in one place', () => {
		const keys = actionIds.flatMap((id) => actions[id].keys);
		expect(new Set(keys).size).toBe(keys.length);
	});
	it("leaves the browser's zoom, find and reload alone", () => {
		for (const key of ['+', '-', '=', '0', 'f', 'r', 'c', 'l', 'd', 'n', 't', 'p'])
			expect(act(key, {}, { ctrlKey: true })).toBeUndefined();
		expect(act('ArrowLeft', {}, { altKey: true })).toBeUndefined();
	});
});

describe('keys', () => {
	it('mean what people expect of them', () => {
		expect(act('ArrowRight')).toBe('next');
		expect(act(' ')).toBe('play');
		expect(act('k')).toBe('play');
		expect(act('7')).toBe('jump-70');
		expect(act('N', {}, { shiftKey: true })).toBe('previous-hit');
		expect(act('N')).toBe('next-hit'); // Caps Lock
		expect(act('<', {}, { shiftKey: true })).toBe('slower');
		expect(act('?', {}, { shiftKey: true })).toBe('help');
		expect(act('F6')).toBe('next-pane');
		expect(act('F6', {}, { shiftKey: true })).toBe('previous-pane');
		expect(act('л', {}, { code: 'KeyK' })).toBe('play');
	});
	it('alone do nothing where one types, in dialogs and in the terminal', () => {
		for (const focus of [{ input: true }, { dialog: true }, { terminal: true }])
			for (const key of ['k', ' ', 'ArrowRight', '/', '?', 'Escape', 'Enter'])
				expect(act(key, focus)).toBeUndefined();
	});
	it('lead out of the terminal, and let go what is held there', () => {
		for (const focus of [{ terminal: true }, { input: true }]) {
			expect(act('F6', focus)).toBe('next-pane');
			expect(act('F8', focus)).toBe('continue');
		}
	});
	it('open the palette, but leave Ctrl+K to the shell', () => {
		expect(act('k', { input: true }, { ctrlKey: true })).toBe('palette');
		expect(act('k', { terminal: true }, { ctrlKey: true })).toBeUndefined();
		expect(act('k', { terminal: true }, { metaKey: true })).toBe('palette');
	});
	it('press the button that has the focus, and nothing else', () => {
		expect(act(' ', { button: true })).toBeUndefined();
		expect(act('Enter', { button: true })).toBeUndefined();
		expect(act('Enter', { row: true, button: true })).toBeUndefined();
		expect(act('Enter', { row: true })).toBe('open-bytes');
		expect(act('ArrowDown', { row: true })).toBe('select-down');
		expect(act('ArrowDown')).toBeUndefined();
	});
	it('of one letter, digit or sign can be turned off', () => {
		for (const id of actionIds)
			for (const key of actions[id].keys) {
				const shiftKey = key.includes('Shift+');
				const ctrlKey = key.startsWith('Ctrl+');
				const metaKey = key.startsWith('Meta+');
				const name = key.replace(/^(?:Ctrl\+|Meta\+)?(?:Shift\+)?/, '');
				const what = press(name, { shiftKey, ctrlKey, metaKey });
				const found = [{}, { row: true }].map((focus) => actionOf(what, focus, false));
				expect(found.includes(id), key).toBe(!isSingle(key));
			}
		expect(actionOf(press('ArrowRight'), {}, false)).toBe('next');
		expect(actionOf(press('?'), {}, false)).toBeUndefined();
	});
});

describe('how keys are written', () => {
	it('is what stands on them', () => {
		expect(keyWord('Shift+n', 'Space')).toBe('Shift N');
		expect(keyWord(' ', 'Space')).toBe('Space');
		expect(keyWord('+', 'Space')).toBe('+');
		expect(keyWord('ArrowLeft', 'Space')).toBe('←');
		expect(keysOf('palette', true).map((key) => keyWord(key, '', true))).toEqual(['⌘ K']);
		expect(keysOf('palette', false).map((key) => keyWord(key, ''))).toEqual(['Ctrl K']);
	});
});
