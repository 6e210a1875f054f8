/** The panes that F6 goes round, in order, and what takes the focus in each. */
const around = [
	{ root: '.left', target: '[data-step] a[tabindex="0"]' },
	{ root: '.drawer', target: '[role="tab"][aria-selected="true"]' },
	{ root: 'aside', target: 'aside [role="tabpanel"], aside .greeting' },
	{ root: '.time', target: '.time [role="slider"]' },
	{ root: 'header', target: 'header input' }
] as const;

/** Moves the focus to the next pane in sight, out of the terminal too; into it by `focusTerminal`. */
export function movePane(by: 1 | -1, focusTerminal: () => void): void {
	const seen = around.filter(({ root }) => document.querySelector(root)?.checkVisibility());
	const here = seen.findIndex(({ root }) => document.activeElement?.closest(root));
	const to = here < 0 && by < 0 ? seen.length - 1 : (here + by + seen.length) % seen.length;
	const pane = seen[to];
	if (!pane) return;
	if (pane.root === '.drawer' && document.querySelector('.drawer .behind') === null)
		focusTerminal();
	else document.querySelector<HTMLElement>(pane.target)?.focus();
}
