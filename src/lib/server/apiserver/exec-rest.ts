/** `pods/exec`: `ExecREST` in `pkg/registry/core/pod/rest/subresources.go`. */
import { connectStream, type StreamVerb } from './connect-stream.ts';
import { execOptions } from './exec-options.ts';
import type { PodVerb } from './pod-verb.ts';

const stream: StreamVerb = {
	connect: 'ExecREST.Connect',
	locate: 'ExecLocation',
	ids: { location: 'exec-location', kubelet: 'kubelet-exec' },
	read(query) {
		const options = execOptions(query);
		return {
			options: { ...options },
			target: { path: 'exec', container: options.container, options }
		};
	}
};

export const execRest: PodVerb = {
	verb: 'exec',
	ids: { http: 'post-exec', webSocket: 'websocket-exec' },
	choosesIn: 'ExecOptions.Run',
	asked(query) {
		const { command, tty } = execOptions(query);
		return { command, tty };
	},
	commandOf(query) {
		const { command, stdin, tty } = execOptions(query);
		return { command, stdin, tty };
	},
	serve: (api, context) => connectStream(api, context, stream)
};
