import { lz4Compress, snappyCompress } from '@platformatic/wasm-utils';
import fc from 'fast-check';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createAssignedPartitions, type PartitionStep } from '../src/kafka/assigned-partitions.ts';
import type { ReceivedMessage } from '../src/kafka/client.ts';
import { codecNames, unpack } from '../src/kafka/compression.ts';
import { crc32c } from '../src/kafka/crc32c.ts';
import { readRecordBatch, splitRecordSet, type RecordBatch } from '../src/kafka/record-batch.ts';
import { until } from '@oms/test-kit';

const place = { topic: 'order-events', partition: 2 };
const pack = [
  (bytes: Buffer) => bytes,
  (bytes: Buffer) => gzipSync(bytes),
  (bytes: Buffer) => snappyCompress(bytes),
  (bytes: Buffer) => lz4Compress(bytes),
  (bytes: Buffer) => zstdCompressSync(bytes),
];

test('the checksum is CRC-32C', () => {
  expect(crc32c(Buffer.from('123456789')).toString(16)).toBe('e3069283');
});

test.each(codecNames.map((name, codec) => [name, codec] as const))(
  'whatever was packed by %s is unpacked, up to the bound and not beyond',
  async (_name, codec) => {
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 3_000 }),
      fc.integer({ min: 1, max: 3_000_000 }).map((length) => new Uint8Array(length)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (any) => {
        const packed = pack[codec]!(Buffer.from(any));
        expect((await unpack(codec, packed, any.length)).equals(Buffer.from(any))).toBe(true);
        if (codec > 0 && any.length > 1) await expect(unpack(codec, packed, any.length - 1)).rejects.toThrow();
      }),
      { numRuns: 40 },
    );
  },
);

test.each(codecNames.map((name, codec) => [name, codec] as const).slice(1))(
  'broken bytes of %s are an error or other bytes, and soon, and the next ones are unpacked',
  async (_name, codec) => {
    const text = Buffer.from('the same words and the same words and others '.repeat(2_000));
    const packed = pack[codec]!(text);
    const change = fc.record({ at: fc.nat(packed.length - 1), to: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.nat(packed.length),
        async (changes, cut) => {
          const broken = Buffer.from(packed);
          for (const { at, to } of changes) broken[at] = to;
          for (const bytes of [broken, broken.subarray(0, cut)]) {
            const unpacked = await unpack(codec, bytes, 200_000).catch(() => Buffer.alloc(0));
            expect(unpacked.length).toBeLessThanOrEqual(200_000);
          }
        },
      ),
      { numRuns: 300 },
    );
    expect((await unpack(codec, packed, text.length)).equals(text)).toBe(true);
  },
);

test('blocks of Snappy as the Java client writes them are read', async () => {
  const [one, two] = [snappyCompress(Buffer.from('one, ')), snappyCompress(Buffer.from('two'))];
  const header = Buffer.from('82534e4150505900' + '00000001' + '00000001', 'hex');
  const bytes = Buffer.concat([header, sized(one), sized(two)]);
  expect((await unpack(2, bytes, 8)).toString()).toBe('one, two');
  await expect(unpack(2, bytes, 7)).rejects.toThrow();
  await expect(unpack(2, bytes.subarray(0, -1), 8)).rejects.toThrow('cut off');
});

test('linked blocks of LZ4, where a later one refers to an earlier one, are read', async () => {
  // "abcdefgh" as literals; then a match of 8 bytes, 8 back, and the literals "!!!!!".
  const first = Buffer.concat([Buffer.from([0x80]), Buffer.from('abcdefgh')]);
  const second = Buffer.concat([Buffer.from([0x04, 8, 0, 0x50]), Buffer.from('!!!!!')]);
  const frame = Buffer.concat([Buffer.from('04224d184040c0', 'hex'), sizedLe(first), sizedLe(second), Buffer.alloc(4)]);
  expect((await unpack(3, frame, 100)).toString()).toBe('abcdefghabcdefgh!!!!!');
});

test('an unknown codec is named', async () => {
  await expect(unpack(6, Buffer.alloc(4), 100)).rejects.toThrow('Codec 6 is unknown. This version reads none, gzip,');
});

test('a record set is split where its batches end; one that is cut off at the end comes again', () => {
  const set = Buffer.concat([batch({ base: 3n, values: ['a', 'b'] }), batch({ base: 5n, values: ['c'] })]);
  const found = splitRecordSet({ ...place, from: 4n }, Buffer.concat([set, set.subarray(0, 30)]), []);
  expect(found).toMatchObject([
    { ...place, from: 4n, last: 4n, records: 2, holds: 'records' },
    { ...place, from: 5n, last: 5n, records: 1, holds: 'records' },
  ]);
});

test('records carry their offsets, keys, values and headers, also those without a value', async () => {
  const [found] = splitRecordSet({ ...place, from: 8n }, batch({ base: 7n, values: ['a', 'b'] }), []);
  expect(await messagesOf(found!)).toEqual([
    {
      ...place,
      offset: 8n,
      key: null,
      value: Buffer.from('b'),
      headers: { name: Buffer.from('text'), none: null, twice: [Buffer.from('1'), Buffer.from('2')] },
    },
  ]);
});

test('a batch with a wrong checksum, of another format or with broken records cannot be read, and says so', async () => {
  const whole = batch({ base: 7n, values: ['a', 'b'] });
  const flipped = Buffer.from(whole);
  flipped[flipped.length - 1]! ^= 1;
  const old = Buffer.from(whole);
  old[16] = 1;
  const short = batch({ base: 7n, values: ['a', 'b'], records: 3 });
  for (const [bytes, text] of [
    [flipped, 'Its checksum is wrong.'],
    [old, 'Its format is 1; this version reads format 2.'],
    [short, 'Record 3 of 3 is broken.'],
  ] as const) {
    const [found] = splitRecordSet({ ...place, from: 0n }, bytes, []);
    await expect(messagesOf(found!)).rejects.toThrow(text);
  }
});

test('control records and those of an aborted transaction hold nothing, until its marker', () => {
  const set = Buffer.concat([
    batch({ base: 0n, values: ['of 7'], producerId: 7n, transactional: true }),
    batch({ base: 1n, values: ['of 8'], producerId: 8n, transactional: true }),
    batch({ base: 2n, values: ['plain of 7'], producerId: 7n }),
    batch({ base: 3n, producerId: 7n, transactional: true, control: 'abort' }),
    batch({ base: 4n, values: ['again of 7'], producerId: 7n, transactional: true }),
    batch({ base: 5n, producerId: 8n, transactional: true, control: 'commit' }),
  ]);
  const found = splitRecordSet({ ...place, from: 0n }, set, [{ producerId: 7n, firstOffset: 0n }]);
  expect(found.map(({ holds }) => holds)).toEqual(['nothing', 'records', 'records', 'nothing', 'records', 'nothing']);
});

test('what precedes a broken record is handed out, then the rest of its batch as one step, then what follows', async () => {
  const steps: PartitionStep[] = [];
  const partitions = createAssignedPartitions({
    onStep: (step) => Promise.resolve(void steps.push(step)),
    onFailure: () => undefined,
  });
  partitions.assign([place]);
  const set = Buffer.concat([
    batch({ base: 0n, values: ['a', 'b'], records: 3, lastDelta: 2 }),
    batch({ base: 3n, values: ['c'] }),
  ]);
  partitions.enqueue({ ...place, batches: splitRecordSet({ ...place, from: 0n }, set, []) });
  await until('all of it was handed out', () => steps.length === 3);
  expect(steps).toMatchObject([{ end: 2n }, { first: 2n, end: 3n }, { end: 4n }]);
  expect(partitions.nextOffset(place, '0')).toBe('4');
});

test('a step that fails ends its partition until it is assigned anew, and no other', async () => {
  const steps: string[] = [];
  const failures: Error[] = [];
  const partitions = createAssignedPartitions({
    onStep({ partition, end }) {
      steps.push(`${partition}: ${end}`);
      return partition === 2 && end === 1n ? Promise.reject(new Error('no')) : Promise.resolve();
    },
    onFailure: (error) => failures.push(error),
  });
  const other = { ...place, partition: 3 };
  const enqueue = (base: bigint) => {
    for (const at of [place, other]) {
      partitions.enqueue({ ...at, batches: splitRecordSet({ ...at, from: base }, batch({ base, values: ['a'] }), []) });
    }
  };
  partitions.assign([place, other]);
  enqueue(0n);
  await until('it has failed', () => failures.length === 1);
  expect([partitions.isFull(place), partitions.isFull(other)]).toEqual([true, false]);
  enqueue(1n);
  await until('the other goes on', () => steps.includes('3: 2'));
  expect(steps.filter((step) => step.startsWith('2'))).toEqual(['2: 1']);
  partitions.assign([place, other]);
  enqueue(1n);
  await until('it goes on as well', () => steps.includes('2: 2'));
});

async function messagesOf(found: RecordBatch): Promise<ReceivedMessage[]> {
  const messages: ReceivedMessage[] = [];
  const records = await readRecordBatch(found);
  for (let next = records.next(); !next.done; next = records.next()) messages.push(next.value);
  return messages;
}

function batch({
  base,
  values = [],
  producerId = -1n,
  transactional = false,
  control,
  records,
  lastDelta,
}: {
  base: bigint;
  values?: string[];
  producerId?: bigint;
  transactional?: boolean;
  control?: 'commit' | 'abort';
  /** What the batch says that it has. */
  records?: number;
  lastDelta?: number;
}): Buffer {
  const bodies = control
    ? [record(0, Buffer.from(control === 'abort' ? '00000000' : '00000001', 'hex'), Buffer.alloc(6))]
    : values.map((value, at) => record(at, null, Buffer.from(value)));
  const header = Buffer.alloc(61);
  header.writeBigInt64BE(base, 0);
  header[16] = 2;
  header.writeInt16BE((transactional ? 0x10 : 0) | (control ? 0x20 : 0), 21);
  header.writeInt32BE(lastDelta ?? bodies.length - 1, 23);
  header.writeBigInt64BE(producerId, 43);
  header.writeInt32BE(records ?? bodies.length, 57);
  const whole = Buffer.concat([header, ...bodies]);
  whole.writeInt32BE(whole.length - 12, 8);
  whole.writeUInt32BE(crc32c(whole.subarray(21)), 17);
  return whole;
}

function record(delta: number, key: Buffer | null, value: Buffer): Buffer {
  const headers = Buffer.concat([
    varint(4),
    ...[
      ['name', 'text'],
      ['none', null],
      ['twice', '1'],
      ['twice', '2'],
    ].map(([name, text]) =>
      Buffer.concat([bytes(Buffer.from(name!)), bytes(text === null ? null : Buffer.from(text!))]),
    ),
  ]);
  const body = Buffer.concat([Buffer.from([0, 0]), varint(delta), bytes(key), bytes(value), headers]);
  return Buffer.concat([varint(body.length), body]);
}

function bytes(of: Buffer | null): Buffer {
  return of === null ? varint(-1) : Buffer.concat([varint(of.length), of]);
}

function varint(value: number): Buffer {
  const parts: number[] = [];
  let left = ((value << 1) ^ (value >> 31)) >>> 0;
  for (; left > 0x7f; left >>>= 7) parts.push((left & 0x7f) | 0x80);
  return Buffer.from([...parts, left]);
}

function sized(block: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(block.length);
  return Buffer.concat([size, block]);
}

function sizedLe(block: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(block.length);
  return Buffer.concat([size, block]);
}
