import type { Detail } from '$lib/diagram/rows.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import type { ActionId } from './actions.ts';
import type { PageState } from './page-state.svelte.ts';
import { movePane } from './pane-order.ts';
import { singleKeys } from './single-keys.svelte.ts';
import { speaker } from './speaker.svelte.ts';
import { theme } from './theme.svelte.ts';

/** What actions reach in the page's components. */
export interface Handles {
	openBytes(): void;
	close(): void;
	search(): void;
	moveHit(by: 1 | -1): void;
	palette(only?: 'step'): void;
	overview(): void;
	searchTerminal(): void;
	focusTerminal(): void;
	copyLink(): void;
	hints(): void;
}

/** What each action of the table does. */
export function makeActs(page: PageState, handles: Handles): Record<ActionId, () => void> {
	const { player, lesson } = page;
	const jump = (tenths: number) => () => page.steer.jump(tenths / 10);
	const panes = () => handles.focusTerminal();
	return {
		next: () => page.steer.step(1),
		back: () => page.steer.step(-1),
		'previous-event': () => page.steer.event(-1),
		'next-event': () => page.steer.event(1),
		'previous-chapter': () => page.steer.chapter(-1),
		'next-chapter': () => page.steer.chapter(1),
		first: jump(0),
		last: jump(10),
		'select-up': () => page.steer.step(-1),
		'select-down': () => page.steer.step(1),
		'open-bytes': () => handles.openBytes(),
		close: () => handles.close(),
		play: () => page.toggle(),
		'back-5s': () => page.steer.seekBy(-5000),
		'forward-5s': () => page.steer.seekBy(5000),
		slower: () => player.changeSpeed(-1),
		faster: () => player.changeSpeed(1),
		'loop-chapter': () => page.steer.toggleLoop(),
		'back-to-live': () => page.steer.newest(),
		'jump-0': jump(0),
		'jump-10': jump(1),
		'jump-20': jump(2),
		'jump-30': jump(3),
		'jump-40': jump(4),
		'jump-50': jump(5),
		'jump-60': jump(6),
		'jump-70': jump(7),
		'jump-80': jump(8),
		'jump-90': jump(9),
		'more-detail': () => void page.view.showDetail((page.view.detail + 1) as Detail),
		'less-detail': () => void page.view.showDetail((page.view.detail - 1) as Detail),
		'time-view': () => (player.clock = player.clock === 'step' ? 'real' : 'step'),
		'zoom-in': () => page.view.zoomBy(1),
		'zoom-out': () => page.view.zoomBy(-1),
		overview: () => handles.overview(),
		search: () => handles.search(),
		'next-hit': () => handles.moveHit(1),
		'previous-hit': () => handles.moveHit(-1),
		'go-to-step': () => handles.palette('step'),
		palette: () => handles.palette(),
		'search-terminal': () => handles.searchTerminal(),
		continue: () => page.release('continue'),
		hold: () => page.toggleHold(),
		'one-step': () => page.release('step'),
		predict: () => (lesson.guessing ? lesson.stopGuessing() : page.startGuessing()),
		'follow-keystroke': () => lesson.toggleFollowing(),
		speak: () => speaker.switch(),
		'copy-link': () => handles.copyLink(),
		fullscreen: toggleFullscreen,
		dark: () => theme.choose(isDark() ? 'light' : 'dark'),
		'next-pane': () => movePane(1, panes),
		'previous-pane': () => movePane(-1, panes),
		'switch-language': () => i18n.switch(),
		'theme-system': () => theme.choose('system'),
		'theme-light': () => theme.choose('light'),
		'theme-dark': () => theme.choose('dark'),
		'theme-projector': () => theme.choose('projector'),
		'theme-contrast': () => theme.choose('contrast'),
		print: () => window.print(),
		'single-keys': () => singleKeys.switch(),
		help: () => handles.hints()
	};
}

function toggleFullscreen(): void {
	if (document.fullscreenElement) void document.exitFullscreen();
	else void document.documentElement.requestFullscreen();
}

function isDark(): boolean {
	if (theme.choice !== 'system') return theme.choice === 'dark';
	return matchMedia('(prefers-color-scheme: dark)').matches;
}
