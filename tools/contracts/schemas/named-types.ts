// The type at a place in a schema: names resolved in the record around it, logical types distinguished, and its description for an error.
import { fullNameOf, type AvroSchema, type ComplexSchema, type FieldSchema } from './schema-folder.ts';

/** A type with its names and logical type: the input of schema resolution. */
export type Known = { kind: string; schema: ComplexSchema; branches: AvroSchema[] };
/** A place in one version of a schema: what stands there, and the names that count there. */
export type Side = { schema: AvroSchema; names: Names; namespace: string };
type Names = Map<string, ComplexSchema>;

export function sideOf(schema: ComplexSchema): Side {
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

export function know({ schema, names, namespace }: Side): Known {
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

export function inner(side: Side, schema: AvroSchema | undefined): Side {
  return { ...side, schema: schema ?? 'null' };
}

export function inside(side: Side, record: ComplexSchema, field: FieldSchema): Side {
  return { ...side, schema: field.type, namespace: record.namespace ?? side.namespace };
}

export function nameOf(known: Known): string {
  return known.schema.name === undefined ? known.kind : `${known.kind} ${fullNameOf(known.schema)}`;
}

export function namesOf(known: Known): string {
  return known.branches.map((branch) => (typeof branch === 'string' ? branch : JSON.stringify(branch))).join(' or ');
}

/** What the bytes mean beside their type: reading 12.50 as 0.1250, or a time as a count, is worse than not reading it. */
export function meaningOf({ logicalType, precision, scale }: ComplexSchema): string {
  return logicalType === 'decimal' ? `decimal(${precision ?? 0},${scale ?? 0})` : (logicalType ?? 'no logical type');
}

/** The names that a reader answers to: its own, and its aliases, with the namespace that counts there. */
export function namesAnsweredBy({ schema }: Known): string[] {
  const { namespace, aliases = [] } = schema;
  const qualified = aliases.map((alias) =>
    alias.includes('.') || namespace === undefined ? alias : `${namespace}.${alias}`,
  );
  return [fullNameOf(schema), ...qualified];
}
