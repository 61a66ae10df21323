/** What an avsc type is: its name in words, the type under a logical type, and whether its values have bytes. */
import avsc, { type Type } from 'avsc';

export type Union = Type & { types: readonly Type[] };
export type RecordOf = InstanceType<typeof avsc.types.RecordType>;

const { LogicalType, RecordType, UnwrappedUnionType, WrappedUnionType } = avsc.types;

export function isUnion(type: Type): type is Union {
  return type instanceof UnwrappedUnionType || type instanceof WrappedUnionType;
}

/** The kinds of encoded values. */
export function plainOf(type: Type): Type {
  return type instanceof LogicalType ? plainOf(type.underlyingType) : type;
}

export function nameOf(type: Type): string {
  const { name, typeName } = plainOf(type);
  return name === undefined ? typeName : `${typeName} ${name}`;
}

/** Null, and records of nothing else. One that contains itself counts as such too: it has no value. */
export function hasNoBytes(type: Type, seen: Set<Type> = new Set()): boolean {
  const plain = plainOf(type);
  // seen and not false: the first false one ends the search
  if (plain.typeName === 'null' || seen.has(plain)) return true;
  seen.add(plain);
  return plain instanceof RecordType && plain.fields.every((field) => hasNoBytes(field.type, seen));
}
