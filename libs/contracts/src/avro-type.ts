/** Schemas as avsc types, configured for the generated message types: cents, Dates, validated ids, plain objects and nullables. */
import avsc, { type Type } from 'avsc';
import { readLength, readLong, take, type Cursor, type ReadValue } from './cursor.ts';
import { bytesOfCents, centsAt, centsOfBytes } from './decimal-cents.ts';

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
    super(schema, options);
    const { precision, scale } = schema as { precision?: number; scale?: number };
    if (precision !== 10 || scale !== 2 || this.underlyingType.typeName !== 'bytes') {
      throw new Error(`Money is bytes, decimal, precision 10, scale 2; this is ${JSON.stringify(schema)}.`);
    }
  }
  override _fromValue = centsOfBytes;
  override _toValue = bytesOfCents;
  override _resolve(writer: Type): unknown {
    return sameLogicalType(this, writer);
  }
}

class TimestampMillis extends avsc.types.LogicalType {
  override _fromValue = timeOf;
  override _toValue(date: unknown): number | undefined {
    return date instanceof Date && isInRange(date.getTime()) ? date.getTime() : undefined;
  }
  override _resolve(writer: Type): unknown {
    return sameLogicalType(this, writer);
  }
}

class UuidText extends avsc.types.LogicalType {
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

/** Throws Error when the text is not an Avro schema, or contains a decimal that is not money. */
export function avroTypeOf(schemaText: string): Type {
  const registry: Record<string, Type> = {};
  const type = avsc.Type.forSchema(JSON.parse(schemaText) as avsc.Schema, {
    assertLogicalTypes: true,
    logicalTypes: { decimal: DecimalCents, 'timestamp-millis': TimestampMillis, uuid: UuidText },
    omitRecordMethods: true,
    registry,
    wrapUnions: 'never',
  });
  for (const named of Object.values(registry)) {
    // so that a decoded record is a plain object
    if (named instanceof avsc.types.RecordType)
      (named.recordConstructor as { prototype: object }).prototype = Object.prototype;
  }
  return type;
}

/** The reader of a logical type. It throws ContractError or RangeError on invalid bytes. */
export function readLogical(type: Type): ReadValue {
  if (type instanceof DecimalCents) return readCents;
  if (type instanceof TimestampMillis) return readTime;
  if (type instanceof UuidText) return readUuid;
  throw new Error(`Cannot read logical type "${type.typeName}". Add it to avro-type.ts.`);
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
