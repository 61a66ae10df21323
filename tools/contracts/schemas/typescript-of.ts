// Avro types as TypeScript: money as Cents, times as Date, ids with their brand, nullable fields as `T | null`.
import type { AvroSchema, ComplexSchema, FieldSchema } from './schema-folder.ts';

/** Declarations by name, and the brands that they use. One of these collects a whole set of schemas. */
export type Declarations = { types: Map<string, string>; brands: Set<string>; money: boolean };

const plain: Readonly<Record<string, string>> = {
  string: 'string',
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  boolean: 'boolean',
  null: 'null',
};

export function noDeclarations(): Declarations {
  return { types: new Map(), brands: new Set(), money: false };
}

/** Adds the record and every type it names. Two different types of one name are refused: TypeScript has one space for all topics. */
export function declareRecord(into: Declarations, record: ComplexSchema): void {
  const name = record.name ?? '';
  const fields = (record.fields ?? []).map(
    (field) => `${docOf(field.doc, '  ')}  readonly ${field.name}: ${fieldType(into, name, field)};\n`,
  );
  declare(into, name, `${docOf(record.doc, '')}export type ${name} = {\n${fields.join('')}};\n`);
}

/** The type of a field alone. */
export function typeText(type: AvroSchema, field: string): string {
  return typeOf(noDeclarations(), type, field);
}

function fieldType(into: Declarations, record: string, field: FieldSchema): string {
  try {
    return typeOf(into, field.type, field.name);
  } catch (error) {
    throw new Error(`Cannot generate a type for field "${field.name}" of ${record}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function typeOf(into: Declarations, type: AvroSchema, field: string): string {
  if (typeof type === 'string') return plain[type] ?? type.slice(type.lastIndexOf('.') + 1);
  if (Array.isArray(type))
    return type
      .map((branch) => typeOf(into, branch, field))
      .sort(nullLast)
      .join(' | ');
  if (type.type === 'record') return (declareRecord(into, type), type.name ?? '');
  if (type.type === 'enum') return enumType(into, type, field);
  if (type.type === 'array' && type.items !== undefined) return `readonly ${typeOf(into, type.items, field)}[]`;
  if (type.logicalType !== undefined) return logicalType(into, type, type.logicalType);
  if (typeof type.type === 'string' && type.type in plain) return typeOf(into, type.type, field);
  throw new Error(`no rule for ${JSON.stringify(type)}. Add one to typescript-of.ts.`);
}

function logicalType(into: Declarations, type: ComplexSchema, logical: string): string {
  if (logical === 'timestamp-millis' && type.type === 'long') return 'Date';
  if (logical === 'uuid' && type.type === 'string') {
    if (type.brand !== undefined) into.brands.add(type.brand);
    return type.brand ?? 'string';
  }
  if (logical === 'decimal' && type.type === 'bytes' && type.precision === 10 && type.scale === 2) {
    into.money = true;
    return 'Cents';
  }
  throw new Error(
    `no rule for logicalType "${logical}" in ${JSON.stringify(type)}. Money is bytes, decimal, precision 10, scale 2.`,
  );
}

function enumType(into: Declarations, type: ComplexSchema, field: string): string {
  const name = type.name ?? '';
  const symbols = (type.symbols ?? []).map((symbol) => `'${symbol}'`).join(' | ');
  if (field === 'eventType') return symbols;
  declare(into, name, `${docOf(type.doc, '')}export type ${name} = ${symbols};\n`);
  return name;
}

function declare(into: Declarations, name: string, text: string): void {
  const known = into.types.get(name);
  if (known !== undefined && known !== text)
    throw new Error(`two different types are named "${name}". Rename one: names are shared by all topics.`);
  into.types.set(name, text);
}

/** Editors strike out a deprecated field wherever it is used. */
function docOf(doc: string | undefined, indent: string): string {
  const text = doc?.replaceAll('*/', '* /').replace(/^Deprecated: /, '@deprecated ');
  return text === undefined ? '' : `${indent}/** ${text} */\n`;
}

function nullLast(a: string, b: string): number {
  return Number(a === 'null') - Number(b === 'null');
}
