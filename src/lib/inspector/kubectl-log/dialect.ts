/**
 * How a kubectl words its log: the places in Go files that it names, and whether it writes lines for people (until
 * 1.32) or pairs of keys and values. Measured on 1.15.0, 1.16.3, 1.20, 1.28 and 1.36; versions between have the words
 * of the nearest older one, and its line numbers for want of their own.
 */
export interface Dialect {
	minor: number;
	structured: boolean;
	/** `curl -k -v` or `curl -v`. */
	curl: string;
	/** From 1.18 on a bearer token is not even shown by its length. */
	masks: boolean;
	/** Prints a refusal's Status, and how it ends. */
	tells: {
		response: string;
		/** Before the bracket: 1.36 forgot to fill in its own format. */
		lead: string;
		kind: boolean;
		/** Of a refused upgrade, too. */
		exec: boolean;
		fatal?: string;
	};
	/** From 1.31 on it says that it falls back from WebSocket. */
	fallback: string | undefined;
	places: Places;
}

interface Places {
	configLoaded: string;
	url: string;
	curl: string;
	requestHeaders: string;
	requestHeader: string;
	timing: string;
	status: string;
	responseHeaders: string;
	responseHeader: string;
	body: string;
}

/** Of line numbers in round_trippers.go, in the order in which kubectl comes to them. */
function places(configLoaded: number, body: number, ...at: readonly number[]): Places {
	const [url, curl, requestHeaders, requestHeader, timing, status, responseHeaders, header] =
		at.map((line) => `round_trippers.go:${line}`) as [
			string,
			string,
			string,
			string,
			string,
			string,
			string,
			string
		];
	return {
		configLoaded: `loader.go:${configLoaded}`,
		url,
		curl,
		requestHeaders,
		requestHeader,
		timing,
		status,
		responseHeaders,
		responseHeader: header,
		body: `request.go:${body}`
	};
}

/** Newest first: the first whose minor version is not newer is taken. */
const dialects: readonly Dialect[] = [
	{
		minor: 33,
		structured: true,
		curl: 'curl -v',
		masks: true,
		tells: { response: 'helpers.go:246', lead: '%s', kind: false, exec: false },
		fallback: 'fallback.go:56',
		// One place asks, one place answers.
		places: {
			...places(407, 0, 527, 527, 527, 527, 632, 632, 632, 632),
			body: 'helper.go:105'
		}
	},
	{
		minor: 23,
		structured: false,
		curl: 'curl -v',
		masks: true,
		tells: { response: 'helpers.go:246', lead: '', kind: false, exec: true },
		fallback: 'fallback.go:56',
		places: places(395, 1212, 463, 466, 469, 473, 553, 574, 577, 580)
	},
	{
		minor: 20,
		structured: false,
		curl: 'curl -k -v',
		masks: true,
		tells: {
			response: 'helpers.go:216',
			lead: '',
			kind: false,
			exec: true,
			fatal: 'helpers.go:115'
		},
		fallback: undefined,
		places: places(379, 1107, 422, 425, 429, 433, 445, 448, 451, 454)
	},
	{
		minor: 15,
		structured: false,
		curl: 'curl -k -v',
		masks: false,
		tells: {
			response: 'helpers.go:199',
			lead: '',
			kind: true,
			exec: true,
			fatal: 'helpers.go:114'
		},
		fallback: undefined,
		places: places(359, 947, 416, 419, 423, 426, 438, 441, 444, 447)
	}
];

/** The dialect of a User-Agent, `kubectl/v1.15.0 (…)`; undefined when it is no kubectl's. */
export function dialectOf(client: string | undefined): Dialect | undefined {
	const version = /^kubectl[^/ ]*\/v1\.(\d+)/.exec(client ?? '')?.[1];
	if (version === undefined) return undefined;
	const minor = Number(version);
	const nearest = dialects.find((each) => each.minor <= minor) ?? dialects.at(-1)!;
	return { ...nearest, minor };
}
