// Messages for the tests: any that the schemas allow, and a codec that needs no registry.
import fc from 'fast-check';
import {
  CENTS_MAX,
  createCodec,
  memorySchemaCache,
  schemaFiles,
  type CachedSchema,
  type Codec,
  type EventType,
  type Message,
} from '../src/index.ts';

const version = fc.integer({ min: 1, max: 2 ** 52 - 1 });
const plain: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  null: fc.constant(null),
  boolean: fc.boolean(),
  int: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  long: fc.maxSafeInteger(),
  double: fc.double({ noNaN: true }),
  string: fc.string({ unit: 'binary', maxLength: 40 }),
  uuid: fc.uuid(),
  decimal: fc.oneof(fc.integer({ min: -CENTS_MAX, max: CENTS_MAX }), fc.integer({ min: -40_000, max: 40_000 })),
  'timestamp-millis': fc.date({
    noInvalidDate: true,
    min: new Date('0000-01-01T00:00:00.000Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
  }),
};

type AvroSchema = string | AvroSchema[] | AvroObject;
type AvroObject = { type: AvroSchema; name?: string; logicalType?: string } & {
  fields?: { name: string; type: AvroSchema }[];
  symbols?: string[];
  items?: AvroSchema;
};

const newest = new Map(schemaFiles().map((file) => [file.eventType, JSON.parse(file.text) as AvroObject]));

export const eventTypes = [...newest.keys()];

export function anyMessage(eventType: EventType): fc.Arbitrary<Message> {
  const schema = newest.get(eventType);
  if (schema === undefined) throw new Error(`There is no schema of ${eventType}.`);
  return anyRecord(schema, new Map()) as fc.Arbitrary<unknown> as fc.Arbitrary<Message>;
}

/** What the schema allows; `named` collects the types that later fields refer to by name. */
function anyRecord({ fields = [] }: AvroObject, named: Map<string, AvroObject>): fc.Arbitrary<object> {
  const values = fields.map(({ name, type }) => [name, name === 'aggregateVersion' ? version : anyValue(type, named)]);
  return fc.record(Object.fromEntries(values) as Record<string, fc.Arbitrary<unknown>>, { noNullPrototype: true });
}

function anyValue(schema: AvroSchema, named: Map<string, AvroObject>): fc.Arbitrary<unknown> {
  if (Array.isArray(schema)) return fc.oneof(...schema.map((branch) => anyValue(branch, named)));
  if (typeof schema === 'string')
    return named.has(schema) ? anyValue(named.get(schema) ?? '', named) : anyPlain(schema);
  if (schema.name !== undefined) named.set(schema.name, schema);
  if (schema.type === 'record') return anyRecord(schema, named);
  if (schema.type === 'enum') return fc.constantFrom(...(schema.symbols ?? []));
  if (schema.type === 'array') return fc.array(anyValue(schema.items ?? 'null', named), { maxLength: 5 });
  return anyPlain(schema.logicalType ?? schema.type);
}

function anyPlain(type: AvroSchema): fc.Arbitrary<unknown> {
  const arbitrary = typeof type === 'string' ? plain[type] : undefined;
  if (arbitrary === undefined) throw new Error(`No rule makes a value of ${JSON.stringify(type)}. Add one here.`);
  return arbitrary;
}

export function oneMessage(eventType: EventType): Message {
  const [message] = fc.sample(anyMessage(eventType), { seed: 7, numRuns: 1 });
  if (message === undefined) throw new Error('fast-check made no message.');
  return message;
}

/** Every newest schema under its place in `schemaFiles()`, counted from 1. */
export const knownSchemas: CachedSchema[] = schemaFiles().map(({ subject, fingerprint, text: schema }, index) => ({
  schemaId: index + 1,
  subject,
  fingerprint,
  schema,
}));

/** Nothing answers at its registry's address, so it must do with what it knows. */
export function codecKnowing(...more: CachedSchema[]): Promise<Codec> {
  return createCodec({
    registryUrl: 'http://127.0.0.1:1',
    cache: memorySchemaCache([...knownSchemas, ...more]),
    publishes: eventTypes,
  });
}
