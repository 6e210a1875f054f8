import { expect, test } from 'vitest';
import { execLocation, kubeletQuery } from '../../../src/lib/server/apiserver/exec-location.ts';
import { execOptions } from '../../../src/lib/server/apiserver/exec-options.ts';
import type { Node, Pod } from '../../../src/lib/server/apiserver/objects.ts';
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

const locate = (name: string, query = 'command=date&stdout=true&stderr=true') =>
	execLocation(locator, { namespace: 'default', name }, execOptions(new URLSearchParams(query)));

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
	['one', 'container=foo', 400, 'container foo is not valid for pod one'],
	['unbound', '', 400, 'pod unbound does not have a host assigned'],
	// The container is looked at before the node.
	['unbound', 'container=foo', 400, 'container foo is not valid for pod unbound'],
	['orphan', '', 404, 'nodes "node-9" not found'],
	['lost', '', 500, 'no preferred addresses found; known addresses: []']
])('refuses %s with %s', (name, query, code, message) => {
	expect(() => locate(name, query)).toThrowError(
		expect.objectContaining({ message, status: expect.objectContaining({ code }) as object })
	);
});

test('finds the kubelet of the node and the only container', () => {
	expect(locate('one').url.href).toBe(
		'https://127.0.0.1:10250/exec/default/one/nginx?command=date&error=1&output=1'
	);
	expect(locate('two-and-init', 'container=c').url.pathname).toBe('/exec/default/two-and-init/c');
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
	expect(kubeletQuery(execOptions(new URLSearchParams(asked)))).toBe(sent);
});
