// Random schemas of every form that Avro has, recursion included, and random values of them. Some are refused by the check, and should be.
import { CENTS_MAX } from '@oms/contracts';
import fc from 'fast-check';
import type { AvroSchema, ComplexSchema, FieldSchema } from '../schema-folder.ts';

/** A schema before its types have names: `enclosing` is the record so many levels above, which makes the schema recursive. */
type Form =
  | { form: 'plain'; schema: AvroSchema }
  | { form: 'array' | 'map'; inner: Form }
  | { form: 'union'; branches: readonly Form[] }
  | { form: 'record'; fields: readonly Form[] }
  | { form: 'enum'; symbols: readonly string[] }
  | { form: 'fixed'; size: number }
  | { form: 'enclosing'; levels: number };

const plainTypes: readonly AvroSchema[] = [
  ...['null', 'boolean', 'int', 'long', 'float', 'double', 'string', 'bytes'],
  { type: 'bytes', logicalType: 'decimal', precision: 10, scale: 2 },
  { type: 'long', logicalType: 'timestamp-millis' },
  { type: 'string', logicalType: 'uuid' },
  { type: 'int', logicalType: 'date' },
  { type: 'long', logicalType: 'timestamp-micros' },
];

const { any: anyForm } = fc.letrec<{ any: Form; record: Form }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'schema' },
    { weight: 4, arbitrary: fc.constantFrom(...plainTypes).map((schema): Form => ({ form: 'plain', schema })) },
    { weight: 1, arbitrary: fc.nat(1).map((levels): Form => ({ form: 'enclosing', levels })) },
    {
      weight: 1,
      arbitrary: fc
        .uniqueArray(fc.constantFrom('A', 'B', 'C', 'constructor'), { minLength: 1, maxLength: 3 })
        .map((symbols): Form => ({ form: 'enum', symbols })),
    },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 20 }).map((size): Form => ({ form: 'fixed', size })) },
    {
      weight: 2,
      arbitrary: fc.record({ form: fc.constantFrom('array' as const, 'map' as const), inner: tie('any') }),
    },
    {
      weight: 2,
      arbitrary: fc
        .array(tie('any'), { minLength: 1, maxLength: 3 })
        .map((branches): Form => ({ form: 'union', branches })),
    },
    {
      weight: 3,
      arbitrary: tie('any').map((inner): Form => ({
        form: 'union',
        branches: [{ form: 'plain', schema: 'null' }, inner],
      })),
    },
    { weight: 3, arbitrary: tie('record') },
  ),
  record: fc.array(tie('any'), { maxLength: 4 }).map((fields): Form => ({ form: 'record', fields })),
}));

/** A record named oms.test.T1; other types are T2, T3 and so on, fields a, b and so on. */
export const anySchema: fc.Arbitrary<ComplexSchema> = fc
  .array(anyForm, { minLength: 1, maxLength: 5 })
  .map((fields) => ({ ...(toSchema({ form: 'record', fields }) as ComplexSchema), namespace: 'oms.test' }));

/** A type of its own, for a field that comes: its names are those after `firstName`. */
export function anyType(firstName: number): fc.Arbitrary<AvroSchema> {
  return anyForm.map((form) => toSchema(form, [], { names: firstName }));
}

export function toSchema(form: Form, around: readonly string[] = [], count = { names: 0 }): AvroSchema {
  const named = (type: string) => ({ type, name: `T${(count.names += 1)}` });
  switch (form.form) {
    case 'plain':
      return form.schema;
    case 'enclosing':
      return around.at(-1 - form.levels) ?? 'int';
    case 'array':
      return { type: 'array', items: toSchema(form.inner, around, count) };
    case 'map':
      return { type: 'map', values: toSchema(form.inner, around, count) };
    case 'union':
      return form.branches.map((branch) => toSchema(branch, around, count));
    case 'enum':
      return { ...named('enum'), symbols: [...form.symbols] };
    case 'fixed':
      return { ...named('fixed'), size: form.size };
    case 'record': {
      const record = named('record');
      const fields = form.fields.map((inner, at): FieldSchema => ({
        name: at === 3 ? '__proto__' : String.fromCharCode(97 + at),
        type: toSchema(inner, [...around, record.name], count),
      }));
      return { ...record, fields };
    }
  }
}

const bytes = (constraints?: fc.IntArrayConstraints) => fc.uint8Array(constraints).map((each) => Buffer.from(each));
const text = fc.string({ unit: 'grapheme', maxLength: 8 });
const edges = [2 ** 31, -(2 ** 31) - 1, 2 ** 52, -(2 ** 52) - 1, 2 ** 53 - 2, 2 ** 53 - 1, -(2 ** 53) + 1];
const values: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  null: fc.constant(null),
  boolean: fc.boolean(),
  int: fc.integer(),
  long: fc.oneof(fc.maxSafeInteger(), fc.constantFrom(...edges)),
  float: fc.float(),
  double: fc.double(),
  string: text,
  bytes: bytes({ maxLength: 8 }),
  decimal: fc.oneof(fc.integer({ min: -CENTS_MAX, max: CENTS_MAX }), fc.integer({ min: -200, max: 200 })),
  uuid: fc.uuid(),
  'timestamp-millis': fc.date({
    min: new Date('0000-01-01T00:00:00.000Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  }),
};
const levelsMax = 6;

/** A value as messages have it. The schema must have values. */
export function anyValue(schema: AvroSchema): fc.Arbitrary<unknown> {
  const named = new Map<string, ComplexSchema>();
  collect(schema, named);
  return valueOf(schema, named, 0);
}

function collect(schema: AvroSchema | undefined, named: Map<string, ComplexSchema>): void {
  if (schema === undefined || typeof schema === 'string') return;
  if (Array.isArray(schema)) return schema.forEach((branch) => collect(branch, named));
  if (schema.name !== undefined) named.set(schema.name, schema);
  for (const inner of [schema.items, schema.values, ...(schema.fields ?? []).map(({ type }) => type)])
    collect(inner, named);
}

function valueOf(schema: AvroSchema, named: Map<string, ComplexSchema>, level: number): fc.Arbitrary<unknown> {
  if (typeof schema === 'string') return values[schema] ?? valueOf(named.get(schema)!, named, level);
  const inside = (inner: AvroSchema = 'null') => valueOf(inner, named, level + 1);
  const isDeep = level > levelsMax;
  if (Array.isArray(schema)) {
    const ending = schema.filter((branch) => endsAtOnce(branch));
    return fc.oneof(...(isDeep && ending.length > 0 ? ending : schema).map(inside));
  }
  if (schema.type === 'array') return isDeep ? fc.constant([]) : fc.array(inside(schema.items), { maxLength: 3 });
  if (schema.type === 'map')
    return isDeep ? fc.constant({}) : fc.dictionary(text, inside(schema.values), { maxKeys: 3, noNullPrototype: true });
  if (schema.type === 'enum') return fc.constantFrom(...(schema.symbols ?? []));
  if (schema.type === 'fixed') return bytes({ minLength: schema.size!, maxLength: schema.size! });
  if (schema.type === 'record')
    return fc
      .tuple(...(schema.fields ?? []).map(({ type }) => inside(type)))
      .map((all) => Object.fromEntries(all.map((value, at) => [schema.fields![at]!.name, value])));
  return values[schema.logicalType ?? ''] ?? values[schema.type as string]!;
}

function endsAtOnce(schema: AvroSchema): boolean {
  return typeof schema === 'string' ? schema in values : !Array.isArray(schema) && schema.type !== 'record';
}
