/** Version and Status of the runtime: `pkg/kubelet/dockershim/docker_service.go`, `core/docker_service.go` of cri-dockerd. */
import { eras } from '../../trace/eras.ts';
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
	const { runtime, cri } = eras[asking.run.era];
	return {
		version: kubeApiVersion,
		runtime_name: runtimeName,
		runtime_version: docker.Version,
		// cri-dockerd says the version of CRI. dockershim that of Docker, which is `1.41`, as the semantic version it must be.
		runtime_api_version: runtime === 'cri-dockerd' ? cri : `${docker.ApiVersion}.0`
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
