/**
 * What makes a pod invalid: the checks of `pkg/apis/core/validation/validation.go` that a beginner meets, on names,
 * containers, images and the restart policy.
 */
import { badRequest, invalid, type FieldError } from './status.ts';

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const dns1123Label = {
	pattern: new RegExp(`^${label}$`),
	longest: 63,
	words: `a DNS-1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${label}')`
};
const dns1123Subdomain = {
	pattern: new RegExp(`^${label}(\\.${label})*$`),
	longest: 253,
	words: `a DNS-1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${label}(\\.${label})*')`
};
const restartPolicies = ['Always', 'Never', 'OnFailure'];

/** Throws 422 with everything that is wrong, or 400 for what cannot even be read as a pod. */
export function validatePod(name: string, spec: unknown): void {
	const errors = [...nameErrors(name), ...specErrors(spec)];
	if (errors.length > 0) throw invalid('Pod', name, errors);
}

export function nameErrors(name: string): FieldError[] {
	if (!name) return [required('metadata.name', 'name or generateName is required')];
	return nameShape(name, 'metadata.name', dns1123Subdomain);
}

function specErrors(spec: unknown): FieldError[] {
	const { containers, restartPolicy } = (spec ?? {}) as Record<string, unknown>;
	if (containers !== undefined && !Array.isArray(containers)) {
		throw badRequest('spec.containers of a Pod must be a list');
	}
	const list: unknown[] = containers ?? [];
	const errors = list.length === 0 ? [required('spec.containers')] : [];
	const seen = new Set<unknown>();
	for (const [index, container] of list.entries()) {
		errors.push(...containerErrors(container, `spec.containers[${index}]`, seen));
	}
	if (restartPolicy !== undefined && !restartPolicies.includes(String(restartPolicy))) {
		errors.push({
			reason: 'FieldValueNotSupported',
			field: 'spec.restartPolicy',
			message: `Unsupported value: ${JSON.stringify(restartPolicy)}: supported values: ${restartPolicies.map((policy) => `"${policy}"`).join(', ')}`
		});
	}
	return errors;
}

function containerErrors(container: unknown, path: string, seen: Set<unknown>): FieldError[] {
	if (typeof container !== 'object' || container === null) {
		throw badRequest(`${path} of a Pod must be an object`);
	}
	const { name, image } = container as Record<string, unknown>;
	const errors: FieldError[] = [];
	if (!name) errors.push(required(`${path}.name`));
	else errors.push(...nameShape(String(name), `${path}.name`, dns1123Label));
	if (name && seen.has(name)) {
		errors.push({
			reason: 'FieldValueDuplicate',
			field: `${path}.name`,
			message: `Duplicate value: ${JSON.stringify(name)}`
		});
	}
	seen.add(name);
	if (!image) errors.push(required(`${path}.image`));
	else if (String(image).trim() !== image) {
		errors.push(wrong(`${path}.image`, image, 'must not have leading or trailing whitespace'));
	}
	return errors;
}

function nameShape(name: string, field: string, shape: typeof dns1123Label): FieldError[] {
	const errors: FieldError[] = [];
	if (name.length > shape.longest) {
		errors.push(wrong(field, name, `must be no more than ${shape.longest} characters`));
	}
	if (!shape.pattern.test(name)) errors.push(wrong(field, name, shape.words));
	return errors;
}

function required(field: string, detail = ''): FieldError {
	const message = detail ? `Required value: ${detail}` : 'Required value';
	return { reason: 'FieldValueRequired', field, message };
}

function wrong(field: string, value: unknown, detail: string): FieldError {
	const message = `Invalid value: ${JSON.stringify(value)}: ${detail}`;
	return { reason: 'FieldValueInvalid', field, message };
}
