/** Docker's words for CRI's: `pkg/kubelet/dockershim/convert.go`. */
import type { CriSent } from '../../wire/cri/messages.ts';
import type { ContainerJson, ContainerSummary, ImageSummary } from './docker-types.ts';
import { extractLabels, parseName, sandboxIdLabel } from './naming.ts';

type ContainerState = NonNullable<CriSent<'Container'>['state']>;
type SandboxState = NonNullable<CriSent<'PodSandbox'>['state']>;

/** By the beginning of a Status as `docker ps` prints it; a paused container's still begins with `Up`. */
export function toContainerState(status: string): ContainerState {
	if (status.startsWith('Up')) return 'CONTAINER_RUNNING';
	if (status.startsWith('Exited')) return 'CONTAINER_EXITED';
	if (status.startsWith('Created')) return 'CONTAINER_CREATED';
	return 'CONTAINER_UNKNOWN';
}

export function toSandboxState(status: string): SandboxState {
	return status.startsWith('Up') ? 'SANDBOX_READY' : 'SANDBOX_NOTREADY';
}

/** The value of Docker's `status` filter for a state. */
export function toDockerStatus(state: ContainerState): string {
	return state.replace('CONTAINER_', '').toLowerCase();
}

/** Undefined for a container whose name is none of ours: upstream leaves it out of lists too. */
export function toContainer(row: ContainerSummary): CriSent<'Container'> | undefined {
	const named = parseName(row.Names[0] ?? '');
	if (!named) return undefined;
	return {
		id: row.Id,
		pod_sandbox_id: row.Labels?.[sandboxIdLabel] ?? '',
		metadata: named.container,
		image: { image: row.Image },
		image_ref: row.ImageID,
		state: toContainerState(row.Status),
		created_at: secondsToNanos(row.Created),
		...extractLabels(row.Labels)
	};
}

export function toSandbox(row: ContainerSummary): CriSent<'PodSandbox'> | undefined {
	const named = parseName(row.Names[0] ?? '');
	if (!named) return undefined;
	return {
		id: row.Id,
		metadata: named.pod,
		state: toSandboxState(row.Status),
		created_at: secondsToNanos(row.Created),
		...extractLabels(row.Labels)
	};
}

export function toImage(image: ImageSummary): CriSent<'Image'> {
	return {
		id: image.Id,
		repo_tags: image.RepoTags ?? [],
		repo_digests: image.RepoDigests ?? [],
		size: String(image.VirtualSize ?? image.Size)
	};
}

/** An image's digest where it has one, so that it names the same image everywhere; else its id. */
export function toPullableImageId(id: string, image: ImageSummary): string {
	const digest = image.RepoDigests?.[0];
	return digest === undefined ? `docker://${id}` : `docker-pullable://${digest}`;
}

/** What state a container is in and why, by what its inspect says. */
export function toContainerStatus(container: ContainerJson): {
	state: ContainerState;
	reason: string;
	message: string;
} {
	const { State } = container;
	const message = State.Error ?? '';
	if (State.Running) return { state: 'CONTAINER_RUNNING', reason: '', message };
	if (toNanos(State.FinishedAt) !== '0') {
		const failed = State.ExitCode === 0 ? 'Completed' : 'Error';
		return { state: 'CONTAINER_EXITED', reason: State.OOMKilled ? 'OOMKilled' : failed, message };
	}
	// Never ran, yet has an exit code: its start failed.
	if (State.ExitCode !== 0)
		return { state: 'CONTAINER_EXITED', reason: 'ContainerCannotRun', message };
	return { state: 'CONTAINER_CREATED', reason: '', message };
}

/** Nanoseconds since 1970 of an RFC 3339 time with up to nine digits; `0` for Docker's year-one zero and for none. */
export function toNanos(time: string): string {
	const match = /^(.*?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(time);
	if (!match || time.startsWith('0001-')) return '0';
	const seconds = Date.parse(`${match[1]}${match[3]}`) / 1000;
	if (Number.isNaN(seconds)) return '0';
	const fraction = (match[2] ?? '').padEnd(9, '0').slice(0, 9);
	return String(BigInt(seconds) * 1_000_000_000n + BigInt(fraction));
}

function secondsToNanos(seconds: number): string {
	return String(BigInt(Math.trunc(seconds)) * 1_000_000_000n);
}
