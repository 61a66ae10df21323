// An example message: the values of an earlier version where the field is the same, and typical values elsewhere. The result is always the same.
import { createHash } from 'node:crypto';
import { fullNameOf, type AvroSchema, type ComplexSchema, type SchemaInFolder } from './schema-folder.ts';

/** `around` are the records that are being made: one that contains itself ends at the second. */
type Naming = { names: Map<string, ComplexSchema>; namespace: string; seed: string; around: readonly ComplexSchema[] };

const occurredAt = '2026-11-23T12:00:00.123Z';
const plain: Readonly<Record<string, unknown>> = {
  null: null,
  boolean: true,
  int: 2,
  long: 3,
  float: 0.5,
  double: 0.5,
  bytes: Buffer.from('bytes'),
};

/** A value that avsc can encode: times are Dates. `before` is what an example of the version before says, times as text. */
export function exampleOf(of: SchemaInFolder, before: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const naming = { names: new Map(), namespace: of.schema.namespace ?? '', seed: of.event, around: [] };
  return Object.fromEntries(
    (of.schema.fields ?? []).map(({ name, type, aliases = [] }) => {
      const made = valueOf(type, name, naming);
      const known = [name, ...aliases].find((one) => Object.hasOwn(before, one));
      const said = known === undefined ? made : before[known];
      return [name, typeof said === 'string' && made instanceof Date ? new Date(said) : said];
    }),
  );
}

function valueOf(schema: AvroSchema, field: string, naming: Naming): unknown {
  if (Array.isArray(schema)) {
    const branch = schema.find((each) => each !== 'null') ?? 'null';
    return schema.includes('null') && isAround(branch, naming) ? null : valueOf(branch, field, naming);
  }
  if (typeof schema === 'string') return namedOrPlain(schema, field, naming);
  const named = { namespace: naming.namespace, ...schema };
  if (schema.name !== undefined) naming.names.set(fullNameOf(named), named);
  if (schema.type === 'enum') return schema.symbols?.[0];
  const inner = schema.items ?? schema.values ?? 'null';
  if (schema.type === 'array') return isAround(inner, naming) ? [] : [valueOf(inner, field, naming)];
  if (schema.type === 'map') return isAround(inner, naming) ? {} : { key: valueOf(inner, field, naming) };
  if (schema.type === 'fixed') return Buffer.alloc(schema.size ?? 0, 1);
  if (schema.type === 'record') {
    const inside = { ...naming, around: [...naming.around, named], namespace: named.namespace };
    return Object.fromEntries((schema.fields ?? []).map(({ name, type }) => [name, valueOf(type, name, inside)]));
  }
  if (schema.logicalType === 'uuid') return uuidOf(schema.brand === 'EventId' ? naming.seed : (schema.brand ?? field));
  if (schema.logicalType === 'timestamp-millis') return new Date(occurredAt);
  if (schema.logicalType === 'decimal') return 1250;
  return valueOf(schema.type, field, naming);
}

function isAround(schema: AvroSchema, { names, namespace, around }: Naming): boolean {
  if (typeof schema !== 'string') return false;
  const named = names.get(schema.includes('.') ? schema : `${namespace}.${schema}`);
  return named !== undefined && around.includes(named);
}

function namedOrPlain(name: string, field: string, naming: Naming): unknown {
  const named = naming.names.get(name.includes('.') ? name : `${naming.namespace}.${name}`);
  if (named !== undefined) return valueOf(named, field, naming);
  if (field === 'aggregateVersion') return 1;
  if (name === 'string') return `the ${field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`;
  if (!(name in plain))
    throw new Error(`Cannot make an example of "${field}": no rule for ${name}. Add one to example.ts.`);
  return plain[name];
}

/** A UUID of version 8, which is free in its content, from a word. */
function uuidOf(word: string): string {
  const hex = createHash('sha256').update(word).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
