/** The query of an exec request: `PodExecOptions`, decoded as `pkg/apis/core/v1` decodes query parameters. */
import { isTrue } from './request-info.ts';

export interface PodExecOptions {
	stdin: boolean;
	stdout: boolean;
	stderr: boolean;
	tty: boolean;
	container: string;
	command: string[];
}

export function execOptions(query: URLSearchParams): PodExecOptions {
	return {
		stdin: isTrue(query.get('stdin')),
		stdout: isTrue(query.get('stdout')),
		stderr: isTrue(query.get('stderr')),
		tty: isTrue(query.get('tty')),
		container: query.get('container') ?? '',
		command: query.getAll('command')
	};
}
