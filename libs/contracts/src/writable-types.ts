/** Types that have values, and values that have one type: what cannot be written, or would be written as something else, is refused. */
import avsc, { type Type } from 'avsc';
import { isUnion, nameOf, plainOf, type RecordOf } from './type-kinds.ts';

const { ArrayType, MapType, RecordType } = avsc.types;

/** What a value is in code. A Date counts as an object, as for avsc. Amounts are numbers. */
const kinds: Readonly<Record<string, string>> = {
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  'logical:decimal': 'number',
  string: 'text',
  enum: 'text',
  bytes: 'Buffer',
  fixed: 'Buffer',
  record: 'object',
  error: 'object',
  map: 'object',
  'logical:timestamp-millis': 'object',
};

/** Throws Error naming the place where values of `type` cannot be written. */
export function assertWritable(type: Type): void {
  const records = new Map<RecordOf, string>();
  assertClear(type, '', records);
  const [endless] = recordsWithoutValue([...records.keys()]);
  if (endless) {
    throw new Error(
      `${placeOf(records.get(endless)!)}${nameOf(endless)} contains itself in every value, so it has none. Make the field that leads back to it ["null", type].`,
    );
  }
}

/** Unions are written by the kind of their value, so each branch needs its own. Collects the records with their place. */
function assertClear(type: Type, path: string, records: Map<RecordOf, string>): void {
  const plain = plainOf(type);
  if (isUnion(plain)) {
    for (const [at, branch] of plain.types.entries()) {
      const twin = plain.types.slice(0, at).find((other) => kindOf(other) === kindOf(branch));
      if (twin) {
        throw new Error(
          `${placeOf(path)}a union of ${nameIn(twin)} and ${nameIn(branch)} cannot be written: values of both are ${kindOf(branch)} in code. Make two fields of it.`,
        );
      }
      assertClear(branch, path, records);
    }
  }
  if (plain instanceof ArrayType) assertClear(plain.itemsType, `${path}[]`, records);
  if (plain instanceof MapType) assertClear(plain.valuesType as Type, `${path}{}`, records);
  if (plain instanceof RecordType && !records.has(plain)) {
    records.set(plain, path);
    for (const field of plain.fields)
      assertClear(field.type, path === '' ? field.name : `${path}.${field.name}`, records);
  }
}

function kindOf(type: Type): string {
  return kinds[type.typeName] ?? kinds[plainOf(type).typeName] ?? plainOf(type).typeName;
}

function nameIn(type: Type): string {
  return type.typeName.startsWith('logical:') ? type.typeName.replace('logical:', '') : nameOf(type);
}

function placeOf(path: string): string {
  return path === '' ? '' : `field "${path}": `;
}

/** A record has values when all its fields have: found for more and more of them, until there are no more. */
function recordsWithoutValue(records: readonly RecordOf[]): RecordOf[] {
  const ended = new Set<Type>();
  const hasValue = (type: Type): boolean => {
    const plain = plainOf(type);
    if (isUnion(plain)) return plain.types.some(hasValue);
    return !(plain instanceof RecordType) || ended.has(plain);
  };
  for (let before = -1; before !== ended.size;) {
    before = ended.size;
    for (const record of records) if (record.fields.every((field) => hasValue(field.type))) ended.add(record);
  }
  return records.filter((record) => !ended.has(record));
}
