import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import { expect, expectTypeOf, test } from 'vitest';
import type { Schema } from '../../../src/lib/wire/protobuf/schema.ts';
import type { CriMessage, CriSent } from '../../../src/lib/wire/cri/messages.ts';
import { criSchema } from '../../../src/lib/wire/cri/schema.ts';
import { enumValues } from '../../../src/lib/wire/cri/schema/enums.ts';
import { criServices } from '../../../src/lib/wire/cri/schema/services.ts';

const file = new URL('../../../src/lib/wire/cri/runtime.proto', import.meta.url);
const proto = protobuf
	.parse(readFileSync(file, 'utf8'), { keepCase: true })
	.root.lookup('runtime.v1alpha2') as protobuf.Namespace;

test('the table of messages says what runtime.proto says', () => {
	const messages = proto.nestedArray.filter((entry) => entry instanceof protobuf.Type);
	expect(
		Object.fromEntries(messages.map(({ name, fieldsArray }) => [name, rows(fieldsArray)]))
	).toEqual(criSchema);
});

test('the table of enumerations says what runtime.proto says', () => {
	const enums = proto.nestedArray.filter((entry) => entry instanceof protobuf.Enum);
	expect(Object.fromEntries(enums.map(({ name, values }) => [name, Object.keys(values)]))).toEqual(
		enumValues
	);
});

test('the table of services says what runtime.proto says', () => {
	const services = proto.nestedArray.filter((entry) => entry instanceof protobuf.Service);
	expect(
		Object.fromEntries(services.map(({ name, methods }) => [name, Object.keys(methods)]))
	).toEqual(criServices);
});

test('every type in the table is a scalar, or is in the tables', () => {
	const scalars = ['string', 'bytes', 'bool', 'int32', 'uint32', 'int64', 'uint64', 'map'];
	const known = new Set([...scalars, ...Object.keys(criSchema), ...Object.keys(enumValues)]);
	const schema: Schema = criSchema;
	const used = Object.values(schema).flatMap((message) => Object.values(message));
	expect(used.map(([, type]) => type).filter((type) => !known.has(type))).toEqual([]);
});

test('the types of messages follow from the table', () => {
	expectTypeOf<CriMessage<'ExecRequest'>>().toEqualTypeOf<{
		container_id: string;
		cmd: string[];
		tty: boolean;
		stdin: boolean;
		stdout: boolean;
		stderr: boolean;
	}>();
	expectTypeOf<CriMessage<'PodSandboxStateValue'>>().toEqualTypeOf<{
		state: 'SANDBOX_READY' | 'SANDBOX_NOTREADY';
	}>();
	expectTypeOf<CriMessage<'Container'>['metadata']>().toEqualTypeOf<{
		name: string;
		attempt: number;
	} | null>();
	const sent: CriSent<'ListContainersResponse'> = {
		containers: [{ id: 'x', image: { image: 'y' } }]
	};
	expect(sent.containers).toHaveLength(1);
});

function rows(fields: protobuf.Field[]) {
	return Object.fromEntries(
		fields.map((field) => {
			const type = field instanceof protobuf.MapField ? 'map' : field.type;
			return [field.id, field.repeated ? [field.name, type, 'repeated'] : [field.name, type]];
		})
	);
}
