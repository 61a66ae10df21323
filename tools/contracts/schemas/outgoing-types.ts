// The types of messages for writers: a nullable field that the event's first version lacks is optional, and is then null.
import type { AvroSchema, ComplexSchema } from './schema-folder.ts';
import { typeText } from './typescript-of.ts';

/** Declarations by name, in an order that compiles; empty when a writer must give every field that a reader gets. */
export type OutgoingTypes = Map<string, string>;

/** The type to write `record` with: its own when no field of it may be left out. */
export function outgoingName(record: string, types: OutgoingTypes): string {
  return types.has(`Outgoing${record}`) ? `Outgoing${record}` : record;
}

/** What differs between the reader's and the writer's types of an event, whose versions are `newest` and `first`. */
export function outgoingTypes(newest: ComplexSchema, first: ComplexSchema): OutgoingTypes {
  const types: OutgoingTypes = new Map();
  const before = new Map(recordsIn(first).map((record) => [record.name, record]));
  for (const record of recordsIn(newest)) declareOutgoing(types, record, before.get(record.name));
  return types;
}

function declareOutgoing(types: OutgoingTypes, record: ComplexSchema, before: ComplexSchema | undefined): void {
  const name = record.name ?? '';
  const old = new Set(before?.fields?.map((field) => field.name));
  const changed = (record.fields ?? []).flatMap((field) => {
    const text = typeText(field.type, field.name);
    const outgoing = text.replaceAll(/[A-Za-z]\w*/g, (word) => outgoingName(word, types));
    const optional = before !== undefined && !old.has(field.name) && isNullable(field.type);
    return optional || outgoing !== text ? [{ name: field.name, mark: optional ? '?' : '', outgoing }] : [];
  });
  if (changed.length === 0) return;
  const names = changed.map((field) => `'${field.name}'`).join(' | ');
  const fields = changed.map((field) => `  readonly ${field.name}${field.mark}: ${field.outgoing};\n`).join('');
  const doc = `/** ${name} as it is written: a field that may be left out is then null. */\n`;
  types.set(`Outgoing${name}`, `${doc}export type Outgoing${name} = Omit<${name}, ${names}> & {\n${fields}};\n`);
}

/** A record's inner records come before it. */
function recordsIn(schema: AvroSchema | undefined): ComplexSchema[] {
  if (schema === undefined || typeof schema === 'string') return [];
  if (Array.isArray(schema)) return schema.flatMap(recordsIn);
  const inner = [schema.items, schema.values, ...(schema.fields ?? []).map((field) => field.type)].flatMap(recordsIn);
  return schema.type === 'record' ? [...inner, schema] : inner;
}

function isNullable(type: AvroSchema): boolean {
  return Array.isArray(type) && type.includes('null');
}
