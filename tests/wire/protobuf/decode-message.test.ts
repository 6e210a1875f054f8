import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeMessage, messagesOfPath } from '../../../src/lib/wire/cri/decode-message.ts';
import { criSchema } from '../../../src/lib/wire/cri/schema.ts';
import { GrpcMessageReader } from '../../../src/lib/wire/protobuf/grpc-messages.ts';
import { ProtobufError } from '../../../src/lib/wire/protobuf/protobuf-error.ts';
import { chunked, outcome } from '../../support/chunked.ts';
import { hex, text } from '../../support/hex.ts';

test('names the fields of messages inside messages, with their places in the whole', () => {
	// ListPodSandboxRequest { filter { state { state: SANDBOX_NOTREADY } label_selector { a: "b" } } }
	expect(
		decodeMessage('ListPodSandboxRequest', hex('0a 0c 12 02 08 01 1a 06 0a 01 61 12 01 62'))
	).toEqual({
		type: 'ListPodSandboxRequest',
		fields: [
			{
				name: 'filter',
				number: 1,
				o: 0,
				len: 14,
				value: {
					type: 'PodSandboxFilter',
					fields: [
						{
							name: 'state',
							number: 2,
							o: 2,
							len: 4,
							value: {
								type: 'PodSandboxStateValue',
								fields: [{ name: 'state', number: 1, o: 4, len: 2, value: 'SANDBOX_NOTREADY' }]
							}
						},
						{
							name: 'label_selector',
							number: 3,
							o: 6,
							len: 8,
							value: {
								type: 'map',
								fields: [
									{ name: 'key', number: 1, o: 8, len: 3, value: 'a' },
									{ name: 'value', number: 2, o: 11, len: 3, value: 'b' }
								]
							}
						}
					]
				}
			}
		]
	});
});

const values = (type: string, bytes: string) =>
	decodeMessage(type, hex(bytes)).fields.map(({ name, value }) => [name, value]);

test('reads numbers of every kind', () => {
	expect(values('ContainerStatus', '20 8080a0f6f4acdb8117 38 fdffffffffffffffff01 18 09')).toEqual([
		['created_at', '1658289378273263616'],
		['exit_code', -3],
		['state', 9]
	]);
	expect(values('PortForwardRequest', '12 03 50 bb03 10 50')).toEqual([
		['port', [80, 443]],
		['port', 80]
	]);
	expect(values('StopContainerRequest', '10 ffffffffffffffffff01')).toEqual([['timeout', '-1']]);
	expect(values('Image', '20 ffffffffffffffffff01')).toEqual([['size', '18446744073709551615']]);
	expect(values('ContainerMetadata', '10 ffffffff0f')).toEqual([['attempt', 4294967295]]);
});

test('numbers what it does not know, or what is of another type', () => {
	expect(values('ExecRequest', '0a 00 7a 01 61 08 05 bd01 01000000 b901 0200000000000000')).toEqual(
		[
			['container_id', ''],
			['#15', text('a')],
			['#1', '5'],
			['#23', '1'],
			['#23', '2']
		]
	);
	expect(values('NoSuchMessage', '08 01')).toEqual([['#1', '1']]);
});

test.each([
	['field number 0', '00 00'],
	['a group', '0b'],
	['a number that ends too early', '08 80'],
	['a number that is too long', '08 8080808080808080808080'],
	['a text that ends too early', '0a 05 61'],
	['a text longer than all memory', '0a ffffffffffffffffff01'],
	['a fixed number that ends too early', '0d 00']
])('refuses %s', (_, bytes) => {
	expect(() => decodeMessage('ExecRequest', hex(bytes))).toThrow(ProtobufError);
});

test('refuses more fields than a message can sensibly have', () => {
	const many = new Uint8Array(200_000).map((_, at) => (at % 2 ? 1 : 8));
	expect(() => decodeMessage('ExecRequest', many)).toThrow('too many fields');
});

test('finds the messages of a path', () => {
	expect(messagesOfPath('/runtime.v1.RuntimeService/Exec')).toEqual({
		request: 'ExecRequest',
		response: 'ExecResponse'
	});
	expect(messagesOfPath('/runtime.v1alpha2.ImageService/Exec')).toBeUndefined();
	expect(messagesOfPath('/runtime.v1alpha2.RuntimeService/constructor')).toBeUndefined();
});

test('any bytes are decoded or refused as any message', () => {
	const names = fc.constantFrom(...Object.keys(criSchema), 'x', '__proto__', 'constructor');
	fc.assert(
		fc.property(names, fc.uint8Array(), (name, bytes) => {
			try {
				decodeMessage(name, bytes);
			} catch (error) {
				expect(error).toBeInstanceOf(ProtobufError);
			}
		}),
		{ numRuns: 500 }
	);
});

test('gRPC messages stand behind five bytes, however they are cut', () => {
	const bytes = hex('00 00000002 6162 01 00000000');
	expect(new GrpcMessageReader().push(bytes)).toEqual([
		{ o: 0, len: 7, dataAt: 5, compressed: false, data: text('ab') },
		{ o: 7, len: 5, dataAt: 12, compressed: true, data: text('') }
	]);
	expect(() => new GrpcMessageReader().push(hex('00ffffffff'))).toThrow(ProtobufError);
	fc.assert(
		fc.property(fc.uint8Array(), fc.array(fc.nat()), (input, cuts) => {
			const read = (chunks: Uint8Array[]) => {
				const reader = new GrpcMessageReader();
				return outcome(chunks, (chunk) => reader.push(chunk), ProtobufError);
			};
			const [whole, cut] = [read([input]), read(chunked(input, cuts))];
			expect(cut.refused).toBe(whole.refused);
			if (!whole.refused) expect(cut.pieces).toEqual(whole.pieces);
		})
	);
});
