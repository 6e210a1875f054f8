import type { Pod } from './pod.ts';

/**
 * Of which container the log is: `validateContainerLogStatus` of `pkg/kubelet/kubelet_pods.go`. Throws why there is none
 * yet, in upstream's words.
 */
export function logContainerId(pod: Pod, name: string, previous: boolean): string {
	const inPod = `container ${JSON.stringify(name)} in pod ${JSON.stringify(pod.metadata.name)}`;
	const status = pod.status?.containerStatuses?.find((each) => each.name === name);
	if (!status) throw new Error(`${inPod} is not available`);
	// Nothing here is started a second time yet, so there never is one before.
	if (previous) throw new Error(`previous terminated ${inPod} not found`);
	const { waiting, running, terminated } = status.state;
	const id = running ? status.containerID : terminated?.containerID;
	if (id) return id.replace(/^\w+:\/\//, '');
	if (terminated) throw new Error(`${inPod} is terminated`);
	throw new Error(`${inPod} is waiting to start${why(waiting?.reason)}`);
}

function why(reason: string | undefined): string {
	switch (reason) {
		case undefined:
			return ' - no logs yet';
		case 'ErrImagePull':
			return ": image can't be pulled";
		case 'ImagePullBackOff':
			return ': trying and failing to pull image';
		default:
			return `: ${reason}`;
	}
}
