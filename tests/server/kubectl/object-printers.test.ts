import { describe, expect, it } from 'vitest';
import { printJson, printYaml } from '../../../src/lib/server/kubectl/object-printers.ts';

describe('-o yaml', () => {
	it.each([
		['plain', 'plain'],
		['', '""'],
		['80', '"80"'],
		['1.5', '"1.5"'],
		['true', '"true"'],
		['no', '"no"'],
		['null', '"null"'],
		['2020-01-25T18:47:52Z', '"2020-01-25T18:47:52Z"'],
		['10.0.0.1', '10.0.0.1'],
		['12:30', '"12:30"'],
		['a: b', "'a: b'"],
		['a:b', 'a:b'],
		['it\'s: "x"', `'it''s: "x"'`],
		['- x', "'- x'"],
		['-x', '-x'],
		['*x', "'*x'"],
		['a #b', "'a #b'"],
		[' a', "' a'"],
		['a ', "'a '"],
		['/bin/bash', '/bin/bash'],
		['tab\there', '"tab\\there"'],
		['two\nlines', '|-\n  two\n  lines'],
		['two\nlines\n', '|\n  two\n  lines']
	])('writes %j as %s', (value, expected) => {
		expect(printYaml({ key: value })).toBe(`key: ${expected}\n`);
	});

	it('sorts keys, keeps lists as deep as their key, and empty things on one line', () => {
		const object = { b: [{ z: 1, a: [1, 2] }, []], a: {}, c: null, d: [true, 'x'] };
		expect(printYaml(object)).toBe(
			'a: {}\nb:\n- a:\n  - 1\n  - 2\n  z: 1\n- []\nc: null\nd:\n- true\n- x\n'
		);
	});
});

describe('-o json', () => {
	it('sorts keys at every depth', () => {
		expect(printJson({ b: 1, a: [{ d: 1, c: 2 }] }, 1)).toBe(
			'{\n "a": [\n  {\n   "c": 2,\n   "d": 1\n  }\n ],\n "b": 1\n}\n'
		);
	});
});
