// Random changes of a schema, good and bad ones: what a developer may try in the next version.
import fc from 'fast-check';
import { typesIn } from '../named-types.ts';
import type { AvroSchema, ComplexSchema, FieldSchema } from '../schema-folder.ts';
import { anyType, anyValue } from './any-schema.ts';

/** `at` chooses the place among those where a change is possible. It changes the schema that it gets, which is a copy. */
type Change = (schema: ComplexSchema, at: number) => void;

const wider: Readonly<Record<string, string>> = {
  int: 'long',
  long: 'double',
  float: 'double',
  string: 'bytes',
  bytes: 'string',
};

const onRecord =
  (change: (fields: FieldSchema[], at: number, record: ComplexSchema) => void): Change =>
  (schema, at) => {
    const records = [...typesIn(schema)].flatMap(({ schema: each }) =>
      typeof each === 'object' && !Array.isArray(each) && each.type === 'record' ? [each] : [],
    );
    const record = records[at % records.length]!;
    change((record.fields ??= []), at, record);
  };

const onField = (change: (field: FieldSchema, at: number) => void): Change =>
  onRecord((fields, at) => {
    if (fields.length > 0) change(fields[at % fields.length]!, at);
  });

const changes: Readonly<Record<string, Change>> = {
  'a field goes': onRecord((fields, at) => void fields.splice(at % Math.max(1, fields.length), 1)),
  'fields change places': onRecord((fields) => void fields.reverse()),
  'a field is renamed': onField((field) => {
    field.aliases = [field.name];
    field.name = `${field.name.replaceAll('_', '')}2`;
  }),
  'a field gets an alias of another': onRecord((fields) => {
    if (fields.length > 1) fields[0]!.aliases = [fields[1]!.name];
  }),
  'a field becomes nullable': onField((field) => {
    if (!Array.isArray(field.type)) field.type = ['null', field.type];
  }),
  'a field becomes required': onField((field) => {
    if (Array.isArray(field.type)) field.type = field.type.find((branch) => branch !== 'null') ?? field.type;
  }),
  'branches change places': onField((field) => {
    if (Array.isArray(field.type)) field.type = field.type.toReversed();
  }),
  'a type is promoted': onField((field) => {
    if (typeof field.type === 'string') field.type = wider[field.type] ?? field.type;
  }),
  'items are promoted': onField(({ type }) => {
    if (typeof type === 'object' && !Array.isArray(type) && typeof type.items === 'string')
      type.items = wider[type.items] ?? type.items;
  }),
  'a logical type goes': onField(({ type }) => {
    if (typeof type === 'object' && !Array.isArray(type)) delete type.logicalType;
  }),
  'symbols change': onField(({ type }) => {
    if (typeof type === 'object' && !Array.isArray(type) && type.symbols) {
      type.symbols = [...type.symbols.slice(1), 'D'];
      type.default = 'D';
    }
  }),
};

/** A field with a default comes, last in the outermost record. */
const fieldWithDefault: fc.Arbitrary<Change> = anyType(100)
  .filter((type) => !JSON.stringify(type).includes('"T'))
  .chain((type) =>
    anyDefault(type).map(
      (value): Change =>
        (schema) =>
          void schema.fields?.push(structuredClone({ name: 'added', type, default: value })),
    ),
  );

/** As Avro writes a default in JSON: of a union the first branch, bytes as text. */
function anyDefault(type: AvroSchema): fc.Arbitrary<unknown> {
  const first = Array.isArray(type) ? type[0]! : type;
  const plain = JSON.parse(JSON.stringify(first), (key, value: unknown) =>
    key === 'logicalType' ? undefined : value,
  ) as AvroSchema;
  return anyValue(plain).map((value) => JSON.parse(JSON.stringify(value, bytesAsText)) as unknown);
}

function bytesAsText(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const original = this[key];
  return Buffer.isBuffer(original) ? original.toString('latin1') : value;
}

/** One to three changes of `schema`. */
export function evolutionOf(schema: ComplexSchema): fc.Arbitrary<ComplexSchema> {
  const change = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...Object.values(changes)) },
    { weight: 1, arbitrary: fieldWithDefault },
  );
  return fc.array(fc.tuple(change, fc.nat(50)), { minLength: 1, maxLength: 3 }).map((made) => {
    const copy = structuredClone(schema);
    for (const [apply, at] of made) apply(copy, at);
    return copy;
  });
}
