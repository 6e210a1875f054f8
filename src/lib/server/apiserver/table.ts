/**
 * Objects as a `meta.k8s.io` Table, which is what `kubectl get` prints: apiserver
 * `pkg/endpoints/handlers/response.go`. Each row carries its object, whole or as PartialObjectMetadata.
 */
import type { EraId } from '../../trace/eras.ts';
import type { KubeObject } from './objects.ts';
import type { Printer } from './printers.ts';
import { badRequest } from './status.ts';

export type IncludeObject = 'None' | 'Metadata' | 'Object';

/** The query parameter `includeObject`; throws 400 for what it cannot be. */
export function includeObjectOf(query: URLSearchParams): IncludeObject {
	const asked = query.get('includeObject') || 'Metadata';
	if (asked === 'None' || asked === 'Metadata' || asked === 'Object') return asked;
	throw badRequest(
		`Invalid value for includeObject: "${asked}": must be 'Metadata', 'Object', 'None', or empty.`
	);
}

export interface TableForm {
	version: 'v1' | 'v1beta1';
	include: IncludeObject;
	/** Milliseconds since 1970, for the ages. */
	now: number;
	/** In whose columns. */
	era: EraId;
}

export function tableOf<T extends KubeObject>(
	objects: readonly T[],
	printer: Printer<T>,
	metadata: { selfLink?: string; resourceVersion?: string },
	{ version, include, now, era }: TableForm
) {
	const apiVersion = `meta.k8s.io/${version}`;
	const withObject = (object: T) => {
		if (include === 'None') return { object: null };
		if (include === 'Object') return { object };
		return { object: { kind: 'PartialObjectMetadata', apiVersion, metadata: object.metadata } };
	};
	return {
		kind: 'Table',
		apiVersion,
		metadata,
		columnDefinitions: printer.columns(era),
		rows: objects.map((object) => ({ ...printer.row(object, now, era), ...withObject(object) }))
	};
}
