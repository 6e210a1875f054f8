/** WCAG 2.1.4: keys that are one letter, digit or sign can be turned off, and stay off. */
const storageKey = 'execscope.single-keys';

class SingleKeys {
	on = $state(true);

	start(): void {
		try {
			this.on = localStorage.getItem(storageKey) !== 'off';
		} catch {
			this.on = true;
		}
	}

	switch(): void {
		this.on = !this.on;
		try {
			localStorage.setItem(storageKey, this.on ? 'on' : 'off');
		} catch {
			// A browser that keeps nothing holds the choice until the page is closed.
		}
	}
}

export const singleKeys = new SingleKeys();
