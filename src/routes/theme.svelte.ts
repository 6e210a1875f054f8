/** The look that the reader chose, remembered; `system` follows the operating system. */
export const themes = ['system', 'light', 'dark', 'projector', 'contrast'] as const;
export type ThemeChoice = (typeof themes)[number];

const storageKey = 'execscope.theme';

class Theme {
	choice = $state<ThemeChoice>('system');
	/** Counts up when the operating system changes between light and dark. */
	systemChanges = $state(0);

	start(): void {
		const more = matchMedia('(prefers-contrast: more)').matches ? 'contrast' : 'system';
		this.choice = themes.find((one) => one === remembered()) ?? more;
		matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
			this.systemChanges++;
		});
	}

	choose(choice: ThemeChoice): void {
		this.choice = choice;
		try {
			localStorage.setItem(storageKey, choice);
		} catch {
			// Private windows may refuse to keep it; the choice holds until the page is closed.
		}
	}
}

function remembered(): string | null {
	try {
		return localStorage.getItem(storageKey);
	} catch {
		return null;
	}
}

export const theme = new Theme();
