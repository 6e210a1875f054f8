/** How the reader set the panes: sizes, and what is open in the drawer. Remembered. */
export const drawers = ['terminal', 'log', 'cluster'] as const;
export type DrawerTab = (typeof drawers)[number];

const storageKey = 'execscope.panes';

/** Sizes in pixels between which a pane can be dragged. */
export const asideRange = [280, 900] as const;
export const drawerRange = [72, 700] as const;

class Panes {
	/** Width of the panel beside the ladder; undefined: as the page is laid out. */
	aside = $state<number>();
	/** Height of the drawer under it. */
	drawer = $state<number>();
	tab = $state<DrawerTab>('terminal');

	start(): void {
		try {
			const kept: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '{}');
			if (typeof kept !== 'object' || kept === null) return;
			const { aside, drawer, tab } = kept as Record<string, unknown>;
			this.aside = within(aside, asideRange);
			this.drawer = within(drawer, drawerRange);
			this.tab = drawers.find((one) => one === tab) ?? 'terminal';
		} catch {
			// Nothing kept, or nothing that can be read: the panes are as they are laid out.
		}
	}

	keep(): void {
		const { aside, drawer, tab } = this;
		try {
			localStorage.setItem(storageKey, JSON.stringify({ aside, drawer, tab }));
		} catch {
			// Private windows may refuse to keep it.
		}
	}
}

function within(value: unknown, [least, most]: readonly [number, number]): number | undefined {
	return typeof value === 'number' && value >= least && value <= most ? value : undefined;
}

export const panes = new Panes();
