import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeAccessReview } from '../../../src/lib/wire/kubernetes/access-review.ts';
import { decodeUnknown } from '../../../src/lib/wire/kubernetes/unknown.ts';
import { ProtobufError } from '../../../src/lib/wire/protobuf/protobuf-error.ts';
import { hex } from '../../support/hex.ts';

const self = (rest: string) =>
	hex(
		`6b3873000a320a17617574686f72697a6174696f6e2e6b38732e696f2f7631121753656c665375626a65637441636365737352657669657712${rest}`
	);

/** Bodies as kubectl 1.32.3 and 1.36.3 sent them, byte for byte the same. */
const bodies = {
	'auth can-i create pods/exec': self(
		'430a100a0012001a0022002a0032003800420012250a230a0764656661756c7412066372656174651a0022002a04706f647332003a04657865631a08080012001a0020001a002200'
	),
	'auth can-i create pods --subresource=exec': self(
		'430a100a0012001a0022002a0032003800420012250a230a0764656661756c7412066372656174651a0022002a04706f64733204657865633a001a08080012001a0020001a002200'
	),
	'auth can-i get /healthz': self(
		'2f0a100a0012001a0022002a003200380042001211120f0a082f6865616c74687a12036765741a08080012001a0020001a002200'
	),
	'auth can-i --list': hex(
		'6b3873000a310a17617574686f72697a6174696f6e2e6b38732e696f2f7631121653656c665375626a65637452756c657352657669657712230a100a0012001a0022002a0032003800420012090a0764656661756c741a04180022001a002200'
	)
};

test.each([
	[
		'auth can-i create pods/exec',
		{
			resourceAttributes: {
				namespace: 'default',
				verb: 'create',
				resource: 'pods',
				name: 'exec'
			}
		}
	],
	[
		'auth can-i create pods --subresource=exec',
		{
			resourceAttributes: {
				namespace: 'default',
				verb: 'create',
				resource: 'pods',
				subresource: 'exec'
			}
		}
	],
	['auth can-i get /healthz', { nonResourceAttributes: { path: '/healthz', verb: 'get' } }],
	['auth can-i --list', { namespace: 'default' }]
] as const)('reads what kubectl %s sends', (command, spec) => {
	const { apiVersion, kind, raw } = decodeUnknown(bodies[command]);
	expect(apiVersion).toBe('authorization.k8s.io/v1');
	expect(kind).toBe(
		command.includes('list') ? 'SelfSubjectRulesReview' : 'SelfSubjectAccessReview'
	);
	expect(decodeAccessReview(kind, raw)).toEqual(spec);
});

test('reads whom a review is about, and all of his groups', () => {
	// SubjectAccessReview { spec { non_resource_attributes { path: "/" } user: "u" groups: "a" groups: "b" } }
	const raw = hex('12 0e 12 03 0a 01 2f 1a 01 75 22 01 61 22 01 62');
	expect(decodeAccessReview('SubjectAccessReview', raw)).toEqual({
		nonResourceAttributes: { path: '/' },
		user: 'u',
		groups: ['a', 'b']
	});
});

test('refuses what has no envelope, and kinds that are no review', () => {
	expect(() => decodeUnknown(hex('7b 7d'))).toThrow(ProtobufError);
	expect(() => decodeUnknown(new Uint8Array())).toThrow(ProtobufError);
	for (const kind of ['Pod', '', 'constructor', 'ResourceAttributes'])
		expect(() => decodeAccessReview(kind, new Uint8Array())).toThrow(ProtobufError);
});

test('throws nothing but its own error, whatever the bytes', () => {
	const tryBoth = (bytes: Uint8Array) => {
		try {
			const { raw } = decodeUnknown(bytes);
			for (const kind of ['SelfSubjectAccessReview', 'SubjectAccessReview'])
				decodeAccessReview(kind, raw);
		} catch (error) {
			expect(error).toBeInstanceOf(ProtobufError);
		}
	};
	const enveloped = fc
		.uint8Array({ maxLength: 60 })
		.map((raw) => new Uint8Array([0x6b, 0x38, 0x73, 0, 0x12, raw.length, ...raw]));
	fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), enveloped), tryBoth));
	const [valid] = Object.values(bodies);
	const changed = fc.tuple(fc.nat(valid!.length - 1), fc.nat(255)).map(([at, byte]) => {
		const bytes = valid!.slice();
		bytes[at] = byte;
		return bytes;
	});
	fc.assert(fc.property(changed, tryBoth));
});
