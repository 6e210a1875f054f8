import { expect, it } from 'vitest';
import { Openings } from '../../src/routes/openings.ts';

/** Openings that show their name once they are let go. */
function begin() {
	const openings = new Openings();
	const shown: string[] = [];
	const open = (name: string, loaded: Promise<unknown> = Promise.resolve()) => {
		return async (wanted: () => boolean) => {
			await loaded;
			if (wanted()) shown.push(name);
		};
	};
	return { openings, shown, open };
}

function gate() {
	let pass = () => {};
	const passed = new Promise<void>((resolve) => (pass = resolve));
	return { passed, pass };
}

it('show what names itself at once, and never what was asked for before it', async () => {
	const { openings, shown, open } = begin();
	const slow = gate();
	const older = openings.instead(open('older', slow.passed));
	await openings.instead(open('newer'));
	slow.pass();
	await older;
	expect(shown).toEqual(['newer']);
});

it('go to a place in what is being opened once it is, one after the other', async () => {
	const { openings, shown, open } = begin();
	const slow = gate();
	void openings.instead(open('run', slow.passed));
	void openings.after(open('step'));
	const last = openings.after(open('next step'));
	slow.pass();
	await last;
	expect(shown).toEqual(['run', 'step', 'next step']);
});

it('go to no place in what is not wanted any more', async () => {
	const { openings, shown, open } = begin();
	const slow = gate();
	void openings.instead(open('run', slow.passed));
	const step = openings.after(open('step of run'));
	const other = openings.instead(open('other run'));
	slow.pass();
	await Promise.all([step, other]);
	expect(shown).toEqual(['other run']);
});

it('go on after one that failed, and forget all when something else is shown', async () => {
	const { openings, shown, open } = begin();
	const failed = openings.instead(() => Promise.reject(new Error('no')));
	const next = openings.after(open('next'));
	await expect(failed).rejects.toThrow('no');
	await next;
	const slow = gate();
	const dropped = openings.instead(open('dropped', slow.passed));
	openings.drop();
	slow.pass();
	await dropped;
	expect(shown).toEqual(['next']);
});
