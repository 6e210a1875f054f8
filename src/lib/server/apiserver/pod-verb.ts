/** A verb of kubectl that is a subresource of a pod and leads to the kubelet of its node: `exec`, and its siblings. */
import type { Facts } from '../../trace/event.ts';
import type { StepId } from '../../trace/steps.ts';
import type { ApiRequest, Handled } from './api-request.ts';
import type { StreamContext } from './connect-stream.ts';

export interface PodVerb {
	/** As kubectl's command is called: `exec`, `port-forward`. */
	verb: string;
	/** Under which id its request stands on the ladder, with SPDY or plain HTTP, and with WebSocket. */
	ids: { http: StepId; webSocket: StepId };
	/** Where kubectl decides which container is meant; undefined when its request names none. */
	choosesIn?: string;
	/** What the step says of the request beside its line. */
	asked(query: URLSearchParams): Facts;
	/** What the query says of the command line, beside pod and container. */
	commandOf(query: URLSearchParams): Facts;
	/** The storage object behind the path: its `Connect`, or its `Get`. */
	serve(api: ApiRequest, context: StreamContext): Promise<Handled>;
}
