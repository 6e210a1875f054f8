/**
 * A description of protobuf messages as a table: message, field number, then name and type of the field. `map` is
 * map<string, string>; a type that is no scalar names an enumeration or another message.
 */
export type Schema = Readonly<Record<string, Readonly<Record<number, SchemaField>>>>;

export type SchemaField = readonly [name: string, type: string, repeated?: 'repeated'];

/** Names by value, from 0. */
export type EnumValues = Readonly<Record<string, readonly string[]>>;
