// Avro's Java library, here: its stored results are its own, and what our check accepts it reads as we do, value by value.
import { join } from 'node:path';
import { avroTypeOf } from '@oms/contracts/avro-type';
import { valueReader } from '@oms/contracts/value-reader';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { root } from '../../../database/migrate/databases.ts';
import { dataFolder } from '../../../dev/stack/data-folder.ts';
import { evolutionCases } from '../../schemas/cases/all.ts';
import { evolutionOf } from '../../schemas/cases/any-evolution.ts';
import { anySchema, anyValue } from '../../schemas/cases/any-schema.ts';
import { avroPairs } from '../../schemas/cases/avro-pairs.ts';
import { incompatibilities } from '../../schemas/compatibility.ts';
import type { ComplexSchema } from '../../schemas/schema-folder.ts';
import { comparePairs, type Pair, type PairResult } from '../avro-java.ts';
import { prepareJava } from '../java.ts';
import { MissingToolError, orMissing } from '../missing.ts';

const java = await orMissing(prepareJava(dataFolder(join(root, '.data/interop-avro'))));

test('the pairs of the test are there', async ({ annotate }) => {
  expect(avroPairs.length).toBeGreaterThan(200);
  if (java instanceof MissingToolError)
    await annotate(`Avro's Java library compared nothing: ${java.message}`, 'without');
});

if (!(java instanceof MissingToolError)) {
  test('the stored results are what the library says; if not: node tools/repo/bootstrap.mjs tools/contracts/interop/renew-java-results.ts', async () => {
    const said = await comparePairs(java, avroPairs);
    const differing = avroPairs.filter((pair, at) => pair.java !== said[at]?.compatible);
    expect(differing.map(({ name }) => name)).toEqual([]);
  });

  test('the library reads whatever the check accepts of the evolution cases', async () => {
    const pairs = evolutionCases.flatMap(({ versions }) =>
      versions.flatMap((writer) => versions.map((reader) => ({ writer, reader }))),
    );
    const accepted = pairs.filter(({ writer, reader }) => incompatibilities(writer, reader).length === 0);
    expect(accepted.length).toBeGreaterThan(100);
    expect(await refusedOf(accepted)).toEqual([]);
  });

  test(
    'random values of random schemas and their changes are read by the library as by us',
    { timeout: 120_000 },
    async () => {
      const seed = Date.now() | 0;
      const read = fc.sample(randomPair, { numRuns: 800, seed }).flatMap(readByUs);
      expect(read.length).toBeGreaterThan(100);
      const said = await comparePairs(java, read);
      const differing = read.flatMap((pair, at) => {
        const { compatible, hex, problem } = said[at]!;
        // Avro 1.12.1 cannot use the default of a union whose first branch is an array
        const isTheirFault = problem?.startsWith('Not an array: [') ?? false;
        return isTheirFault || (compatible && hex === pair.ours)
          ? []
          : [{ seed, ...pair, compatible, theirs: hex, problem }];
      });
      expect(differing.slice(0, 3)).toEqual([]);
    },
  );

  async function refusedOf(pairs: readonly Pair[]): Promise<(Pair & PairResult)[]> {
    const said = await comparePairs(java as Exclude<typeof java, MissingToolError>, pairs);
    return pairs.flatMap((pair, at) => (said[at]?.compatible ? [] : [{ ...pair, ...said[at]! }]));
  }
}

type RandomPair = { writer: ComplexSchema; reader: ComplexSchema; value: unknown };

/** A map has no order in Java, so there is none. */
const randomPair: fc.Arbitrary<RandomPair> = anySchema
  .filter((schema) => incompatibilities(schema, schema).length === 0)
  .chain((writer) => fc.record({ writer: fc.constant(writer), reader: evolutionOf(writer), value: anyValue(writer) }))
  .filter(({ writer, reader }) => !JSON.stringify([writer, reader]).includes('"map"'));

/** The bytes of the value, and what we read written with the reader's schema; nothing where the check refuses the pair. */
function readByUs({ writer, reader, value }: RandomPair): (Pair & { ours: string })[] {
  if (incompatibilities(writer, reader).length > 0 || incompatibilities(reader, reader).length > 0) return [];
  const [from, to] = [avroTypeOf(JSON.stringify(writer)), avroTypeOf(JSON.stringify(reader))];
  const bytes = from.toBuffer(value);
  try {
    const ours = to.toBuffer(valueReader(from, to)({ bytes, at: 0 })).toString('hex');
    return [{ writer, reader, hex: bytes.toString('hex'), ours }];
  } catch (error) {
    if (/not UTF-8/.test((error as Error).message)) return [];
    throw error;
  }
}
