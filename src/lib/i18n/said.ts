import type { Facts } from '../trace/event.ts';
import type { StepId } from '../trace/steps.ts';

/** What the programs said of a step: the words that were recorded, and the facts that they were made of. */
export interface Said {
	readonly id: StepId | undefined;
	readonly reply: boolean;
	readonly n: string;
	readonly facts: Facts;
}

/**
 * The words of a step in the reader's language, made from its facts. Undefined: the recorded words stand, because they
 * are literal (a request line, a function, a path), or because an old recording lacks a fact.
 */
type Tell = (said: Said) => string | undefined;

/** Programs say it in English. */
const en: Tell = () => undefined;

const zh: Tell = (said) => {
	const { id, reply } = said;
	if (id === undefined) return undefined;
	return (reply ? answers : steps)[id]?.(said);
};

const may = (allowed: boolean): string => (allowed ? '有权' : '无权');

const rbac: Tell = ({ facts: { user, verb, resource, allowed } }) =>
	isText(user) && isText(verb) && isText(resource) && typeof allowed === 'boolean'
		? `RBAC：${user} ${may(allowed)} ${verb} ${resource}`
		: undefined;

/** The kubelet's own filter. Whoever came without a certificate has no name. */
const kubeletFilter: Tell = ({ facts: { user, verb, resource, subresource, decision } }) => {
	if (decision !== 'allow' && decision !== 'deny') return undefined;
	if (user === undefined) return '请求者是谁？';
	if (!isText(user) || !isText(verb) || !isText(resource) || !isText(subresource)) return undefined;
	return `${user} ${may(decision === 'allow')} ${verb} ${resource}/${subresource}`;
};

const exit: Tell = ({ facts: { exitCode, reason } }) =>
	// Of an internal error the text itself is what crossed.
	typeof exitCode === 'number' && reason !== 'InternalError' ? `退出码 ${exitCode}` : undefined;

const listed: Tell = ({ n, facts: { sandboxes, containers, image } }) => {
	if (Array.isArray(sandboxes)) return `${sandboxes.length} 个沙箱`;
	if (Array.isArray(containers)) return `${containers.length} 个容器`;
	if (image === null) return '本机没有';
	// Its facts are names, of which an image may have several.
	const [, images] = /^(\d+) images?$/.exec(n) ?? [];
	return images === undefined ? undefined : `${images} 个镜像`;
};

function location(fn: string): Tell {
	return ({ facts: { url, error } }) => {
		if (isText(url)) return `${fn} 为 ${url}`;
		return isText(error) ? `${fn} 失败：${error}` : undefined;
	};
}

const steps: { readonly [id in StepId]?: Tell } = {
	'authorize-get': rbac,
	authorize: rbac,
	'authorize-create': rbac,
	'choose-container': ({ facts: { container } }) =>
		isText(container) ? `容器 ${container}` : undefined,
	'exec-location': location('ExecLocation'),
	'portforward-location': location('PortForwardLocation'),
	'kubelet-authorize': kubeletFilter,
	'kubelet-authorize-redirect': kubeletFilter,
	'forward-port': ({ facts: { port } }) =>
		typeof port === 'number' ? `Pod 里的 localhost:${port}` : undefined,
	io: ({ facts: { stream, port, len } }) => {
		const by = typeof port === 'number' ? `端口 ${port}` : stream;
		return isText(by) && typeof len === 'number' ? `${by} ${len} 字节` : undefined;
	},
	'process-exit': exit,
	'exit-status': exit
};

const answers: { readonly [id in StepId]?: Tell } = {
	'list-containers': listed,
	'cri-call': listed
};

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

export const said = { en, zh };
