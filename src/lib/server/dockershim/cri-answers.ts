/** What stands on the arrow of an answered CRI call, and what matters in it. */
import type { Facts } from '../../trace/event.ts';
import type { CriCall, CriSent } from '../../wire/cri/messages.ts';

export interface Said {
	n: string;
	facts: Facts;
}

type Tell = { [Call in CriCall]?: (response: CriSent<`${Call}Response`>) => Said };

const tell: Tell = {
	Version: (response) => ({
		n: `${response.runtime_name} ${response.runtime_version}`,
		facts: { ...response }
	}),
	Status: ({ status }) => ({
		n: (status?.conditions ?? []).map(({ type, status }) => `${type}=${status ?? false}`).join(' '),
		facts: { ...status }
	}),
	ListPodSandbox: ({ items = [] }) => ({
		n: counted(items.length, 'sandbox', 'sandboxes'),
		facts: {
			sandboxes: items.map(({ id, metadata, state }) => ({
				id,
				pod: `${metadata?.namespace}/${metadata?.name}`,
				state
			}))
		}
	}),
	ListContainers: ({ containers = [] }) => ({
		n: counted(containers.length, 'container', 'containers'),
		facts: {
			containers: containers.map(({ id, pod_sandbox_id, metadata, state }) => ({
				id,
				name: metadata?.name,
				sandbox: pod_sandbox_id,
				state
			}))
		}
	}),
	ListImages: ({ images = [] }) => ({
		n: counted(images.length, 'image', 'images'),
		facts: { images: images.flatMap(({ repo_tags }) => repo_tags ?? []) }
	}),
	ImageStatus: ({ image }) => ({
		n: image ? (image.repo_tags?.[0] ?? String(image.id)) : 'not here',
		facts: { image: image ?? null }
	}),
	PullImage: ({ image_ref }) => ({ n: String(image_ref), facts: { image_ref } }),
	RunPodSandbox: ({ pod_sandbox_id }) => ({ n: short(pod_sandbox_id), facts: { pod_sandbox_id } }),
	CreateContainer: ({ container_id }) => ({ n: short(container_id), facts: { container_id } }),
	PodSandboxStatus: ({ status }) => ({ n: String(status?.state), facts: { ...status } }),
	ContainerStatus: ({ status }) => ({ n: String(status?.state), facts: { ...status } })
};

/** `OK` for an answer without fields. */
export function criAnswer(call: CriCall, response: object): Said {
	// The handler of a call answers with that call's response.
	const said = tell[call];
	return said?.(response) ?? { n: 'OK', facts: {} };
}

function counted(count: number, one: string, many: string): string {
	return `${count} ${count === 1 ? one : many}`;
}

/** Long ids as Docker shows them. */
function short(id = ''): string {
	return id.slice(0, 12);
}
