/**
 * The container that a request for a pod means: `validateContainer` in `pkg/registry/core/pod/strategy.go`, which 1.15
 * still wrote out in `streamLocation` and in `LogLocation`.
 */
import type { Pod } from './objects.ts';
import { badRequest } from './status.ts';

/** How containers are offered to who named none: 1.15 lists init containers apart, today all stand in one list. */
export type ChooseText = 'old' | 'new';

/** The asked one, or the only one when none was asked for (empty). Throws 400 as a Status. */
export function validateContainer(pod: Pod, asked: string, chooseText: ChooseText): string {
	if (!asked) return onlyContainer(pod, chooseText);
	const { containers, initContainers = [] } = pod.spec;
	if (![...containers, ...initContainers].some(({ name }) => name === asked)) {
		throw badRequest(`container ${asked} is not valid for pod ${pod.metadata.name}`);
	}
	return asked;
}

function onlyContainer({ metadata, spec }: Pod, chooseText: ChooseText): string {
	const names = spec.containers.map(({ name }) => name);
	if (names.length === 1) return names[0]!;
	const needed = `a container name must be specified for pod ${metadata.name}`;
	if (names.length === 0) throw badRequest(needed);
	const inits = (spec.initContainers ?? []).map(({ name }) => name);
	// `VisitContainers` comes to init containers first.
	if (chooseText === 'new') {
		throw badRequest(`${needed}, choose one of: [${[...inits, ...names].join(' ')}]`);
	}
	const more = inits.length > 0 ? ` or one of the init containers: [${inits.join(' ')}]` : '';
	throw badRequest(`${needed}, choose one of: [${names.join(' ')}]${more}`);
}
