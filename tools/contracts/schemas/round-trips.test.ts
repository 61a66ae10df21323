// What the check accepts is written and read back as it was, whatever the schema; and read with another version as Avro's rules say.
import { ContractError } from '@oms/contracts';
import { avroTypeOf, writerTypeOf } from '@oms/contracts/avro-type';
import { valueReader } from '@oms/contracts/value-reader';
import { valueSkipper } from '@oms/contracts/value-skipper';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { evolutionOf } from './cases/any-evolution.ts';
import { anySchema, anyValue } from './cases/any-schema.ts';
import { incompatibilities } from './compatibility.ts';
import { typesIn } from './named-types.ts';
import type { AvroSchema, ComplexSchema } from './schema-folder.ts';

vi.setConfig({ testTimeout: 60_000 });

const accepted = anySchema.filter((schema) => incompatibilities(schema, schema).length === 0);
const schemaAndValue = accepted.chain((schema) => fc.record({ schema: fc.constant(schema), value: anyValue(schema) }));

test('the check accepts a part of the random schemas and refuses another', () => {
  const samples = fc.sample(anySchema, { numRuns: 500, seed: 1 });
  const count = samples.filter((schema) => incompatibilities(schema, schema).length === 0).length;
  expect(count).toBeGreaterThan(100);
  expect(count).toBeLessThan(450);
  const isRecursive = (schema: ComplexSchema) => JSON.stringify(schema).includes('"T1"]');
  expect(samples.filter((schema) => isRecursive(schema) && incompatibilities(schema, schema).length === 0)).not.toEqual(
    [],
  );
});

test('the values of an accepted schema come back as they were written', () => {
  fc.assert(
    fc.property(schemaAndValue, ({ schema, value }) => {
      const text = JSON.stringify(schema);
      const type = avroTypeOf(text);
      const bytes = type.toBuffer(value);
      for (const writer of [type, writerTypeOf(text)]) {
        const cursor = { bytes, at: 0 };
        expect(valueReader(writer, type)(cursor)).toStrictEqual(value);
        expect(cursor.at).toBe(bytes.length);
      }
      const cursor = { bytes, at: 0 };
      valueSkipper(type)(cursor);
      expect(cursor.at).toBe(bytes.length);
    }),
    { numRuns: 150 },
  );
});

test('bytes that are cut are refused, by the reader and where they are skipped', () => {
  fc.assert(
    fc.property(schemaAndValue, fc.nat(1_000), ({ schema, value }, cut) => {
      const type = avroTypeOf(JSON.stringify(schema));
      const whole = type.toBuffer(value);
      fc.pre(whole.length > 0);
      const bytes = whole.subarray(0, cut % whole.length);
      expect(() => valueReader(type, type)({ bytes, at: 0 })).toThrow(ContractError);
      expect(() => valueSkipper(type)({ bytes, at: 0 })).toThrow(ContractError);
    }),
    { numRuns: 80 },
  );
});

test('what the check accepts of two versions is read to its last byte, as avsc reads it', () => {
  const pair = accepted.chain((writer) =>
    fc.record({ writer: fc.constant(writer), reader: evolutionOf(writer), value: anyValue(writer) }),
  );
  let read = 0;
  fc.assert(
    fc.property(pair, ({ writer, reader, value }) => {
      if (incompatibilities(writer, reader).length > 0) return;
      read += 1;
      const [from, to] = [avroTypeOf(JSON.stringify(writer)), avroTypeOf(JSON.stringify(reader))];
      const bytes = from.toBuffer(value);
      const cursor = { bytes, at: 0 };
      const ours = outcomeOf(() => valueReader(from, to)(cursor));
      // avsc replaces what is not UTF-8
      if (ours === 'not text') return;
      expect(cursor.at).toBe(bytes.length);
      if ([writer, reader].some(isReadOtherwise) || hasLargeLong(value)) return;
      expect(ours).toStrictEqual(to.fromBuffer(bytes, to.createResolver(from)));
    }),
    { numRuns: 250 },
  );
  expect(read).toBeGreaterThan(50);
});

/** avsc takes the first branch that could be meant, so a time as a number, and does not find a field named "__proto__". */
function isReadOtherwise(schema: ComplexSchema): boolean {
  const isWide = (each: AvroSchema) => Array.isArray(each) && each.filter((branch) => branch !== 'null').length > 1;
  return [...typesIn(schema)].some(({ schema: each }) => isWide(each)) || JSON.stringify(schema).includes('__proto__');
}

/** avsc loses the last bit of a long beyond 2^52 where it is read as a double. */
function hasLargeLong(value: unknown): boolean {
  return /[:[,]-?\d{16}[,}\]]/.test(JSON.stringify(value));
}

function outcomeOf(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (/not UTF-8/.test((error as Error).message)) return 'not text';
    throw error;
  }
}
