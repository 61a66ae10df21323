/** Avro decimal(10,2) as integer cents: two's complement, big-endian, exact in both directions. */
import { CENTS_MAX, assertCents, type Cents } from './money.ts';

const bytesMax = 6; // what Buffer reads as one exact integer; decimal(10,2) needs 5

/** The shortest encoding of the amount, as of Java's BigInteger. Throws RangeError outside DECIMAL(10,2). */
export function bytesOfCents(cents: Cents): Buffer {
  assertCents(cents, 'encode');
  let length = 1;
  for (let limit = 128; cents >= limit || cents < -limit; limit *= 256) length += 1;
  const bytes = Buffer.allocUnsafe(length);
  bytes.writeIntBE(cents, 0, length);
  return bytes;
}

/** Reads every valid encoding, also longer ones with leading sign bytes. Throws RangeError outside DECIMAL(10,2). */
export function centsOfBytes(bytes: Uint8Array): Cents {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return centsAt(buffer, 0, buffer.length);
}

/** The same for `length` bytes from `start` on, which must exist. */
export function centsAt(bytes: Buffer, start: number, length: number): Cents {
  if (length === 0) throw new RangeError('Cannot decode amount: it has no bytes.');
  const surplus = Math.max(0, length - bytesMax);
  const cents = bytes.readIntBE(start + surplus, length - surplus);
  const sign = cents < 0 ? 0xff : 0;
  for (let at = start; at < start + surplus; at += 1) {
    if (bytes[at] !== sign)
      throw new RangeError(`Cannot decode amount: its ${length} bytes hold more than ${CENTS_MAX} cents.`);
  }
  assertCents(cents, 'decode');
  return cents;
}
