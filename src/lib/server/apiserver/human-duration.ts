/**
 * How long something has existed, as kubectl's AGE shows it: apimachinery `pkg/util/duration/duration.go`, rounded
 * down, with a second unit only where the first alone would be coarse.
 */
export function humanDuration(ms: number): string {
	const seconds = Math.trunc(ms / 1000);
	if (seconds < -1) return '<invalid>';
	if (seconds < 0) return '0s';
	if (seconds < 2 * 60) return `${seconds}s`;
	const minutes = Math.floor(seconds / 60);
	if (minutes < 10) return two(minutes, 'm', seconds % 60, 's');
	if (minutes < 3 * 60) return `${minutes}m`;
	const hours = Math.floor(minutes / 60);
	if (hours < 8) return two(hours, 'h', minutes % 60, 'm');
	if (hours < 48) return `${hours}h`;
	const days = Math.floor(hours / 24);
	if (days < 8) return two(days, 'd', hours % 24, 'h');
	if (days < 2 * 365) return `${days}d`;
	const years = Math.floor(days / 365);
	return years < 8 ? two(years, 'y', days % 365, 'd') : `${years}y`;
}

function two(first: number, unit: string, second: number, smaller: string): string {
	return second === 0 ? `${first}${unit}` : `${first}${unit}${second}${smaller}`;
}

/** The age of a timestamp at `now` (milliseconds since 1970). */
export function ageOf(timestamp: string | null | undefined, now: number): string {
	return timestamp ? humanDuration(now - Date.parse(timestamp)) : '<unknown>';
}
