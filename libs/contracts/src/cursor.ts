/** Reads Avro's primitives in sequence, and refuses a length or count that exceeds the remaining bytes. */
import { ContractError } from './contract-error.ts';

/** `at` is the next byte; the value ends where `bytes` does. */
export type Cursor = { readonly bytes: Buffer; at: number };

export type ReadValue = (cursor: Cursor) => unknown;

/** Zigzag, seven bits per byte. Throws ContractError when it is truncated, too long, or not a safe integer. */
export function readLong(cursor: Cursor): number {
  const first = cursor.bytes[cursor.at];
  if (first === undefined || first >= 0x80) return readLongLong(cursor);
  cursor.at += 1;
  return first & 1 ? -(first + 1) / 2 : first / 2;
}

function readLongLong(cursor: Cursor): number {
  let value = 0;
  let scale = 1;
  for (let length = 1; ; length += 1) {
    const byte = cursor.bytes[cursor.at];
    if (byte === undefined) throw new ContractError('TRUNCATED', 'The message ends within a number.');
    cursor.at += 1;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) break;
    if (length === 10) throw new ContractError('UNREADABLE', 'A number has more than ten bytes.');
    scale *= 128;
  }
  if (!Number.isSafeInteger(value)) throw new ContractError('UNREADABLE', 'A number is too large to be exact.');
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
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

/** The number of items in the next block of an array or map; 0 after the last block. Each item of our schemas has at least one byte. */
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

/** Skips `length` bytes, and returns where they start. */
export function take(cursor: Cursor, length: number): number {
  const start = cursor.at;
  const left = cursor.bytes.length - start;
  if (length > left) throw new ContractError('TRUNCATED', `${length} bytes are announced and ${left} left.`);
  cursor.at = start + length;
  return start;
}
