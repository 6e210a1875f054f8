/** Times with nanoseconds, which Docker's logs and events have and `Date` has not. */

const second = 1_000_000_000n;
const millisecond = 1_000_000n;
/** How far the machine's clock may have been set before it is followed. */
const tolerated = 50n * millisecond;

let sinceStart = 0n;

/** Since 1970; never the same or less from one call to the next, but where the machine's clock was set back. */
export function nanosecondsNow(): bigint {
	const monotonic = process.hrtime.bigint();
	const wall = BigInt(Date.now()) * millisecond;
	const off = wall - (monotonic + sinceStart);
	if (off > tolerated || off < -tolerated) sinceStart = wall - monotonic;
	return monotonic + sinceStart;
}

/** Go's time.RFC3339Nano: no zeros at the end of the fraction. */
export function rfc3339Nano(nanoseconds: bigint): string {
	return rfc3339NanoFixed(nanoseconds).replace(/\.?0+Z$/, 'Z');
}

/** Docker's jsonmessage.RFC3339NanoFixed: nine digits always. */
export function rfc3339NanoFixed(nanoseconds: bigint): string {
	const seconds = new Date(Number(nanoseconds / millisecond)).toISOString().slice(0, 19);
	return `${seconds}.${String(nanoseconds % second).padStart(9, '0')}Z`;
}

/** Reads a time that `rfc3339Nano` wrote. */
export function nanosecondsOf(text: string): bigint {
	const [, seconds = '', fraction = ''] = /^([^.Z]+)(?:\.(\d+))?Z$/.exec(text) ?? [];
	return BigInt(Date.parse(`${seconds}Z`)) * millisecond + BigInt(fraction.padEnd(9, '0'));
}

/** Reads `since` and `until` as clients send them: seconds since 1970, with up to nine decimals. Undefined: no time. */
export function nanosecondsIn(text: string | null): bigint | undefined {
	const [, seconds, fraction = ''] = /^(\d+)(?:\.(\d{1,9}))?$/.exec(text ?? '') ?? [];
	return seconds === undefined
		? undefined
		: BigInt(seconds) * second + BigInt(fraction.padEnd(9, '0'));
}
