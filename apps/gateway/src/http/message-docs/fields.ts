// An Avro record as rows for people: each field with its path, its type in words and what it says.
import type { AvroField, AvroSchema, AvroType } from './document.ts';

export type FieldRow = { path: string; type: string; about: string };

/** Fields of records inside it come right after the field that holds them, as `deliveryAddress.city` or `items[].quantity`. */
export function fieldRows(record: AvroSchema): FieldRow[] {
  const named = new Map<string, AvroSchema>();
  return (record.fields ?? []).flatMap((field) => rowsOf(field, '', named));
}

function rowsOf({ name, type, doc }: AvroField, before: string, named: Map<string, AvroSchema>): FieldRow[] {
  const path = before + name;
  const { words, record, isList } = inWords(type, named);
  const inner = (record?.fields ?? []).flatMap((field) => rowsOf(field, `${path}${isList ? '[]' : ''}.`, named));
  return [{ path, type: words, about: doc ?? '' }, ...inner];
}

type InWords = { words: string; record?: AvroSchema | undefined; isList?: boolean | undefined };

function inWords(type: AvroType, named: Map<string, AvroSchema>): InWords {
  if (typeof type === 'string') {
    const known = named.get(type);
    // The fields of a record are told once, where it is defined: it may even hold itself.
    return { words: known ? ofSchema(known, named).words : type };
  }
  if (!('type' in type)) {
    const branches = type.map((branch) => inWords(branch, named));
    const real = branches.filter(({ words }) => words !== 'null');
    const words = real.map((branch) => branch.words).join(' or ');
    return { ...real[0], words: real.length < branches.length ? `${words}, or null` : words };
  }
  if (type.name !== undefined) named.set(type.name, type);
  return ofSchema(type, named);
}

function ofSchema(schema: AvroSchema, named: Map<string, AvroSchema>): InWords {
  if (schema.symbols !== undefined) return { words: schema.symbols.join(' | ') };
  if (schema.fields !== undefined) return { words: schema.name ?? 'record', record: schema };
  if (schema.items !== undefined) {
    const { words, record } = inWords(schema.items, named);
    return { words: `list of ${words}`, record, isList: true };
  }
  const { words } = inWords(schema.type, named);
  if (schema.logicalType === 'decimal')
    return { words: `decimal(${schema.precision ?? ''}, ${schema.scale ?? 0}) in ${words}` };
  return { words: schema.logicalType === undefined ? words : `${schema.logicalType} in ${words}` };
}
