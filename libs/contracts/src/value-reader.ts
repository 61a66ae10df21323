/**
 * Decodes values of a writer's schema as values of a reader's schema: resolved once, then one pass over the bytes. The rules are those of
 * Avro's schema resolution (https://avro.apache.org/docs/1.12.0/specification/#schema-resolution). The check of a changed contract asks
 * here too, so it accepts what is read and nothing else.
 */
import avsc, { type Type } from 'avsc';
import { meaningOf, readLogical } from './avro-type.ts';
import {
  nested,
  readBoolean,
  readBytes,
  readBytesAsText,
  readCount,
  readDouble,
  readEmptyCount,
  readFixed,
  readFloat,
  readIndex,
  readInt,
  readLong,
  readText,
  type ReadValue,
} from './cursor.ts';
import { recordReader } from './record-reader.ts';
import { ResolutionError, collect, problem, within, type Problem } from './resolution-error.ts';
import { hasNoBytes, isUnion, nameOf, plainOf, type Union } from './type-kinds.ts';

/**
 * The pairs that were resolved, or cannot be: `resolved` has the former in their sequence. `keepsMeaning`: an amount is not read as bytes,
 * nor a time as a number, though it could be.
 */
type Session = {
  readonly pairs: Map<Type, Map<Type, ReadValue | ResolutionError>>;
  readonly resolved: [readers: Map<Type, unknown>, reader: Type][];
  readonly keepsMeaning: boolean;
};
/** The default is missing in avsc's types. */
type Enum = InstanceType<typeof avsc.types.EnumType> & { default?: string };
type Fixed = InstanceType<typeof avsc.types.FixedType>;

const { ArrayType, EnumType, MapType, RecordType } = avsc.types;

/** Throws ResolutionError when `reader` cannot read data of `writer`. The returned function throws ContractError or RangeError on invalid bytes. */
export function valueReader(writer: Type, reader: Type): ReadValue {
  return resolve(writer, reader, { pairs: new Map(), resolved: [], keepsMeaning: false });
}

/** Why `reader` cannot read data of `writer`, or would take it for something else; empty when it can. */
export function resolutionProblems(writer: Type, reader: Type): readonly Problem[] {
  const found: Problem[] = [];
  collect(found, '', () => resolve(writer, reader, { pairs: new Map(), resolved: [], keepsMeaning: true }));
  return found;
}

function resolve(writer: Type, reader: Type, session: Session): ReadValue {
  const readers = session.pairs.get(writer) ?? new Map<Type, ReadValue | ResolutionError>();
  session.pairs.set(writer, readers);
  const known = readers.get(reader);
  if (known instanceof ResolutionError) throw known;
  if (known) return known;
  // A record may contain itself: while it is resolved, its pair is this function, and when that is called, the map has the reader below.
  const readInner = (cursor: Parameters<ReadValue>[0]) => (readers.get(reader) as ReadValue)(cursor);
  readers.set(reader, (cursor) => nested(cursor, readInner));
  const before = session.resolved.length;
  try {
    const read = newReader(writer, reader, session);
    readers.set(reader, read);
    session.resolved.push([readers, reader]);
    return read;
  } catch (error) {
    // What was resolved inside may rely on this pair.
    for (const [others, other] of session.resolved.splice(before)) others.delete(other);
    if (error instanceof ResolutionError) readers.set(reader, error);
    else readers.delete(reader);
    throw error;
  }
}

function newReader(writer: Type, reader: Type, session: Session): ReadValue {
  if (isUnion(writer)) return branchOf(writer, reader, session);
  if (isUnion(reader)) return firstThatReads(writer, reader, session);
  const [from, to] = [plainOf(writer), plainOf(reader)];
  const read = plain[`${from.typeName} as ${to.typeName}`];
  if (from.typeName !== to.typeName && read === undefined)
    throw problem('type', `${nameOf(from)} cannot be read as ${nameOf(to)}: the type must stay`);
  const readConverted = readLogical(reader);
  const [is, as] = [meaningOf(writer), meaningOf(reader)];
  if (is !== as && (session.keepsMeaning || readConverted))
    throw problem('type', `${is} cannot be read as ${as}: the logical type must stay`);
  if (readConverted) return readConverted;
  if (read) return read;
  if (from.name !== to.name && !to.aliases?.includes(from.name ?? ''))
    throw problem('name', `${nameOf(from)} was renamed to ${nameOf(to)}: names must stay`);
  if (from instanceof RecordType && to instanceof RecordType)
    return recordReader(from, to, (written, wanted) => resolve(written, wanted, session));
  if (from instanceof ArrayType && to instanceof ArrayType) return arrayOf(from.itemsType, to.itemsType, session);
  if (from instanceof MapType && to instanceof MapType)
    return mapOf(within('{}', () => resolve(from.valuesType as Type, to.valuesType as Type, session)));
  if (from instanceof EnumType && to instanceof EnumType) return symbolOf(from, to);
  return fixedOf(from as Fixed, to as Fixed);
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
  'bytes as string': readBytesAsText,
};

function branchOf({ types }: Union, reader: Type, session: Session): ReadValue {
  const found: Problem[] = [];
  const branches = types.map((branch) => collect(found, '', () => resolve(branch, reader, session))!);
  if (found.length > 0) throw new ResolutionError(found);
  return (cursor) => branches[readIndex(cursor, branches.length, 'union branch')]!(cursor);
}

/** The writer's own type comes before a type that it can be promoted to: bytes of a union of text and bytes stay bytes. */
function firstThatReads(writer: Type, reader: Union, session: Session): ReadValue {
  const isSameKind = (branch: Type) => plainOf(branch).typeName === plainOf(writer).typeName;
  const isSame = (branch: Type) =>
    isSameKind(branch) && meaningOf(branch) === meaningOf(writer) && plainOf(branch).name === plainOf(writer).name;
  const rank = (branch: Type) => (isSame(branch) ? 0 : isSameKind(branch) ? 1 : 2);
  const branches = reader.types.toSorted((a, b) => rank(a) - rank(b));
  const attempts: Problem[][] = [];
  for (const branch of branches) {
    const found: Problem[] = [];
    const read = collect(found, '', () => resolve(writer, branch, session));
    if (read) return read;
    attempts.push(found);
  }
  // Of a nullable type the branch that is meant is known, and what is wrong with it says more than that none fits.
  if (isSameKind(branches[0]!)) throw new ResolutionError(attempts[0]!);
  const names = reader.types.map(nameOf).join(' or ');
  throw problem('type', `the reader has no branch for ${nameOf(writer)}, only ${names}`);
}

function arrayOf(writer: Type, reader: Type, session: Session): ReadValue {
  const readItem = within('[]', () => resolve(writer, reader, session));
  const readNext = hasNoBytes(writer) ? readEmptyCount : readCount;
  return (cursor) => {
    const items: unknown[] = [];
    for (let count = readNext(cursor); count > 0; count = readNext(cursor)) {
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
  const symbols = writer.symbols.map((symbol) => (reader.symbols.includes(symbol) ? symbol : reader.default));
  const missing = writer.symbols.filter((_, at) => symbols[at] === undefined);
  if (missing.length > 0)
    throw problem('symbols', `the reader's ${nameOf(reader)} lacks ${missing.join(', ')} and has no default symbol`);
  return (cursor) => symbols[readIndex(cursor, symbols.length, 'enum symbol')];
}

function fixedOf(writer: Fixed, reader: Fixed): ReadValue {
  const { size } = reader;
  if (writer.size !== size)
    throw problem('type', `a fixed of ${writer.size} cannot be read as one of ${size}: the size must stay`);
  return (cursor) => readFixed(cursor, size);
}
