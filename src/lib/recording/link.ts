/** The part of the address after `#`: which run, which step, which try; and the launch token of a fresh start. */
export interface Link {
	run?: string | undefined;
	step?: string | undefined;
	try?: number | undefined;
	token?: string | undefined;
}

export function parseLink(hash: string): Link {
	const values = new URLSearchParams(hash.replace(/^#/, ''));
	const attempt = Number(values.get('try'));
	return {
		run: values.get('run') ?? undefined,
		step: values.get('step') ?? undefined,
		try: Number.isInteger(attempt) && attempt > 0 ? attempt : undefined,
		token: values.get('t') ?? undefined
	};
}

/** `#run=ID&step=cri-exec&try=1`; parts that say nothing are left out. The token is never written. */
export function formatLink(link: Link): string {
	const parts: string[] = [];
	if (link.run !== undefined) parts.push(`run=${encode(link.run)}`);
	if (link.step !== undefined) parts.push(`step=${encode(link.step)}`);
	if (link.try !== undefined) parts.push(`try=${link.try}`);
	return parts.length > 0 ? `#${parts.join('&')}` : '';
}

/** The colon of `get-pod:reply` may stand in a fragment and is easier to read as it is. */
function encode(value: string): string {
	return encodeURIComponent(value).replaceAll('%3A', ':');
}
