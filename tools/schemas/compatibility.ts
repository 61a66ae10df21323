// Whether what one version wrote can be read as another, by Avro's rules of schema resolution, told by field and rule.
import { avroTypeOf } from '@oms/contracts/avro-type';
import { fullNameOf, type AvroSchema, type ComplexSchema, type FieldSchema } from './schema-folder.ts';

/** Which rule a pair of schemas breaks, where: `field` is a path such as `items[].unitPrice`, empty for the record itself. */
export type Incompatibility = { field: string; rule: string };

/** A type with its names and logical type told apart: what resolution looks at. */
type Known = { kind: string; schema: ComplexSchema; branches: AvroSchema[] };
type Names = Map<string, ComplexSchema>;
type Side = { schema: AvroSchema; names: Names; namespace: string };

// reader kinds that a writer's kind may be read as, beside itself
const promotions: Readonly<Record<string, readonly string[]>> = {
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
  string: ['bytes'],
  bytes: ['string'],
};

/** Empty when every message written with `writer` can be read with `reader`. Ask twice, the second time the other way round. */
export function incompatibilities(writer: ComplexSchema, reader: ComplexSchema): Incompatibility[] {
  const found = compare(sideOf(writer), sideOf(reader), '');
  return found.length > 0 ? found : refusedByAvsc(writer, reader);
}

function compare(writer: Side, reader: Side, field: string): Incompatibility[] {
  const [from, to] = [know(writer), know(reader)];
  const broken = (rule: string): Incompatibility[] => [{ field, rule }];
  if (from.kind === 'union')
    return from.branches.flatMap((branch) => compare({ ...writer, schema: branch }, reader, field));
  if (to.kind === 'union') {
    const attempts = to.branches.map((branch) => compare(writer, { ...reader, schema: branch }, field));
    return attempts.some((attempt) => attempt.length === 0)
      ? []
      : broken(`the reader has no branch for ${nameOf(from)}, only ${namesOf(to)}`);
  }
  if (from.kind !== to.kind && !promotions[from.kind]?.includes(to.kind))
    return broken(`${nameOf(from)} cannot be read as ${nameOf(to)}: the type must stay`);
  if (meaningOf(from.schema) !== meaningOf(to.schema)) {
    return broken(`${meaningOf(from.schema)} cannot be read as ${meaningOf(to.schema)}: the logical type must stay`);
  }
  if (['record', 'enum', 'fixed'].includes(from.kind) && nameOf(from) !== nameOf(to)) {
    return broken(`${nameOf(from)} was renamed to ${nameOf(to)}: names must stay`);
  }
  if (from.kind === 'record') return compareFields(writer, from.schema, reader, to.schema, field);
  if (from.kind === 'enum') return compareSymbols(from.schema, to.schema).flatMap(broken);
  if (from.kind === 'array')
    return compare(inner(writer, from.schema.items), inner(reader, to.schema.items), `${field}[]`);
  if (from.kind === 'map')
    return compare(inner(writer, from.schema.values), inner(reader, to.schema.values), `${field}{}`);
  if (from.kind === 'fixed' && from.schema.size !== to.schema.size) return broken('the size of a fixed must stay');
  return [];
}

function compareFields(
  writer: Side,
  from: ComplexSchema,
  reader: Side,
  to: ComplexSchema,
  path: string,
): Incompatibility[] {
  const written = new Map((from.fields ?? []).map((field) => [field.name, field]));
  return (to.fields ?? []).flatMap((field): Incompatibility[] => {
    const at = path === '' ? field.name : `${path}.${field.name}`;
    const source = written.get(field.name);
    if (source !== undefined) return compare(inside(writer, from, source), inside(reader, to, field), at);
    return 'default' in field
      ? []
      : [{ field: at, rule: 'the reader has it without a default, and the writer does not write it' }];
  });
}

function compareSymbols(from: ComplexSchema, to: ComplexSchema): string[] {
  const missing = (from.symbols ?? []).filter((symbol) => !to.symbols?.includes(symbol));
  return missing.length === 0 || to.default !== undefined
    ? []
    : [`the reader's enum ${to.name ?? ''} lacks ${missing.join(', ')} and has no default symbol`];
}

/** The rules above are ours to explain; avsc has the last word, as it is what reads. */
function refusedByAvsc(writer: ComplexSchema, reader: ComplexSchema): Incompatibility[] {
  try {
    avroTypeOf(JSON.stringify(reader)).createResolver(avroTypeOf(JSON.stringify(writer)));
    return [];
  } catch (error) {
    return [{ field: '', rule: (error as Error).message.slice(0, 300) }];
  }
}

function sideOf(schema: ComplexSchema): Side {
  const names: Names = new Map();
  collectNames(schema, schema.namespace ?? '', names);
  return { schema, names, namespace: schema.namespace ?? '' };
}

function collectNames(schema: AvroSchema | undefined, namespace: string, names: Names): void {
  if (schema === undefined || typeof schema === 'string') return;
  if (Array.isArray(schema)) return schema.forEach((branch) => collectNames(branch, namespace, names));
  const own = schema.namespace ?? namespace;
  if (schema.name !== undefined) names.set(fullNameOf({ namespace: own, ...schema }), { namespace: own, ...schema });
  for (const child of [schema.items, schema.values, ...(schema.fields ?? []).map((field) => field.type)])
    collectNames(child, own, names);
  if (typeof schema.type === 'object') collectNames(schema.type, own, names);
}

function know({ schema, names, namespace }: Side): Known {
  if (Array.isArray(schema)) return { kind: 'union', schema: { type: 'union' }, branches: schema };
  if (typeof schema !== 'string') {
    const named = schema.name === undefined ? schema : { namespace, ...schema };
    return typeof schema.type === 'string'
      ? { kind: schema.type, schema: named, branches: [] }
      : know({ schema: schema.type, names, namespace });
  }
  const named = names.get(schema.includes('.') ? schema : `${namespace}.${schema}`);
  return named === undefined
    ? { kind: schema, schema: { type: schema }, branches: [] }
    : know({ schema: named, names, namespace });
}

function inner(side: Side, schema: AvroSchema | undefined): Side {
  return { ...side, schema: schema ?? 'null' };
}

function inside(side: Side, record: ComplexSchema, field: FieldSchema): Side {
  return { ...side, schema: field.type, namespace: record.namespace ?? side.namespace };
}

function nameOf(known: Known): string {
  return known.schema.name === undefined ? known.kind : `${known.kind} ${fullNameOf(known.schema)}`;
}

function namesOf(known: Known): string {
  return known.branches.map((branch) => (typeof branch === 'string' ? branch : JSON.stringify(branch))).join(' or ');
}

/** What the bytes mean beside their type: reading 12.50 as 0.1250, or a time as a count, is worse than not reading it. */
function meaningOf({ logicalType, precision, scale }: ComplexSchema): string {
  return logicalType === 'decimal' ? `decimal(${precision ?? 0},${scale ?? 0})` : (logicalType ?? 'no logical type');
}
