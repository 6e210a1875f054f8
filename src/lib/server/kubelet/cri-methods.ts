/**
 * The CRI calls that this kubelet makes, as data: which service has them, under which `operation_type` they are
 * counted (`pkg/kubelet/kuberuntime/instrumented_services.go`), as which step they are announced, and how long each
 * may take (`pkg/kubelet/remote/remote_runtime.go`).
 */
import type { Limits } from '../limits.ts';
import type { Facts } from '../../trace/event.ts';
import type { StepId } from '../../trace/steps.ts';
import type { CriMessage, CriSent } from '../../wire/cri/messages.ts';

export type CriMethod =
	| 'Version'
	| 'ListPodSandbox'
	| 'ListContainers'
	| 'Exec'
	| 'PortForward'
	| 'PodSandboxStatus'
	| 'ContainerStatus'
	| 'RunPodSandbox'
	| 'CreateContainer'
	| 'StartContainer'
	| 'StopContainer'
	| 'RemoveContainer'
	| 'StopPodSandbox'
	| 'RemovePodSandbox'
	| 'ImageStatus'
	| 'PullImage';
/** The calls that are answered with the URL of a stream. */
export type CriStreamMethod = Extract<CriMethod, 'Exec' | 'Attach' | 'PortForward'>;
export type CriRequest<M extends CriMethod> = CriSent<`${M}Request`>;
export type CriResponse<M extends CriMethod> = CriMessage<`${M}Response`>;

export interface CriMethodInfo<M extends CriMethod> {
	service: 'RuntimeService' | 'ImageService';
	operation: string;
	step: StepId;
	/** Milliseconds; undefined: as long as it takes. */
	timeoutMs(limits: Limits, request: CriRequest<M>): number | undefined;
	/** What stands on the arrow, and what matters at this step. */
	said(request: CriRequest<M>): { n: string; facts: Facts };
}

const plain = (limits: Limits) => limits.runtimeRequestMs;

function cri<M extends CriMethod>(
	method: M,
	operation: string,
	said: (request: CriRequest<M>) => { about?: string | undefined; facts: Facts },
	more: Partial<CriMethodInfo<M>> = {}
): CriMethodInfo<M> {
	return {
		service: 'RuntimeService',
		operation,
		step: 'cri-call',
		timeoutMs: plain,
		...more,
		said(request) {
			const { about, facts } = said(request);
			return { n: about ? `${method} ${about}` : method, facts: { method, ...facts } };
		}
	};
}

/** Long ids are shown as Docker shows them. */
const short = (id = '') => id.slice(0, 12);

export const criMethods: { [M in CriMethod]: CriMethodInfo<M> } = {
	Version: cri('Version', 'version', () => ({ facts: {} })),
	ListPodSandbox: cri(
		'ListPodSandbox',
		'list_podsandbox',
		({ filter }) => ({ facts: { filter: filter ?? null } }),
		{ step: 'list-containers' }
	),
	ListContainers: cri(
		'ListContainers',
		'list_containers',
		({ filter }) => ({ facts: { filter: filter ?? null } }),
		{ step: 'list-containers' }
	),
	Exec: cri(
		'Exec',
		'exec',
		(request) => ({
			about: [
				JSON.stringify(request.cmd),
				...(['stdin', 'stdout', 'stderr', 'tty'] as const).filter((each) => request[each])
			].join(' '),
			facts: {
				containerId: request.container_id,
				cmd: request.cmd,
				stdin: request.stdin,
				stdout: request.stdout,
				stderr: request.stderr,
				tty: request.tty
			}
		}),
		{ step: 'cri-exec' }
	),
	PortForward: cri(
		'PortForward',
		'port_forward',
		(request) => ({
			about: short(request.pod_sandbox_id),
			facts: { podSandboxId: request.pod_sandbox_id, port: request.port ?? [] }
		}),
		{ step: 'cri-portforward' }
	),
	PodSandboxStatus: cri('PodSandboxStatus', 'podsandbox_status', (request) => ({
		about: short(request.pod_sandbox_id),
		facts: { podSandboxId: request.pod_sandbox_id }
	})),
	ContainerStatus: cri('ContainerStatus', 'container_status', (request) => ({
		about: short(request.container_id),
		facts: { containerId: request.container_id }
	})),
	RunPodSandbox: cri(
		'RunPodSandbox',
		'run_podsandbox',
		({ config }) => ({
			about: `${config?.metadata?.namespace}/${config?.metadata?.name}`,
			facts: { metadata: config?.metadata }
		}),
		{ timeoutMs: (limits) => 2 * limits.runtimeRequestMs }
	),
	CreateContainer: cri('CreateContainer', 'create_container', (request) => ({
		about: request.config?.metadata?.name,
		facts: {
			podSandboxId: request.pod_sandbox_id,
			name: request.config?.metadata?.name,
			image: request.config?.image?.image
		}
	})),
	StartContainer: cri('StartContainer', 'start_container', (request) => ({
		about: short(request.container_id),
		facts: { containerId: request.container_id }
	})),
	StopContainer: cri(
		'StopContainer',
		'stop_container',
		(request) => ({
			about: short(request.container_id),
			facts: { containerId: request.container_id, timeoutSeconds: Number(request.timeout ?? 0) }
		}),
		{
			timeoutMs: (limits, request) => limits.runtimeRequestMs + Number(request.timeout ?? 0) * 1000
		}
	),
	RemoveContainer: cri('RemoveContainer', 'remove_container', (request) => ({
		about: short(request.container_id),
		facts: { containerId: request.container_id }
	})),
	StopPodSandbox: cri('StopPodSandbox', 'stop_podsandbox', (request) => ({
		about: short(request.pod_sandbox_id),
		facts: { podSandboxId: request.pod_sandbox_id }
	})),
	RemovePodSandbox: cri('RemovePodSandbox', 'remove_podsandbox', (request) => ({
		about: short(request.pod_sandbox_id),
		facts: { podSandboxId: request.pod_sandbox_id }
	})),
	ImageStatus: cri(
		'ImageStatus',
		'image_status',
		({ image }) => ({ about: image?.image, facts: { image: image?.image } }),
		{ service: 'ImageService' }
	),
	PullImage: cri(
		'PullImage',
		'pull_image',
		({ image }) => ({ about: image?.image, facts: { image: image?.image } }),
		// Upstream pulls without a deadline: images are as large as they are.
		{ service: 'ImageService', timeoutMs: () => undefined }
	)
};
