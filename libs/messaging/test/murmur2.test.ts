import fc from 'fast-check';
import { Partitioners } from 'kafkajs';
import { expect, test } from 'vitest';
import { partitionOf } from '../src/kafka/murmur2.ts';

test('a key goes to the partition that the client library would choose', () => {
  const choose = Partitioners.DefaultPartitioner();
  const partition = { partitionErrorCode: 0, leader: 0, replicas: [], isr: [] };
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 50 }), (bytes, count) => {
      const partitionMetadata = Array.from({ length: count }, (_, partitionId) => ({ ...partition, partitionId }));
      const key = Buffer.from(bytes);
      expect(partitionOf(key, count)).toBe(choose({ topic: 't', partitionMetadata, message: { key, value: null } }));
    }),
    { numRuns: 1_000 },
  );
});

test('known keys of the Java client', () => {
  expect(partitionOf('21', 1_000_000)).toBe((-973932308 & 0x7fffffff) % 1_000_000);
  expect(partitionOf('foobar', 1_000_000)).toBe((-790332482 & 0x7fffffff) % 1_000_000);
});
