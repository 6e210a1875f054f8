import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
	matchRoute,
	routes,
	storageRow
} from '../../../src/lib/inspector/cluster-state/route-tables.ts';
import { operationTypes } from '../../../src/lib/inspector/cluster-state/runtime-operations.ts';
import { restStorageMap } from '../../../src/lib/server/apiserver/rest-storage-map.ts';
import { criMethods } from '../../../src/lib/server/kubelet/cri-methods.ts';
import { linesOf } from '../../support/check-recording.ts';

const boot = linesOf(readFileSync('tests/fixtures/recordings/boot.execscope', 'utf8'));
const factsOf = (step: string) =>
	boot.find((line) => line['s'] === step)!['facts'] as Record<string, unknown>;

it('have the API server’s map as a start tells it, which may be older, and as the API server has it', () => {
	const { restStorageMap: told, notServed } = factsOf('rest-storage-map');
	const served = routes.apiserver.filter((row) => row.served);
	expect(Object.fromEntries(served.map(({ path, leads }) => [path, leads]))).toMatchObject(
		told as Record<string, unknown>
	);
	const absent = routes.apiserver.filter((row) => !row.served);
	expect(notServed).toEqual(expect.arrayContaining(absent.map(({ path }) => path)));
	expect(routes.apiserver.map(({ path, leads, served: is }) => [path, leads, is])).toEqual(
		Object.entries(restStorageMap).map(([path, row]) => [path, row.storage, row.served])
	);
});

it('have the streaming server’s routes as a start tells them', () => {
	expect(routes.streaming.map(({ path }) => path)).toEqual(factsOf('streaming-routes').routes);
});

it('have the kubelet’s routes as its source lists them', () => {
	const source = readFileSync('src/lib/server/kubelet/routes.ts', 'utf8');
	const row = /\b(route|debug)\(\s*'([A-Z ]+)',\s*'([^']+)',\s*'(\w+)'/g;
	const listed = [...source.matchAll(row)].map(([, kind, methods, path, handler]) => ({
		path,
		methods,
		leads: handler === 'notServed' ? '' : handler,
		served: handler !== 'notServed',
		...(kind === 'debug' ? { debugging: true } : {})
	}));
	expect(listed).toHaveLength(22);
	expect(routes.kubelet).toEqual(listed);
});

it('have every CRI call that the kubelet counts', () => {
	expect(operationTypes).toEqual(
		Object.fromEntries(Object.entries(criMethods).map(([name, { operation }]) => [name, operation]))
	);
});

it.each([
	['POST', '/exec/default/nginx/nginx', '/exec/{podNamespace}/{podID}/{containerName}'],
	['POST', '/exec/default/nginx/uid/nginx', '/exec/{podNamespace}/{podID}/{uid}/{containerName}'],
	['GET', '/logs/a/b/c', '/logs/{logpath:*}'],
	['GET', '/exec/default/nginx', undefined],
	['DELETE', '/pods', undefined]
])('lead %s %s to its row', (method, path, row) => {
	expect(matchRoute(routes.kubelet, method, path)?.path).toBe(row);
});

it.each([
	['/api/v1/namespaces/default/pods/nginx/exec', 'pods/exec'],
	['/api/v1/namespaces/default/pods', 'pods'],
	['/api/v1/namespaces/default', 'namespaces'],
	['/api/v1/nodes/node-1/status', 'nodes/status'],
	['/api/v1/namespaces/default/configmaps/a', 'configMaps'],
	['/version', undefined]
])('lead %s to the storage of %s', (path, row) => {
	expect(storageRow(routes.apiserver, path)?.path).toBe(row);
});
