import { describe, expect, test } from 'vitest';
import { execOptions } from '../../../src/lib/server/apiserver/exec-options.ts';
import type { Node, Pod } from '../../../src/lib/server/apiserver/objects.ts';
import {
	streamLocation,
	type StreamTarget
} from '../../../src/lib/server/apiserver/stream-location.ts';
import { streamParams } from '../../../src/lib/server/apiserver/stream-params.ts';
import type { ChooseText } from '../../../src/lib/server/apiserver/validate-container.ts';
import { nodeObject } from './support.ts';

const pods: Record<string, { nodeName?: string; containers: string[]; initContainers?: string[] }> =
	{
		one: { nodeName: 'node-1', containers: ['nginx'] },
		two: { nodeName: 'node-1', containers: ['a', 'b'] },
		'two-and-init': { nodeName: 'node-1', containers: ['a', 'b'], initContainers: ['c'] },
		empty: { nodeName: 'node-1', containers: [] },
		unbound: { containers: ['nginx'] },
		orphan: { nodeName: 'node-9', containers: ['nginx'] },
		lost: { nodeName: 'node-2', containers: ['nginx'] }
	};
const container = (name: string) => ({ name, image: 'x' });

const locator = {
	pods: {
		get(_namespace: string, name: string): Pod | undefined {
			const found = pods[name];
			if (!found) return undefined;
			const { nodeName, containers, initContainers } = found;
			const spec = {
				containers: containers.map(container),
				...(initContainers ? { initContainers: initContainers.map(container) } : {}),
				...(nodeName ? { nodeName } : {})
			};
			return {
				kind: 'Pod',
				apiVersion: 'v1',
				metadata: { name } as Pod['metadata'],
				spec,
				status: {}
			};
		}
	},
	nodes: {
		get(_namespace: string, name: string): Node | undefined {
			if (name === 'node-9') return undefined;
			const node = nodeObject(name, 10250) as unknown as Node;
			return name === 'node-2' ? { ...node, status: { addresses: [] } } : node;
		}
	}
};

const stdout = { stdout: true, stderr: true };
const exec: StreamTarget = {
	path: 'exec',
	container: '',
	options: { command: ['date'], ...stdout }
};
const attach: StreamTarget = { path: 'attach', container: '', options: { stdin: true, ...stdout } };
const portForward: StreamTarget = { path: 'portForward', container: undefined, options: {} };

const locate = (name: string, target: StreamTarget, chooseText: ChooseText = 'old') =>
	streamLocation({ ...locator, chooseText }, { namespace: 'default', name }, target);

/** What a client reads where a location would be. */
const saying = (code: number, message: string) =>
	expect.objectContaining({
		message,
		status: expect.objectContaining({ code }) as object
	}) as Error;

describe.each([exec, attach])('$path', (target) => {
	test.each([
		['gone', '', 404, 'pods "gone" not found'],
		['two', '', 400, 'a container name must be specified for pod two, choose one of: [a b]'],
		[
			'two-and-init',
			'',
			400,
			'a container name must be specified for pod two-and-init, choose one of: [a b] or one of the init containers: [c]'
		],
		['empty', '', 400, 'a container name must be specified for pod empty'],
		['one', 'foo', 400, 'container foo is not valid for pod one'],
		['unbound', '', 400, 'pod unbound does not have a host assigned'],
		// The container is looked at before the node.
		['unbound', 'foo', 400, 'container foo is not valid for pod unbound'],
		['orphan', '', 404, 'nodes "node-9" not found'],
		['lost', '', 500, 'no preferred addresses found; known addresses: []']
	])('refuses %s with container "%s" by %i', (name, container, code, message) => {
		expect(() => locate(name, { ...target, container })).toThrowError(saying(code, message));
	});

	test('offers init containers in one list today, and the only container needs no offer', () => {
		expect(() => locate('two-and-init', target, 'new')).toThrowError(
			saying(400, 'a container name must be specified for pod two-and-init, choose one of: [c a b]')
		);
		expect(() => locate('two', target, 'new')).toThrowError(
			saying(400, 'a container name must be specified for pod two, choose one of: [a b]')
		);
		expect(locate('one', target, 'new').container).toBe('nginx');
	});
});

test.each([
	['gone', 404, 'pods "gone" not found'],
	['unbound', 400, 'pod unbound does not have a host assigned'],
	['orphan', 404, 'nodes "node-9" not found'],
	['lost', 500, 'no preferred addresses found; known addresses: []']
])('refuses a port-forward to %s by %i', (name, code, message) => {
	expect(() => locate(name, portForward)).toThrowError(saying(code, message));
});

test('finds the kubelet of the node and the only container', () => {
	expect(locate('one', exec)).toMatchObject({ node: 'node-1', container: 'nginx' });
	expect(locate('one', exec).url.href).toBe(
		'https://127.0.0.1:10250/exec/default/one/nginx?command=date&error=1&output=1'
	);
	expect(locate('one', attach).url.href).toBe(
		'https://127.0.0.1:10250/attach/default/one/nginx?error=1&input=1&output=1'
	);
	expect(locate('two-and-init', { ...exec, container: 'c' }).url.pathname).toBe(
		'/exec/default/two-and-init/c'
	);
});

test('a port-forward is for the pod: no container is asked for', () => {
	expect(locate('two', portForward)).toEqual({
		url: new URL('https://127.0.0.1:10250/portForward/default/two'),
		node: 'node-1'
	});
	expect(locate('one', { ...portForward, options: { ports: [80, 443] } }).url.search).toBe(
		'?port=80%2C443'
	);
});

test.each([
	[
		'command=sh&command=-c&command=ls&stdout=true&stderr=true',
		'command=sh&command=-c&command=ls&error=1&output=1'
	],
	[
		'command=%2Fbin%2Fbash&stdin=true&stdout=true&tty=true',
		'command=%2Fbin%2Fbash&input=1&output=1&tty=1'
	],
	['command=a+b&command=%27*%21%28~%29&stdout=1', 'command=a+b&command=%27%2A%21%28~%29&output=1'],
	['command=%E6%97%A5&stdout=false&stderr=0&tty', 'command=%E6%97%A5&tty=1']
])('turns %s into %s', (asked, sent) => {
	expect(streamParams(execOptions(new URLSearchParams(asked)))).toBe(sent);
});
