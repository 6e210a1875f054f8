/**
 * What a pod has when nobody says otherwise: `pkg/apis/core/v1/defaults.go` and the admission plugins that fill in
 * (ServiceAccount without its volume, DefaultTolerationSeconds, Priority), as far as `get -o yaml` shows it.
 */
import type { Container, PodSpec } from './objects.ts';

export function withDefaults(spec: PodSpec): PodSpec {
	return {
		...(spec.initContainers
			? { initContainers: spec.initContainers.map(withContainerDefaults) }
			: {}),
		dnsPolicy: 'ClusterFirst',
		enableServiceLinks: true,
		priority: 0,
		restartPolicy: 'Always',
		schedulerName: 'default-scheduler',
		securityContext: {},
		serviceAccount: 'default',
		serviceAccountName: 'default',
		terminationGracePeriodSeconds: 30,
		tolerations: [toleration('not-ready'), toleration('unreachable')],
		...spec,
		containers: spec.containers.map(withContainerDefaults)
	};
}

function withContainerDefaults(container: Container): Container {
	const { ports } = container;
	return {
		imagePullPolicy: pullPolicy(container.image),
		resources: {},
		terminationMessagePath: '/dev/termination-log',
		terminationMessagePolicy: 'File',
		...container,
		...(ports ? { ports: ports.map((port) => ({ protocol: 'TCP', ...port })) } : {})
	};
}

/** An image that may move is always pulled. */
function pullPolicy(image: string): 'Always' | 'IfNotPresent' {
	if (image.includes('@')) return 'IfNotPresent';
	const tag = /:([^:/]+)$/.exec(image)?.[1] ?? 'latest';
	return tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function toleration(condition: string) {
	return {
		effect: 'NoExecute',
		key: `node.kubernetes.io/${condition}`,
		operator: 'Exists',
		tolerationSeconds: 300
	};
}

/** Quality of service: `pkg/apis/core/v1/helper/qos`. */
export function qosClass({ containers }: PodSpec): 'BestEffort' | 'Burstable' | 'Guaranteed' {
	const resources = containers.map((container) => container.resources ?? {});
	const said = resources.flatMap(({ limits = {}, requests = {} }) => [
		...Object.keys(limits),
		...Object.keys(requests)
	]);
	if (said.length === 0) return 'BestEffort';
	const guaranteed = resources.every(({ limits = {}, requests = limits }) =>
		['cpu', 'memory'].every((name) => limits[name] && limits[name] === requests[name])
	);
	return guaranteed ? 'Guaranteed' : 'Burstable';
}
