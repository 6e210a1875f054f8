/** What the first picture does without. It comes when the page is idle, or when it is asked for. */
export { default as SearchBar } from '$lib/diagram/SearchBar.svelte';
export { default as Help } from './Help.svelte';
export { default as KeyHints } from './KeyHints.svelte';
export { default as Overview } from './Overview.svelte';
export { allEntries, numberedEntry } from './palette-entries.ts';
export { default as Palette } from './Palette.svelte';
export { default as PrintSheet } from './PrintSheet.svelte';
