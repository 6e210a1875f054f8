import { expect, test } from 'vitest';
import type { KubeObject } from '../../../src/lib/server/apiserver/objects.ts';
import { Revisions, Store } from '../../../src/lib/server/apiserver/store.ts';

const object = (name: string): KubeObject => ({
	kind: 'Pod',
	apiVersion: 'v1',
	metadata: { name, namespace: 'default', uid: name, resourceVersion: '', creationTimestamp: '' }
});

test('gives every change of every store a version of its own', () => {
	const revisions = new Revisions();
	const [one, two] = [new Store(revisions), new Store(revisions)];
	expect(one.put(object('a'), undefined).metadata.resourceVersion).toBe('1');
	expect(two.put(object('a'), undefined).metadata.resourceVersion).toBe('2');
	const changed = one.put(object('a'), undefined);
	expect(changed.metadata.resourceVersion).toBe('3');
	expect(one.remove(changed, undefined).metadata.resourceVersion).toBe('4');
	expect(one.since(1).map(({ type }) => type)).toEqual(['MODIFIED', 'DELETED']);
});

test('never changes an object that somebody holds', () => {
	const store = new Store(new Revisions());
	const before = store.put(object('a'), undefined);
	store.put({ ...object('a'), kind: 'Other' }, undefined);
	expect(before).toMatchObject({ kind: 'Pod', metadata: { resourceVersion: '1' } });
});

test('remembers the last thousand changes and says 410 to who asks for older ones', () => {
	const store = new Store(new Revisions());
	for (let at = 0; at < 1005; at++) store.put(object('a'), undefined);
	expect(store.since(5)).toHaveLength(1000);
	expect(() => store.since(4)).toThrow('too old resource version: 4 (5)');
});

test('lists in the order of namespace and name', () => {
	const store = new Store(new Revisions());
	for (const name of ['b', 'a', 'c']) store.put(object(name), undefined);
	expect(store.list().map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'c']);
});

test('lists what was there at a version, as long as it remembers', () => {
	const store = new Store(new Revisions());
	const names = (revision: number) => store.listAt(revision).map(({ metadata }) => metadata.name);
	store.put(object('b'), undefined);
	const a = store.put(object('a'), undefined);
	store.remove(a, undefined);
	store.put(object('c'), undefined);
	expect([0, 1, 2, 3, 4].map(names)).toEqual([[], ['b'], ['a', 'b'], ['b'], ['b', 'c']]);
	for (let at = 0; at < 1000; at++) store.put(object('c'), undefined);
	expect(() => names(3)).toThrow('The resourceVersion for the provided list is too old.');
	expect(names(4)).toEqual(['b', 'c']);
});
