/**
 * Avro's long as a number: exactly from -(2^53 - 1) to 2^53 - 1, the integers that a JavaScript number holds, and nothing outside.
 * avsc's own doubles a number to write it, and from 2^52 on loses its last bit.
 */
import avsc from 'avsc';
import { readLong } from './cursor.ts';

/** The parts of avsc's tap that a type writes to and reads from. */
type Tap = { buf: Buffer; pos: number; writeLong(value: number): void; writeFixed(bytes: Buffer): void };
type Hook = (value: unknown, type: unknown) => void;

const doubledMax = 2 ** 52;

export class SafeLong extends avsc.types.LongType {
  _check(value: unknown, _flags?: unknown, hook?: Hook): boolean {
    const isSafe = Number.isSafeInteger(value);
    if (!isSafe && hook) hook(value, this);
    return isSafe;
  }
  _write(tap: Tap, value: unknown): void {
    if (!Number.isSafeInteger(value)) throw new RangeError('A long must be an integer from -(2^53 - 1) to 2^53 - 1.');
    const long = value as number;
    if (long < doubledMax && long > -doubledMax) tap.writeLong(long);
    else tap.writeFixed(bytesOf(long));
  }
  _read(tap: Tap): number {
    const cursor = { bytes: tap.buf, at: tap.pos };
    const value = readLong(cursor);
    tap.pos = cursor.at;
    return value;
  }
}

/** Zigzag, seven bits per byte; the bit of the sign is kept apart. */
function bytesOf(long: number): Buffer {
  const isNegative = long < 0;
  let rest = isNegative ? -long - 1 : long;
  const groups = [(rest % 64) * 2 + Number(isNegative)];
  for (rest = Math.floor(rest / 64); rest > 0; rest = Math.floor(rest / 128)) groups.push(rest % 128);
  return Buffer.from(groups.map((group, at) => (at < groups.length - 1 ? group | 0x80 : group)));
}
