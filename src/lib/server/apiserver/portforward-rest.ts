/** `pods/portforward`: `PortForwardREST` in `pkg/registry/core/pod/rest/subresources.go`. */
import { connectStream, type StreamVerb } from './connect-stream.ts';
import type { PodVerb } from './pod-verb.ts';
import { badRequest } from './status.ts';

const stream: StreamVerb = {
	connect: 'PortForwardREST.Connect',
	locate: 'PortForwardLocation',
	ids: { location: 'portforward-location', kubelet: 'kubelet-portforward' },
	read(query) {
		const options = { ports: portsOf(query) };
		return { options, target: { path: 'portForward', container: undefined, options } };
	}
};

export const portForwardRest: PodVerb = {
	verb: 'port-forward',
	ids: { http: 'post-portforward', webSocket: 'websocket-portforward' },
	asked: (query) => told(query),
	commandOf: (query) => told(query),
	serve: (api, context) => connectStream(api, context, stream)
};

/** kubectl names its ports in the streams only; what a query has of them is shown as it came. */
function told(query: URLSearchParams): { ports?: string[] } {
	const ports = query.getAll('ports');
	return ports.length > 0 ? { ports } : {};
}

/**
 * `PodPortForwardOptions`, repeated or with commas, as `Convert_Slice_string_To_Slice_int32` of apimachinery reads them.
 * Throws 400 as a Status.
 */
function portsOf(query: URLSearchParams): number[] {
	return query
		.getAll('ports')
		.flatMap((value) => value.split(','))
		.map((text) => {
			const port = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
			if (port <= 0xffff) return port;
			const why = Number.isNaN(port) ? 'invalid syntax' : 'value out of range';
			throw badRequest(
				`cannot convert to []int32: strconv.ParseUint: parsing ${JSON.stringify(text)}: ${why}`
			);
		});
}
