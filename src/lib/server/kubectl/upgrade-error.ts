/**
 * The error of an upgrade request that was not answered with 101: `SpdyRoundTripper.NewConnection` of apimachinery.
 * It feeds the body to a decoder that reads JSON and YAML alike, hence the trap: a plain sentence with exactly one
 * `: ` is a YAML mapping, decodes to an empty Status, and kubectl prints `Error from server: ` and nothing more.
 */
import { StatusError, type Status } from './status-error.ts';

export function upgradeError(body: string): Error {
	const status = decodeStatus(body);
	if (status) return new StatusError(status);
	return new Error(`unable to upgrade connection: ${body.trim()}`);
}

function decodeStatus(body: string): Status | undefined {
	const trimmed = body.trim();
	const value = trimmed.startsWith('{') ? parseObject(trimmed) : parseMapping(trimmed);
	if (!value || !fits(value)) return undefined;
	return value;
}

function parseObject(text: string): Record<string, unknown> | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null
			? (value as Record<string, unknown>)
			: undefined;
	} catch {
		return undefined;
	}
}

/** A YAML mapping on one line, `key: value` with both plain: all of YAML that servers stumble into by accident. */
function parseMapping(line: string): Record<string, unknown> | undefined {
	if (/[\r\n\t]/.test(line)) return undefined;
	const match = /^([^\s"'[\]{}&*!|>%@`#,?:-](?:[^:#]|:(?! )|(?<! )#)*?) *:(?: +(.*))?$/.exec(line);
	if (!match) return undefined;
	const [, key = '', value = ''] = match;
	// `a: b: c` and `a: b:` are refused by YAML: mapping values are not allowed in this context.
	if (/:( |$)/.test(value)) return undefined;
	if (/^(["'[\]{}&*!|>%@`,]|[?-] )/.test(value)) return undefined;
	return { [key]: scalar(value.replace(/(^| )#.*$/, '')) };
}

function scalar(text: string): unknown {
	if (/^(|~|null|Null|NULL)$/.test(text)) return null;
	if (/^(true|True|TRUE|yes|Yes|YES|on|On|ON)$/.test(text)) return true;
	if (/^(false|False|FALSE|no|No|NO|off|Off|OFF)$/.test(text)) return false;
	return /^[-+]?\d+$/.test(text) ? Number(text) : text;
}

/** Whether Go would decode the object into a metav1.Status: the kind is not another's, the fields have its types. */
function fits(value: Record<string, unknown>): boolean {
	const { kind, apiVersion } = value;
	if (kind !== undefined && kind !== 'Status') return false;
	if (apiVersion !== undefined && apiVersion !== 'v1') return false;
	const text = (field: unknown) =>
		field === undefined || field === null || typeof field === 'string';
	if (![value.status, value.message, value.reason].every(text)) return false;
	const { code, details, metadata } = value;
	if (code !== undefined && code !== null && !Number.isInteger(code)) return false;
	const object = (field: unknown) =>
		field === undefined || field === null || typeof field === 'object';
	return object(details) && object(metadata);
}
