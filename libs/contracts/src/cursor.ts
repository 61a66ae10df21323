/** Reads Avro's primitives in sequence, and refuses a length or count that exceeds the remaining bytes. */
import { isUtf8 } from 'node:buffer';
import { ContractError } from './contract-error.ts';

/**
 * `at` is the next byte; the value ends where `bytes` does. `depth` is the nesting of recursive records at `at`, `emptyItems` the number of
 * items without bytes before it.
 */
export type Cursor = { readonly bytes: Buffer; at: number; depth?: number; emptyItems?: number };

export type ReadValue = (cursor: Cursor) => unknown;

/** How deep records of a recursive type may be nested: so deep a value is read without a stack overflow. */
export const NESTING_MAX = 500;

/** How many items without bytes a message may have, such as those of an array of null: their number is all that is written of them. */
export const EMPTY_ITEMS_MAX = 65_536;

/** Zigzag, seven bits per byte. Throws ContractError when it is truncated, too long, or not a safe integer. */
export function readLong(cursor: Cursor): number {
  const first = cursor.bytes[cursor.at];
  if (first === undefined || first >= 0x80) return readLongLong(cursor);
  cursor.at += 1;
  return first & 1 ? -(first + 1) / 2 : first / 2;
}

// The first four groups of seven bits are an integer of 28 bits, and the rest is another number: halving their sum would lose a bit.
const lowBits = 28;

function readLongLong(cursor: Cursor): number {
  let low = 0;
  let high = 0;
  let highScale = 1;
  for (let length = 1; ; length += 1) {
    const byte = cursor.bytes[cursor.at];
    if (byte === undefined) throw new ContractError('TRUNCATED', 'The message ends within a number.');
    cursor.at += 1;
    if (length <= lowBits / 7) {
      low |= (byte & 0x7f) << (7 * (length - 1));
    } else {
      high += (byte & 0x7f) * highScale;
      highScale *= 128;
    }
    if (byte < 0x80) break;
    if (length === 10) throw new ContractError('UNREADABLE', 'A number has more than ten bytes.');
  }
  const half = high * 2 ** (lowBits - 1) + (low >>> 1);
  const value = low & 1 ? -half - 1 : half;
  if (!Number.isSafeInteger(value))
    throw new ContractError('UNREADABLE', 'A long is outside of -(2^53 - 1) to 2^53 - 1, so it would not be exact.');
  return value;
}

/** Passes over a number of any size. */
export function skipLong(cursor: Cursor): void {
  for (let length = 1; ; length += 1) {
    const byte = cursor.bytes[take(cursor, 1)]!;
    if (byte < 0x80) return;
    if (length === 10) throw new ContractError('UNREADABLE', 'A number has more than ten bytes.');
  }
}

export function readInt(cursor: Cursor): number {
  const value = readLong(cursor);
  if (value !== (value | 0)) throw new ContractError('UNREADABLE', `An int has the value ${value}.`);
  return value;
}

/** An index below `count`; `of` completes "There is no ...". */
export function readIndex(cursor: Cursor, count: number, of: string): number {
  const index = readLong(cursor);
  if (index >= 0 && index < count) return index;
  throw new ContractError('UNREADABLE', `There is no ${of} ${index}: there are ${count}.`);
}

export function readBoolean(cursor: Cursor): boolean {
  return cursor.bytes[take(cursor, 1)] !== 0;
}

export function readFloat(cursor: Cursor): number {
  return cursor.bytes.readFloatLE(take(cursor, 4));
}

export function readDouble(cursor: Cursor): number {
  return cursor.bytes.readDoubleLE(take(cursor, 8));
}

export function readText(cursor: Cursor): string {
  const length = readLength(cursor);
  const start = take(cursor, length);
  return cursor.bytes.toString('utf8', start, start + length);
}

/** Bytes as text: another type than the writer's, so they may be anything. */
export function readBytesAsText(cursor: Cursor): string {
  const length = readLength(cursor);
  const start = take(cursor, length);
  const bytes = cursor.bytes.subarray(start, start + length);
  if (!isUtf8(bytes)) throw new ContractError('UNREADABLE', 'Bytes are to be read as text, and they are not UTF-8.');
  return bytes.toString('utf8');
}

/** A copy, because the bytes of the message may be part of a much larger buffer. */
export function readBytes(cursor: Cursor): Buffer {
  const length = readLength(cursor);
  return readFixed(cursor, length);
}

export function readFixed(cursor: Cursor, length: number): Buffer {
  const start = take(cursor, length);
  return Buffer.from(cursor.bytes.subarray(start, start + length));
}

/** The length in bytes of the following text or bytes. */
export function readLength(cursor: Cursor): number {
  const length = readLong(cursor);
  if (length < 0) throw new ContractError('UNREADABLE', `A text has the length ${length}.`);
  return length;
}

/** The number of items in the next block of an array or map; 0 after the last block. Each item has at least one byte. */
export function readCount(cursor: Cursor): number {
  let count = readLong(cursor);
  if (count < 0) {
    readLong(cursor); // the block's size in bytes follows a negative count
    count = -count;
  }
  const left = cursor.bytes.length - cursor.at;
  if (count > left) throw new ContractError('TRUNCATED', `${count} items are announced and ${left} bytes left.`);
  return count;
}

/** The same for items without bytes. Throws ContractError when there are more than EMPTY_ITEMS_MAX in the message. */
export function readEmptyCount(cursor: Cursor): number {
  const count = readLong(cursor);
  if (count < 0) readLong(cursor);
  cursor.emptyItems = (cursor.emptyItems ?? 0) + Math.abs(count);
  if (cursor.emptyItems > EMPTY_ITEMS_MAX)
    throw new ContractError('UNREADABLE', `It has more than ${EMPTY_ITEMS_MAX} items without bytes.`);
  return Math.abs(count);
}

/** Calls `work` one level deeper. Throws ContractError beyond NESTING_MAX. */
export function nested<T>(cursor: Cursor, work: (cursor: Cursor) => T): T {
  const depth = (cursor.depth ?? 0) + 1;
  if (depth > NESTING_MAX)
    throw new ContractError('UNREADABLE', `Its records are nested more than ${NESTING_MAX} levels deep.`);
  cursor.depth = depth;
  const result = work(cursor);
  cursor.depth = depth - 1;
  return result;
}

/** Skips `length` bytes, and returns where they start. */
export function take(cursor: Cursor, length: number): number {
  const start = cursor.at;
  const left = cursor.bytes.length - start;
  if (length > left) throw new ContractError('TRUNCATED', `${length} bytes are announced and ${left} left.`);
  cursor.at = start + length;
  return start;
}
