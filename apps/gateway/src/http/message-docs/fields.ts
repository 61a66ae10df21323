/** The fields of an Avro record as table rows: path, type as text, and description. */
import type { AvroField, AvroSchema, AvroType } from './document.ts';

export type FieldRow = { path: string; type: string; about: string };

/** The fields of a nested record follow the field that contains them, as `deliveryAddress.city` or `items[].quantity`. */
export function fieldRows(record: AvroSchema): FieldRow[] {
  const named = new Map<string, AvroSchema>();
  return (record.fields ?? []).flatMap((field) => rowsOf(field, '', named));
}

function rowsOf({ name, type, doc }: AvroField, before: string, named: Map<string, AvroSchema>): FieldRow[] {
  const path = before + name;
  const { text, record, isList } = typeText(type, named);
  const inner = (record?.fields ?? []).flatMap((field) => rowsOf(field, `${path}${isList ? '[]' : ''}.`, named));
  return [{ path, type: text, about: doc ?? '' }, ...inner];
}

type TypeText = { text: string; record?: AvroSchema | undefined; isList?: boolean | undefined };

function typeText(type: AvroType, named: Map<string, AvroSchema>): TypeText {
  if (typeof type === 'string') {
    const known = named.get(type);
    // The fields of a record are listed once, where it is defined; a record may contain itself.
    return { text: known ? schemaText(known, named).text : type };
  }
  if (!('type' in type)) {
    const branches = type.map((branch) => typeText(branch, named));
    const real = branches.filter(({ text }) => text !== 'null');
    const text = real.map((branch) => branch.text).join(' or ');
    return { ...real[0], text: real.length < branches.length ? `${text}, or null` : text };
  }
  if (type.name !== undefined) named.set(type.name, type);
  return schemaText(type, named);
}

function schemaText(schema: AvroSchema, named: Map<string, AvroSchema>): TypeText {
  if (schema.symbols !== undefined) return { text: schema.symbols.join(' | ') };
  if (schema.fields !== undefined) return { text: schema.name ?? 'record', record: schema };
  if (schema.items !== undefined) {
    const { text, record } = typeText(schema.items, named);
    return { text: `list of ${text}`, record, isList: true };
  }
  const { text } = typeText(schema.type, named);
  if (schema.logicalType === 'decimal')
    return { text: `decimal(${schema.precision ?? ''}, ${schema.scale ?? 0}) in ${text}` };
  return { text: schema.logicalType === undefined ? text : `${schema.logicalType} in ${text}` };
}
