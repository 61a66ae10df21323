/** Schemas as avsc types, configured for the generated message types: cents, Dates, validated ids, plain objects and nullables. */
import avsc, { type Type } from 'avsc';
import { readLength, readLong, take, type Cursor, type ReadValue } from './cursor.ts';
import { bytesOfCents, centsAt, centsOfBytes } from './decimal-cents.ts';
import { SafeLong } from './safe-long.ts';
import { assertWritable } from './writable-types.ts';

type LogicalSchema = { type?: unknown; logicalType?: unknown; precision?: number; scale?: number };
type LogicalClass = new (schema: avsc.Schema, options?: unknown) => avsc.types.LogicalType;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const uuidLength = 36;
const dash = 0x2d;
const hexDigits = Uint8Array.from({ length: 256 }, (_, byte) => Number(/[0-9a-f]/i.test(String.fromCharCode(byte))));

// The years of RFC 3339. Far outside of them avsc rounds, and reads -2^52 - 1 as a positive number.
const earliestMs = Date.parse('0000-01-01T00:00:00.000Z');
const latestMs = Date.parse('9999-12-31T23:59:59.999Z');

// avsc's extension point for logical types; the methods with an underscore are its documented hooks.

class DecimalCents extends avsc.types.LogicalType {
  constructor(schema: avsc.Schema, options?: unknown) {
    assertFits(schema, 'Money is bytes, decimal, precision 10, scale 2');
    super(schema, options);
  }
  override _fromValue = centsOfBytes;
  override _toValue = bytesOfCents;
  override _resolve(writer: Type): unknown {
    return sameLogicalType(this, writer);
  }
}

class TimestampMillis extends avsc.types.LogicalType {
  constructor(schema: avsc.Schema, options?: unknown) {
    assertFits(schema, 'A time is a long, timestamp-millis');
    super(schema, options);
  }
  override _fromValue = timeOf;
  override _toValue(date: unknown): number | undefined {
    return date instanceof Date && isInRange(date.getTime()) ? date.getTime() : undefined;
  }
  override _resolve(writer: Type): unknown {
    return sameLogicalType(this, writer);
  }
}

class UuidText extends avsc.types.LogicalType {
  constructor(schema: avsc.Schema, options?: unknown) {
    assertFits(schema, 'An id is a string, uuid');
    super(schema, options);
  }
  override _fromValue(text: string): string {
    if (!uuid.test(text)) throw new RangeError('Cannot decode id: it is not a UUID.');
    return text;
  }
  override _toValue(text: unknown): string | undefined {
    return typeof text === 'string' && uuid.test(text) ? text : undefined;
  }
  override _resolve(writer: Type): unknown {
    return sameLogicalType(this, writer);
  }
}

/** A logical type that the messages do not have: its values are those of the type under it, and only its meaning is known. */
class OtherMeaning extends avsc.types.LogicalType {
  readonly meaning: string;

  constructor(schema: avsc.Schema, options?: unknown) {
    super({ ...(schema as object), logicalType: undefined } as unknown as avsc.Schema, options);
    const { logicalType, precision, scale } = schema as LogicalSchema;
    this.meaning = logicalType === 'decimal' ? `decimal(${precision ?? 0},${scale ?? 0})` : String(logicalType);
    // the part of typeName that avsc takes from the schema
    Object.assign(this, { _logicalTypeName: this.meaning });
  }
  override _fromValue(value: unknown): unknown {
    return value;
  }
  override _toValue(value: unknown): unknown {
    return value;
  }
  override _resolve(writer: Type): unknown {
    return writer instanceof OtherMeaning && writer.meaning === this.meaning ? (value: unknown) => value : undefined;
  }
}

/** `meaning` is the only form of the logical type that messages may have. */
const logicalTypes: Readonly<Record<string, { type: LogicalClass; meaning: string; fits: LogicalSchema }>> = {
  decimal: { type: DecimalCents, meaning: 'decimal(10,2)', fits: { type: 'bytes', precision: 10, scale: 2 } },
  'timestamp-millis': { type: TimestampMillis, meaning: 'timestamp-millis', fits: { type: 'long' } },
  uuid: { type: UuidText, meaning: 'uuid', fits: { type: 'string' } },
};

/** Throws Error when the text is not an Avro schema, contains a decimal that is not money, or a type whose values cannot be written. */
export function avroTypeOf(schemaText: string): Type {
  const type = typeOf(JSON.parse(schemaText) as avsc.Schema, { isOurs: true });
  assertWritable(type);
  return type;
}

/**
 * The type of a schema of others, to be read and not to be written: any union, any logical type, and no defaults, which only a reader uses.
 * Throws Error when the text is not an Avro schema.
 */
export function writerTypeOf(schemaText: string): Type {
  const withoutDefault = (key: string, value: unknown) => (key === 'default' ? undefined : value);
  return typeOf(JSON.parse(schemaText, withoutDefault) as avsc.Schema, { isOurs: false });
}

/** The same with defaults: for the check, which compares schemas before they are known to be sound. */
export function comparedTypeOf(schemaText: string): Type {
  return typeOf(JSON.parse(schemaText) as avsc.Schema, { isOurs: false });
}

function typeOf(schema: avsc.Schema, { isOurs }: { isOurs: boolean }): Type {
  const registry: Record<string, Type> = {};
  const type = avsc.Type.forSchema(schema, {
    assertLogicalTypes: true,
    logicalTypes: logicalTypesIn(schema, { isOurs }),
    omitRecordMethods: true,
    registry,
    typeHook: (each) => (isPlainLong(each) ? new SafeLong() : undefined),
    wrapUnions: isOurs ? 'never' : 'always',
  });
  for (const named of Object.values(registry)) {
    // so that a decoded record is a plain object
    if (named instanceof avsc.types.RecordType)
      (named.recordConstructor as { prototype: object }).prototype = Object.prototype;
    // so that "constructor" is not taken for a symbol
    if (named instanceof avsc.types.EnumType)
      Object.setPrototypeOf((named as unknown as { _indices: object })._indices, null);
  }
  return type;
}

function isPlainLong(schema: avsc.Schema): boolean {
  if (schema === 'long') return true;
  const { type, logicalType } = schema as LogicalSchema;
  return type === 'long' && typeof logicalType !== 'string';
}

/** A class for each logical type that the schema names; the schemas of others may have other forms of ours. */
function logicalTypesIn(schema: avsc.Schema, { isOurs }: { isOurs: boolean }): Record<string, LogicalClass> {
  const classes: Record<string, LogicalClass> = {};
  JSON.stringify(schema, (key, value: unknown) => {
    if (key === 'logicalType' && typeof value === 'string') classes[value] = classOf(value, isOurs);
    return value;
  });
  return classes;
}

function classOf(logicalType: string, isOurs: boolean): LogicalClass {
  const own = Object.hasOwn(logicalTypes, logicalType) ? logicalTypes[logicalType] : undefined;
  if (own === undefined) return OtherMeaning;
  if (isOurs) return own.type;
  return function (schema: avsc.Schema, options?: unknown) {
    return fits(schema) ? new own.type(schema, options) : new OtherMeaning(schema, options);
  } as unknown as LogicalClass;
}

function fits(schema: avsc.Schema): boolean {
  const wanted = logicalTypes[(schema as LogicalSchema).logicalType as string]?.fits ?? {};
  return Object.entries(wanted).every(([key, value]) => (schema as Record<string, unknown>)[key] === value);
}

function assertFits(schema: avsc.Schema, rule: string): void {
  if (!fits(schema)) throw new Error(`${rule}; this is ${JSON.stringify(schema)}.`);
}

/** What the values mean beside their type: reading 12.50 as 0.1250, or a time as a count, is worse than not reading it. */
export function meaningOf(type: Type): string {
  if (type instanceof OtherMeaning) return type.meaning;
  const own = Object.values(logicalTypes).find((each) => type instanceof each.type);
  return own?.meaning ?? 'no logical type';
}

/** The reader of a logical type that is converted, else undefined. It throws ContractError or RangeError on invalid bytes. */
export function readLogical(type: Type): ReadValue | undefined {
  if (type instanceof DecimalCents) return readCents;
  if (type instanceof TimestampMillis) return readTime;
  return type instanceof UuidText ? readUuid : undefined;
}

function readTime(cursor: Cursor): Date {
  return timeOf(readLong(cursor));
}

function timeOf(ms: number): Date {
  if (!isInRange(ms)) throw new RangeError(`Cannot decode time: ${ms} ms is outside the years 0 to 9999.`);
  return new Date(ms);
}

function readCents(cursor: Cursor): number {
  const length = readLength(cursor);
  return centsAt(cursor.bytes, take(cursor, length), length);
}

function readUuid(cursor: Cursor): string {
  const length = readLength(cursor);
  const start = take(cursor, length);
  if (length !== uuidLength || !isUuidAt(cursor.bytes, start))
    throw new RangeError('Cannot decode id: it is not a UUID.');
  return cursor.bytes.toString('latin1', start, start + length);
}

/** The same check as the expression above, on bytes: twice as fast, and a message has many ids. */
function isUuidAt(bytes: Buffer, start: number): boolean {
  for (let at = 0; at < uuidLength; at += 1) {
    const byte = bytes[start + at]!;
    const isDash = at === 8 || at === 13 || at === 18 || at === 23;
    if (isDash ? byte !== dash : hexDigits[byte] === 0) return false;
  }
  return true;
}

/** avsc passes the value that the writer's type has read; for the same logical type that is the result. */
function sameLogicalType(reader: Type, writer: Type): unknown {
  return writer.typeName === reader.typeName ? (value: unknown) => value : undefined;
}

function isInRange(ms: number): boolean {
  return ms >= earliestMs && ms <= latestMs;
}
