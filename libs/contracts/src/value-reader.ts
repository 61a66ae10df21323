/**
 * Decodes values of a writer's schema as values of a reader's schema: resolved once, then one pass over the bytes. The rules are those of
 * Avro's schema resolution (https://avro.apache.org/docs/1.12.0/specification/#schema-resolution), as in avsc.
 */
import avsc, { type Type } from 'avsc';
import { readLogical } from './avro-type.ts';
import {
  readBoolean,
  readBytes,
  readCount,
  readDouble,
  readFixed,
  readFloat,
  readIndex,
  readInt,
  readLong,
  readText,
  type ReadValue,
} from './cursor.ts';
import { assertSameName, cannotRead, recordReader } from './record-reader.ts';

type Known = Map<Type, Map<Type, ReadValue>>;
type Union = Type & { types: readonly Type[] };
/** The default is missing in avsc's types. */
type Enum = InstanceType<typeof avsc.types.EnumType> & { default?: string };
type Fixed = InstanceType<typeof avsc.types.FixedType>;

const { ArrayType, EnumType, FixedType, LogicalType, MapType, RecordType, UnwrappedUnionType, WrappedUnionType } =
  avsc.types;

/** Throws Error when `reader` cannot read data of `writer`. The returned function throws ContractError or RangeError on invalid bytes. */
export function valueReader(writer: Type, reader: Type, known: Known = new Map()): ReadValue {
  const existing = known.get(writer)?.get(reader);
  if (existing) return existing;
  const pairs = known.get(writer) ?? new Map<Type, ReadValue>();
  known.set(writer, pairs);
  // A record may contain itself: when this function is called, the map has the reader below.
  pairs.set(reader, (cursor) => pairs.get(reader)!(cursor));
  try {
    const read = newReader(writer, reader, known);
    pairs.set(reader, read);
    return read;
  } catch (error) {
    pairs.delete(reader);
    throw error;
  }
}

function newReader(writer: Type, reader: Type, known: Known): ReadValue {
  if (isUnion(writer)) return branchOf(writer.types.map((branch) => valueReader(branch, reader, known)));
  if (isUnion(reader)) return firstThatReads(writer, reader, known);
  if (reader instanceof LogicalType) {
    if (reader.typeName === writer.typeName) return readLogical(reader);
    throw cannotRead(writer, reader);
  }
  if (writer instanceof LogicalType) return valueReader(writer.underlyingType, reader, known);
  if (reader instanceof RecordType && writer instanceof RecordType)
    return recordReader(writer, reader, (written, read) => valueReader(written, read, known));
  if (reader instanceof ArrayType && writer instanceof ArrayType)
    return arrayOf(valueReader(writer.itemsType, reader.itemsType, known));
  if (reader instanceof MapType && writer instanceof MapType)
    return mapOf(valueReader(writer.valuesType as Type, reader.valuesType as Type, known));
  if (reader instanceof EnumType && writer instanceof EnumType) return symbolOf(writer, reader);
  if (reader instanceof FixedType && writer instanceof FixedType) return fixedOf(writer, reader);
  const read = plain[`${writer.typeName} as ${reader.typeName}`];
  if (read === undefined) throw cannotRead(writer, reader);
  return read;
}

const plain: Readonly<Record<string, ReadValue>> = {
  'null as null': () => null,
  'boolean as boolean': readBoolean,
  'int as int': readInt,
  'int as long': readInt,
  'int as float': readInt,
  'int as double': readInt,
  'long as long': readLong,
  'long as float': readLong,
  'long as double': readLong,
  'float as float': readFloat,
  'float as double': readFloat,
  'double as double': readDouble,
  'string as string': readText,
  'string as bytes': readBytes,
  'bytes as bytes': readBytes,
  'bytes as string': readText,
};

function branchOf(branches: readonly ReadValue[]): ReadValue {
  return (cursor) => branches[readIndex(cursor, branches.length, 'union branch')]!(cursor);
}

function firstThatReads(writer: Type, reader: Union, known: Known): ReadValue {
  for (const branch of reader.types) {
    try {
      return valueReader(writer, branch, known);
    } catch {
      // try the next branch
    }
  }
  throw cannotRead(writer, reader);
}

function arrayOf(readItem: ReadValue): ReadValue {
  return (cursor) => {
    const items: unknown[] = [];
    for (let count = readCount(cursor); count > 0; count = readCount(cursor)) {
      for (; count > 0; count -= 1) items.push(readItem(cursor));
    }
    return items;
  };
}

function mapOf(readItem: ReadValue): ReadValue {
  return (cursor) => {
    const entries: [string, unknown][] = [];
    for (let count = readCount(cursor); count > 0; count = readCount(cursor)) {
      for (; count > 0; count -= 1) entries.push([readText(cursor), readItem(cursor)]);
    }
    return Object.fromEntries(entries);
  };
}

function symbolOf(writer: Enum, reader: Enum): ReadValue {
  assertSameName(writer, reader);
  const symbols = writer.symbols.map((symbol) => (reader.symbols.includes(symbol) ? symbol : reader.default));
  if (symbols.includes(undefined)) throw cannotRead(writer, reader);
  return (cursor) => symbols[readIndex(cursor, symbols.length, 'enum symbol')];
}

function fixedOf(writer: Fixed, reader: Fixed): ReadValue {
  assertSameName(writer, reader);
  const { size } = reader;
  if (writer.size !== size) throw cannotRead(writer, reader);
  return (cursor) => readFixed(cursor, size);
}

function isUnion(type: Type): type is Union {
  return type instanceof UnwrappedUnionType || type instanceof WrappedUnionType;
}
