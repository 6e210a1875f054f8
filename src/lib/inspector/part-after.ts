/** Which of the parts of a tree a key moves to; undefined for other keys and at the ends. */
export function partAfter(key: string, at: number, count: number): number | undefined {
	const to =
		key === 'ArrowDown'
			? at + 1
			: key === 'ArrowUp'
				? at - 1
				: key === 'Home'
					? 0
					: key === 'End'
						? count - 1
						: undefined;
	return to === undefined || to < 0 || to >= count ? undefined : to;
}
