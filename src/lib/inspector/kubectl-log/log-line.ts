/** One line of the log as it is shown. */
export interface LogLine {
	text: string;
	/** Index of the item that it speaks of; undefined when it is about none, or about none of this run. */
	at: number | undefined;
}

export interface Stamp {
	severity: 'I' | 'F';
	/** Microseconds since 1970. */
	micros: number;
	/** As it stands, at most 7 characters. */
	pid: string;
	place: string;
}

/** klog's header: severity, month and day, time, process, place in the source. The time is UTC. */
export function stamped({ severity, micros, pid, place }: Stamp, text: string): string {
	const at = new Date(Math.floor(micros / 1000)).toISOString();
	const day = at.slice(5, 7) + at.slice(8, 10);
	const fraction = String(micros % 1_000_000).padStart(6, '0');
	return `${severity}${day} ${at.slice(11, 19)}.${fraction} ${pid.padStart(7)} ${place}] ${text}`;
}

/** The lines of a message: the second and later ones of it have no header. */
export function linesOf(stamp: Stamp, text: string, at: number | undefined): LogLine[] {
	return stamped(stamp, text)
		.replace(/\n$/, '')
		.split('\n')
		.map((line) => ({ text: line, at }));
}
