/** Keyboards of Apple's machines name their keys otherwise. */
export const isMac = (): boolean => /Mac|iP(hone|ad)/.test(navigator.platform);
