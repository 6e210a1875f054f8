/**
 * The part of the address after `#`: which run, which step, which try, at which level, which bytes of it; and the
 * launch token of a fresh start.
 */
export interface Link {
	run?: string | undefined;
	step?: string | undefined;
	try?: number | undefined;
	level?: number | undefined;
	/** Of the step's bytes: from, and the one after the last. */
	bytes?: readonly [from: number, to: number] | undefined;
	token?: string | undefined;
}

export function parseLink(hash: string): Link {
	const values = new URLSearchParams(hash.replace(/^#/, ''));
	const attempt = Number(values.get('try'));
	const level = Number(values.get('level'));
	return {
		run: values.get('run') ?? undefined,
		step: values.get('step') ?? undefined,
		try: Number.isInteger(attempt) && attempt > 0 ? attempt : undefined,
		level: [1, 2, 3, 4].includes(level) ? level : undefined,
		bytes: parseBytes(values.get('bytes')),
		token: values.get('t') ?? undefined
	};
}

/** `12-19` names the bytes from 12 up to 18. */
function parseBytes(text: string | null): readonly [number, number] | undefined {
	const [, from, to] = /^(\d{1,12})-(\d{1,12})$/.exec(text ?? '') ?? [];
	return from !== undefined && Number(from) < Number(to) ? [Number(from), Number(to)] : undefined;
}

/** `#run=ID&step=cri-exec&try=1&level=2&bytes=12-19`; parts that say nothing are left out. The token is never written. */
export function formatLink(link: Link): string {
	const parts: string[] = [];
	if (link.run !== undefined) parts.push(`run=${encode(link.run)}`);
	if (link.step !== undefined) parts.push(`step=${encode(link.step)}`);
	if (link.try !== undefined) parts.push(`try=${link.try}`);
	if (link.level !== undefined) parts.push(`level=${link.level}`);
	if (link.bytes !== undefined) parts.push(`bytes=${link.bytes.join('-')}`);
	return parts.length > 0 ? `#${parts.join('&')}` : '';
}

/** The colon of `get-pod:reply` may stand in a fragment and is easier to read as it is. */
function encode(value: string): string {
	return encodeURIComponent(value).replaceAll('%3A', ':');
}
