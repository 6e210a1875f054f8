/**
 * dockershim: the kubelet's own runtime for Docker up to 1.23, `pkg/kubelet/dockershim/docker_service.go`. Upstream it
 * lives in the kubelet's process; here it is a program that the kubelet meets on its sockets only.
 */
import { setMaxListeners } from 'node:events';
import type { Trace } from '../../trace/trace.ts';
import type { Clock, Limits } from '../limits.ts';
import type { Address } from '../transport/address.ts';
import type { Door } from '../transport/door.ts';
import { DockerClient } from './docker-client.ts';
import * as containers from './docker-container.ts';
import * as images from './docker-image.ts';
import * as sandboxes from './docker-sandbox.ts';
import { startDockerServer, type CriHandlers } from './docker-server.ts';
import { status, version } from './docker-status.ts';
import { exec, portForward, type DockerStreaming } from './docker-streaming.ts';
import type { Random } from './request-cache.ts';
import { StreamingServer } from './streaming-server.ts';

export interface DockershimOptions {
	node: string;
	/** Where CRI is served. */
	cri: Address;
	/** Where the Docker Engine API is. */
	docker: Address;
	/** Where tokens are redeemed. */
	streaming: Address;
	/** What token URLs begin with: `/cri/` when the kubelet serves them. */
	baseUrl: string;
	door: Door;
	trace: Trace;
	limits: Limits;
	clock: Clock;
	/** Where tokens come from. */
	random?: Random;
}

export interface Dockershim {
	cri: Address;
	streaming: Address;
	/** Ends every call, stream and connection at once. */
	close(): Promise<void>;
}

/** Starts the shim; throws when Docker cannot be reached, is too old, or an address is taken. */
export async function startDockershim(options: DockershimOptions): Promise<Dockershim> {
	const { node, cri, docker, limits, clock, trace } = options;
	const stopping = new AbortController();
	// Every request that waits for Docker listens to it.
	setMaxListeners(0, stopping.signal);
	const client = new DockerClient({ docker, limits, clock });
	const serviceMade = await trace.boot.call('docker-service', {
		n: 'NewDockerService',
		fn: 'dockershim.NewDockerService',
		facts: { node, baseUrl: options.baseUrl }
	});
	await client.connect({ run: trace.boot });
	const streaming = await startStreaming(options);
	serviceMade();
	const serverStarted = await trace.boot.call('docker-server', {
		n: 'DockerServer.Start',
		fn: 'dockerremote.NewDockerServer',
		facts: { node, socket: cri.kind === 'unix' ? cri.path : cri.port }
	});
	const runtime = { client, signal: stopping.signal, limits, clock };
	const handlers = criHandlers(client, { runtime, server: streaming });
	const stopServer = await startDockerServer({
		node,
		address: cri,
		handlers,
		trace,
		stopping: stopping.signal
	}).catch(async (error: unknown) => {
		await streaming.close();
		throw error;
	});
	serverStarted();
	return {
		cri,
		streaming: streaming.address,
		async close() {
			stopping.abort();
			stopServer();
			client.close();
			await streaming.close();
		}
	};
}

async function startStreaming(options: DockershimOptions): Promise<StreamingServer> {
	const { node, streaming, baseUrl, trace } = options;
	const server = new StreamingServer({ ...options, address: streaming });
	const routed = await trace.boot.call('streaming-routes', {
		n: 'streaming.NewServer',
		fn: 'streaming.NewServer',
		facts: { node, baseUrl, routes: server.routes }
	});
	await server.start();
	routed();
	return server;
}

/** `dockerService`: which CRI call is done by what. */
function criHandlers(client: DockerClient, streaming: DockerStreaming): CriHandlers {
	return {
		Version: (_request, asking) => version(client, asking),
		Status: (_request, asking) => status(client, asking),
		RunPodSandbox: (request, asking) => sandboxes.runPodSandbox(client, request, asking),
		StopPodSandbox: (request, asking) => sandboxes.stopPodSandbox(client, request, asking),
		RemovePodSandbox: (request, asking) => sandboxes.removePodSandbox(client, request, asking),
		PodSandboxStatus: (request, asking) => sandboxes.podSandboxStatus(client, request, asking),
		ListPodSandbox: (request, asking) => sandboxes.listPodSandbox(client, request, asking),
		CreateContainer: (request, asking) => containers.createContainer(client, request, asking),
		StartContainer: (request, asking) => containers.startContainer(client, request, asking),
		StopContainer: (request, asking) => containers.stopContainer(client, request, asking),
		RemoveContainer: (request, asking) => containers.removeContainer(client, request, asking),
		ListContainers: (request, asking) => containers.listContainers(client, request, asking),
		ContainerStatus: (request, asking) => containers.containerStatus(client, request, asking),
		Exec: (request, context) => exec(streaming, request, context),
		PortForward: (request, context) => portForward(streaming, request, context),
		ListImages: (request, asking) => images.listImages(client, request, asking),
		ImageStatus: (request, asking) => images.imageStatus(client, request, asking),
		PullImage: (request, asking) => images.pullImage(client, request, asking)
	};
}
