/**
 * The messages of the container runtime interface as TypeScript types, made from the table of fields: what
 * @grpc/proto-loader gives and takes for runtime.proto with `criLoaderOptions`.
 */
import type { criSchema } from './schema.ts';
import type { enumValues } from './schema/enums.ts';
import type { criServices } from './schema/services.ts';

/** With these, and only these, messages have the types below: names as on the wire, 64-bit numbers as decimal text. */
export const criLoaderOptions = {
	keepCase: true,
	longs: String,
	enums: String,
	defaults: true
} as const;

type Messages = typeof criSchema;
type Enums = typeof enumValues;

export type CriMessageName = keyof Messages;

/** A message as received: every field is there; a message inside it that was not sent is null. */
export type CriMessage<Name extends CriMessageName> = {
	-readonly [Number in keyof Messages[Name] as NameOf<Messages[Name][Number]>]: ValueOf<
		Messages[Name][Number]
	>;
};

/** A message to send: what is left out has its zero value. */
export type CriSent<Name extends CriMessageName> = Sparse<CriMessage<Name>>;

export type CriService = keyof typeof criServices;
export type CriCall = (typeof criServices)[CriService][number];

type NameOf<Field> = Field extends readonly [infer Name extends string, ...unknown[]]
	? Name
	: never;

type ValueOf<Field> = Field extends readonly [string, infer Type, 'repeated']
	? NonNullable<Value<Type>>[]
	: Field extends readonly [string, infer Type]
		? Value<Type>
		: never;

type Value<Type> = Type extends 'map'
	? Record<string, string>
	: Type extends 'string' | 'int64' | 'uint64'
		? string
		: Type extends 'int32' | 'uint32'
			? number
			: Type extends 'bool'
				? boolean
				: Type extends 'bytes'
					? Uint8Array
					: Type extends keyof Enums
						? Enums[Type][number]
						: Type extends CriMessageName
							? CriMessage<Type> | null
							: never;

type Sparse<T> = T extends Uint8Array | string | number | boolean | null
	? T
	: T extends (infer Item)[]
		? Sparse<Item>[]
		: { [Key in keyof T]?: Sparse<T[Key]> };
