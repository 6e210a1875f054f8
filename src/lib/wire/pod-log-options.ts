/**
 * The options of `GET /pods/NAME/log` and of the kubelet's `/containerLogs/`, which stand in the query: PodLogOptions of
 * `k8s.io/api/core/v1`, read as apimachinery's ParameterCodec reads them.
 */
export interface PodLogOptions {
	/** Empty: the only one. The kubelet has it in its path. */
	container: string;
	follow: boolean;
	previous: boolean;
	timestamps: boolean;
	sinceSeconds?: number;
	/** RFC3339, as it was given. */
	sinceTime?: string;
	tailLines?: number;
	limitBytes?: number;
}

/** Throws in Go's words when a value is no number, or no time. */
export function parsePodLogOptions(query: URLSearchParams): PodLogOptions {
	const sinceTime = timeOf(query.get('sinceTime'));
	return {
		container: query.get('container') ?? '',
		follow: isTrue(query.get('follow')),
		previous: isTrue(query.get('previous')),
		timestamps: isTrue(query.get('timestamps')),
		...integer(query, 'sinceSeconds'),
		...(sinceTime === undefined ? {} : { sinceTime }),
		...integer(query, 'tailLines'),
		...integer(query, 'limitBytes')
	};
}

/** What `ValidatePodLogOptions` finds wrong with one field: `field`, and the error in apimachinery's words. */
export interface LogOptionError {
	reason: 'FieldValueInvalid' | 'FieldValueForbidden';
	field: string;
	message: string;
}

/** `ValidatePodLogOptions` of `pkg/apis/core/validation`. */
export function validatePodLogOptions(options: PodLogOptions): LogOptionError[] {
	const { tailLines, limitBytes, sinceSeconds, sinceTime } = options;
	const errors: LogOptionError[] = [];
	const invalid = (field: string, value: number, why: string) =>
		errors.push({
			reason: 'FieldValueInvalid',
			field,
			message: `Invalid value: ${value}: must be greater than ${why}`
		});
	if (tailLines !== undefined && tailLines < 0) invalid('tailLines', tailLines, 'or equal to 0');
	if (limitBytes !== undefined && limitBytes < 1) invalid('limitBytes', limitBytes, '0');
	if (sinceSeconds !== undefined && sinceTime !== undefined)
		errors.push({
			reason: 'FieldValueForbidden',
			field: '',
			message: 'Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified'
		});
	else if (sinceSeconds !== undefined && sinceSeconds < 1)
		invalid('sinceSeconds', sinceSeconds, '0');
	return errors;
}

/** Those that were given, sorted by name as Go's `url.Values.Encode` sorts them; times in whole seconds. */
export function formatPodLogOptions(options: PodLogOptions): string {
	const query = new URLSearchParams();
	for (const name of ['follow', 'previous', 'timestamps'] as const)
		if (options[name]) query.set(name, 'true');
	for (const name of ['sinceSeconds', 'tailLines', 'limitBytes'] as const)
		if (options[name] !== undefined) query.set(name, String(options[name]));
	if (options.sinceTime !== undefined)
		query.set('sinceTime', new Date(options.sinceTime).toISOString().replace(/\.\d+Z$/, 'Z'));
	query.sort();
	return query.toString();
}

/** How Go reads a boolean of a query: there, and neither `false` nor `0`. */
function isTrue(value: string | null): boolean {
	return value !== null && value.toLowerCase() !== 'false' && value !== '0';
}

function integer<Name extends string>(
	query: URLSearchParams,
	name: Name
): { [N in Name]?: number } {
	const text = query.get(name);
	if (text === null) return {};
	if (!/^[+-]?\d+$/.test(text))
		throw new Error(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
	const value = Number(text);
	if (!Number.isSafeInteger(value))
		throw new Error(`strconv.ParseInt: parsing ${JSON.stringify(text)}: value out of range`);
	// One name, one value: the type of a computed key is wider.
	return { [name]: value } as { [N in Name]?: number };
}

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

function timeOf(text: string | null): string | undefined {
	if (text === null || text === '' || text === 'null') return undefined;
	if (rfc3339.test(text) && !Number.isNaN(Date.parse(text))) return text;
	const given = JSON.stringify(text);
	throw new Error(
		`parsing time ${given} as "2006-01-02T15:04:05Z07:00": cannot parse ${given} as "2006"`
	);
}
