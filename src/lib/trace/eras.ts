/** What stands between kubelet and Docker: a part of the kubelet, or a program of its own. */
export type Runtime = 'dockershim' | 'cri-dockerd';

/**
 * How the programs of a release behave, as features. A program asks for the feature that it needs, never for the name
 * of an era: `eras[run.era].stream`.
 */
interface Era {
	/** It can be chosen. False while a program still lacks one of its features. */
	built: boolean;
	/** Of API server and kubelets. */
	version: string;
	/** The first minor release that behaves so; exec over WebSocket came a release before that of the era's name. */
	since: string;
	/** What a kubelet does with a streaming request: sends its caller on to the runtime, or goes there itself. */
	stream: 'redirect' | 'proxy';
	runtime: Runtime;
	/** The CRI that the kubelet speaks. */
	cri: 'v1alpha2' | 'v1';
	/** Who ends a client's WebSocket: nobody before the streaming server, the API server, or the kubelet. */
	webSocket: 'spliced' | 'translated' | 'kubelet';
	/** Connect asks for the verb create as well, where the request itself is a GET. */
	createCheck: boolean;
	/** The column RESTARTS: a number, or a text that may also say when the last one was. */
	restarts: 'integer' | 'string';
	/** Objects carry `metadata.selfLink`. */
	selfLink: boolean;
	/** Which containers the API server names when it is not told one: init containers apart, or all in one list. */
	chooseText: 'old' | 'new';
	/** The streaming server refuses an upgrade without X-Stream-Protocol-Version. */
	protocolHeaderRequired: boolean;
	/** The protocols of one header may be separated by commas. */
	commaLists: boolean;
	/** The API server turns an answer below 400 that is no 101 into an error, and follows none. */
	refuses3xx: boolean;
	/** A translator pings the kubelet over SPDY. */
	translatorPings: boolean;
}

export type EraId =
	'1.15-redirect' | '1.15-proxy' | '1.24-cri' | '1.31-websocket' | '1.35' | '1.36';

/**
 * The cluster versions that a run can meet, oldest first. Data, read at a run's first request; never process state.
 * Flags are judged before anything is built and read the first two lines of each row as text: keep their shape.
 */
export const eras: Readonly<Record<EraId, Era>> = {
	'1.15-redirect': {
		built: true,
		version: '1.15.3',
		since: '1.10',
		stream: 'redirect',
		runtime: 'dockershim',
		cri: 'v1alpha2',
		webSocket: 'spliced',
		createCheck: false,
		restarts: 'integer',
		selfLink: true,
		chooseText: 'old',
		protocolHeaderRequired: false,
		commaLists: false,
		refuses3xx: false,
		translatorPings: false
	},
	'1.15-proxy': {
		built: true,
		version: '1.15.3',
		since: '1.11',
		stream: 'proxy',
		runtime: 'dockershim',
		cri: 'v1alpha2',
		webSocket: 'spliced',
		createCheck: false,
		restarts: 'integer',
		selfLink: true,
		chooseText: 'old',
		protocolHeaderRequired: false,
		commaLists: false,
		refuses3xx: false,
		translatorPings: false
	},
	'1.24-cri': {
		built: true,
		version: '1.24.17',
		since: '1.24',
		stream: 'proxy',
		runtime: 'cri-dockerd',
		cri: 'v1',
		webSocket: 'spliced',
		createCheck: false,
		restarts: 'string',
		selfLink: false,
		chooseText: 'new',
		protocolHeaderRequired: true,
		commaLists: true,
		refuses3xx: true,
		translatorPings: false
	},
	'1.31-websocket': {
		built: false,
		version: '1.31.0',
		since: '1.30',
		stream: 'proxy',
		runtime: 'cri-dockerd',
		cri: 'v1',
		webSocket: 'translated',
		createCheck: false,
		restarts: 'string',
		selfLink: false,
		chooseText: 'new',
		protocolHeaderRequired: true,
		commaLists: true,
		refuses3xx: true,
		translatorPings: false
	},
	'1.35': {
		built: false,
		version: '1.35.6',
		since: '1.35',
		stream: 'proxy',
		runtime: 'cri-dockerd',
		cri: 'v1',
		webSocket: 'translated',
		createCheck: true,
		restarts: 'string',
		selfLink: false,
		chooseText: 'new',
		protocolHeaderRequired: true,
		commaLists: true,
		refuses3xx: true,
		translatorPings: true
	},
	'1.36': {
		built: false,
		version: '1.36.3',
		since: '1.36',
		stream: 'proxy',
		runtime: 'cri-dockerd',
		cri: 'v1',
		webSocket: 'kubelet',
		createCheck: true,
		restarts: 'string',
		selfLink: false,
		chooseText: 'new',
		protocolHeaderRequired: true,
		commaLists: true,
		refuses3xx: true,
		translatorPings: true
	}
};

/** Whether the table has an era of this name. */
export function isEra(name: string): name is EraId {
	return Object.hasOwn(eras, name);
}

/** Whether somebody may ask for an era by this name. */
export function isBuiltEra(name: string): name is EraId {
	return isEra(name) && eras[name].built;
}
