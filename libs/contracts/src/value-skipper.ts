/** Passes over a value that nobody reads: only its length counts, so a value that could not be read is skipped too. */
import avsc, { type Type } from 'avsc';
import { ContractError } from './contract-error.ts';
import { nested, readIndex, readLength, readLong, skipLong, take, type Cursor } from './cursor.ts';
import { hasNoBytes, isUnion, plainOf } from './type-kinds.ts';

export type SkipValue = (cursor: Cursor) => void;

const { ArrayType, FixedType, MapType, RecordType } = avsc.types;

const plain: Readonly<Record<string, SkipValue>> = {
  null: () => {},
  boolean: (cursor) => void take(cursor, 1),
  int: skipLong,
  long: skipLong,
  float: (cursor) => void take(cursor, 4),
  double: (cursor) => void take(cursor, 8),
  string: skipText,
  bytes: skipText,
  enum: skipLong,
};

/** The returned function throws ContractError when the value is truncated, or its length is not valid. */
export function valueSkipper(type: Type, known: Map<Type, SkipValue> = new Map()): SkipValue {
  const wire = plainOf(type);
  const existing = known.get(wire);
  if (existing) return existing;
  // A record may contain itself.
  known.set(wire, (cursor) => nested(cursor, (inner) => known.get(wire)!(inner)));
  const skip = newSkipper(wire, known);
  known.set(wire, skip);
  return skip;
}

function newSkipper(type: Type, known: Map<Type, SkipValue>): SkipValue {
  if (isUnion(type)) return skipBranch(type.types.map((branch) => valueSkipper(branch, known)));
  if (type instanceof RecordType) return inSequence(type.fields.map((field) => valueSkipper(field.type, known)));
  if (type instanceof ArrayType)
    // items without bytes are not counted: there may be any number of them
    return skipBlocks(hasNoBytes(type.itemsType) ? null : valueSkipper(type.itemsType, known));
  if (type instanceof MapType) return skipBlocks(inSequence([skipText, valueSkipper(type.valuesType as Type, known)]));
  if (type instanceof FixedType) return (cursor) => void take(cursor, type.size);
  return plain[type.typeName]!;
}

function skipText(cursor: Cursor): void {
  take(cursor, readLength(cursor));
}

function skipBranch(branches: readonly SkipValue[]): SkipValue {
  return (cursor) => branches[readIndex(cursor, branches.length, 'union branch')]!(cursor);
}

function inSequence(parts: readonly SkipValue[]): SkipValue {
  return (cursor) => {
    for (const skip of parts) skip(cursor);
  };
}

function skipBlocks(skipItem: SkipValue | null): SkipValue {
  return (cursor) => {
    for (let count = readLong(cursor); count !== 0; count = readLong(cursor)) {
      if (count < 0) take(cursor, blockSize(cursor));
      else if (skipItem) for (; count > 0; count -= 1) skipItem(cursor);
    }
  };
}

/** The size in bytes that follows a negative count. */
function blockSize(cursor: Cursor): number {
  const size = readLong(cursor);
  if (size < 0) throw new ContractError('UNREADABLE', `A block of a list has the size ${size}.`);
  return size;
}
