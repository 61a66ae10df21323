// Kafka's record batches: split from a fetched record set, then checked, unpacked and read one record at a time.
//
// https://kafka.apache.org/documentation/#recordbatch. A batch that cannot be read is an error of this batch alone.

import type { MessageHeaders, ReceivedMessage, TopicPartition } from './client.ts';
import { codecNames, unpack } from './compression.ts';
import { crc32c } from './crc32c.ts';

export type RecordBatch = TopicPartition & {
  /** The first offset to read in it; a batch may begin before the offset that was asked for. */
  from: bigint;
  last: bigint;
  records: number;
  bytes: Buffer;
  /** `nothing`: control records, or records of an aborted transaction. They are nobody's to read. */
  holds: 'records' | 'nothing';
};

export type AbortedTransaction = { producerId: bigint; firstOffset: bigint };

/** A batch that no attempt can read. The message names the codec and the sizes. */
export class UnreadableBatchError extends Error {
  override name = 'UnreadableBatchError';
}

/** What the records of one batch may unpack to. Kafka bounds only the packed size. */
export const unpackedBytesMax = 32 * 1024 * 1024;

const headerBytes = 61;
const readableMagic = 2;
const at = { length: 8, magic: 16, crc: 17, attributes: 21, lastDelta: 23, producerId: 43, records: 57 };
const transactional = 0x10;
const control = 0x20;

/**
 * The complete batches of a record set from `from` on; its end may be cut off. Each is a copy, so that a batch that waits does not keep the
 * whole answer in memory.
 */
export function splitRecordSet(
  { topic, partition, from }: TopicPartition & { from: bigint },
  recordSet: Buffer,
  abortedTransactions: readonly AbortedTransaction[],
): RecordBatch[] {
  const found: RecordBatch[] = [];
  const toCome = abortedTransactions.toSorted((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1));
  const aborting = new Set<bigint>();
  for (let start = 0; start + at.crc <= recordSet.length;) {
    const end = start + 12 + recordSet.readInt32BE(start + at.length);
    if (end > recordSet.length || end <= start) break;
    const bytes = Buffer.from(recordSet.subarray(start, end));
    start = end;
    const base = bytes.readBigInt64BE(0);
    const isReadable = bytes[at.magic] === readableMagic && bytes.length >= headerBytes;
    const last = isReadable ? base + BigInt(bytes.readInt32BE(at.lastDelta)) : base;
    const holds = isReadable && isNothing(bytes, last) ? ('nothing' as const) : ('records' as const);
    const records = isReadable ? bytes.readInt32BE(at.records) : 1;
    if (last >= from) found.push({ topic, partition, from: base > from ? base : from, last, records, bytes, holds });
  }
  return found;

  /** As Kafka's own clients: from the first offset of an aborted transaction to its marker, the records of its producer are nothing. */
  function isNothing(bytes: Buffer, last: bigint): boolean {
    const attributes = bytes.readInt16BE(at.attributes);
    const producerId = bytes.readBigInt64BE(at.producerId);
    while (toCome[0] && toCome[0].firstOffset <= last) aborting.add(toCome.shift()!.producerId);
    if (attributes & control) {
      if (isAbortMarker(bytes)) aborting.delete(producerId);
      return true;
    }
    return (attributes & transactional) !== 0 && aborting.has(producerId);
  }
}

/** The key of a control record is a version and a type, 0 for an abort. Control batches are not packed. */
function isAbortMarker(bytes: Buffer): boolean {
  const reader = createReader(bytes.subarray(headerBytes));
  reader.varint();
  reader.skip(1);
  reader.skipNumber();
  reader.varint();
  return reader.bytes()?.readInt16BE(2) === 0;
}

/** The messages of a batch from `from` on. @throws UnreadableBatchError, also while it is iterated */
export async function readRecordBatch(batch: RecordBatch): Promise<Iterator<ReceivedMessage, undefined>> {
  const { bytes, records } = batch;
  const magic = bytes[at.magic]!;
  if (magic !== readableMagic) throw unreadable(batch, `Its format is ${magic}; this version reads format 2.`);
  if (bytes.length < headerBytes || crc32c(bytes.subarray(at.attributes)) !== bytes.readUInt32BE(at.crc)) {
    throw unreadable(batch, 'Its checksum is wrong.');
  }
  const codec = bytes.readInt16BE(at.attributes) & 7;
  let unpacked: Buffer;
  try {
    unpacked = await unpack(codec, bytes.subarray(headerBytes), unpackedBytesMax);
  } catch (error) {
    const reason =
      (error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE'
        ? `It unpacks to more than ${unpackedBytesMax} bytes.`
        : (error as Error).message;
    throw unreadable(batch, reason, error);
  }
  return messagesOf(batch, records, unpacked);
}

function* messagesOf(batch: RecordBatch, records: number, unpacked: Buffer): Generator<ReceivedMessage, undefined> {
  const { topic, partition, from, bytes } = batch;
  const base = bytes.readBigInt64BE(0);
  const reader = createReader(unpacked);
  for (let index = 0; index < records; index++) {
    let message: ReceivedMessage;
    try {
      const size = reader.varint();
      const end = reader.position() + size;
      reader.skip(1);
      reader.skipNumber();
      const offset = base + BigInt(reader.varint());
      message = { topic, partition, offset, key: reader.bytes(), value: reader.bytes(), headers: readHeaders(reader) };
      if (reader.position() !== end) throw new RangeError('A record has another length than it says.');
    } catch (error) {
      throw unreadable(batch, `Record ${index + 1} of ${records} is broken.`, error);
    }
    if (message.offset >= from) yield message;
  }
  return undefined;
}

function readHeaders(reader: Reader): MessageHeaders {
  const headers: MessageHeaders = {};
  for (let left = reader.varint(); left > 0; left--) {
    const name = reader.bytes()?.toString() ?? '';
    const value = reader.bytes();
    const known = Object.hasOwn(headers, name) ? headers[name] : undefined;
    const next = known === undefined ? value : Array.isArray(known) ? [...known, value] : [known, value];
    // Not by assignment: a header may be called __proto__.
    Object.defineProperty(headers, name, { value: next, enumerable: true, writable: true, configurable: true });
  }
  return headers;
}

function unreadable({ bytes, last }: RecordBatch, reason: string, cause?: unknown): UnreadableBatchError {
  const codec = codecNames[(bytes[at.attributes + 1] ?? 0) & 7] ?? 'unknown codec';
  const first = bytes.readBigInt64BE(0);
  return new UnreadableBatchError(
    `The batch of offsets ${first} to ${last} cannot be read (${codec}, ${bytes.length} bytes). ${reason}`,
    { cause },
  );
}

type Reader = ReturnType<typeof createReader>;

function createReader(bytes: Buffer) {
  let position = 0;

  return {
    position: () => position,
    skip(count: number) {
      position += count;
    },
    /** Passes a number of any length. */
    skipNumber() {
      while (next() >= 0x80);
    },
    varint,
    /** Bytes after their length; null when the length is negative. */
    bytes(): Buffer | null {
      const length = varint();
      if (length < 0) return null;
      if (position + length > bytes.length) throw tooShort();
      position += length;
      return bytes.subarray(position - length, position);
    },
  };

  /** 32 bits: seven a byte, the lowest first, the sign in the lowest bit. */
  function varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = next();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1);
    }
    throw new RangeError('A number is too long.');
  }

  function next(): number {
    if (position >= bytes.length) throw tooShort();
    return bytes[position++]!;
  }
}

function tooShort(): RangeError {
  return new RangeError('The bytes end too early.');
}
