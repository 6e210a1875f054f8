/**
 * A kubelet may change its own node and the pods bound to it, and nothing else: the admission plugin
 * `plugin/pkg/admission/noderestriction/admission.go`.
 */
import { nodeNameOf, type UserInfo } from './authentication.ts';
import type { Pod } from './objects.ts';
import { forbidden } from './status.ts';

/** Throws 403 when a kubelet reaches for another node. */
export function restrictNode(user: UserInfo, node: string): void {
	const own = nodeNameOf(user);
	if (own === undefined || own === node) return;
	throw forbidden(
		{ group: '', resource: 'nodes', name: node },
		`node "${own}" is not allowed to modify node "${node}"`
	);
}

/** Throws 403 when a kubelet reaches for a pod of another node. */
export function restrictPod(user: UserInfo, pod: Pod, doing: string): void {
	const own = nodeNameOf(user);
	if (own === undefined || pod.spec.nodeName === own) return;
	throw forbidden(
		{ group: '', resource: 'pods', name: pod.metadata.name },
		`node "${own}" can only ${doing} pods with spec.nodeName set to itself`
	);
}

/** Throws 403 for a pod made by a kubelet that is no mirror of one on its own disk. */
export function restrictPodCreation(user: UserInfo, name: string): void {
	const own = nodeNameOf(user);
	if (own === undefined) return;
	throw forbidden(
		{ group: '', resource: 'pods', name },
		`pod does not have "kubernetes.io/config.mirror" annotation, node "${own}" can only create mirror pods`
	);
}
