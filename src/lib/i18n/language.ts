import type { Language } from './messages.ts';

/** The language to begin with: the one chosen before, else the first of the browser's that we have, else English. */
export function firstLanguage(chosen: string | null, preferred: readonly string[]): Language {
	if (chosen === 'en' || chosen === 'zh') return chosen;
	for (const tag of preferred) {
		const base = tag.toLowerCase().split('-')[0];
		if (base === 'en' || base === 'zh') return base;
	}
	return 'en';
}
