/** Version and Status of the runtime: `pkg/kubelet/dockershim/docker_service.go`. */
import type { CriSent } from '../../wire/cri/messages.ts';
import type { DockerClient } from './docker-client.ts';
import { DockerError, worded } from './docker-error.ts';
import type { Asking } from './docker-transport.ts';

/** The version of CRI itself, not of the shim. */
const kubeApiVersion = '0.1.0';
const runtimeName = 'docker';

export async function version(
	client: DockerClient,
	asking: Asking
): Promise<CriSent<'VersionResponse'>> {
	const docker = await client.version(asking).catch(worded('failed to get docker version'));
	return {
		version: kubeApiVersion,
		runtime_name: runtimeName,
		runtime_version: docker.Version,
		// Docker says `1.41`; CRI wants a semantic version.
		runtime_api_version: `${docker.ApiVersion}.0`
	};
}

/** The runtime is ready when Docker answers. There is no network plugin that could be unready. */
export async function status(
	client: DockerClient,
	asking: Asking
): Promise<CriSent<'StatusResponse'>> {
	const runtime = await client.version(asking).then(
		() => ({ type: 'RuntimeReady', status: true }),
		(error: Error) => {
			if (!(error instanceof DockerError)) throw error;
			return {
				type: 'RuntimeReady',
				status: false,
				reason: 'DockerDaemonNotReady',
				message: `docker: failed to get docker version: ${error.message}`
			};
		}
	);
	return { status: { conditions: [runtime, { type: 'NetworkReady', status: true }] } };
}
