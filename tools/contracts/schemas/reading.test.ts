// The codec's own reader decodes like avsc's resolvers: every pair of versions of every evolution case.
import { describe, expect, test } from 'vitest';
import { avroTypeOf } from '@oms/contracts/avro-type';
import { valueReader } from '@oms/contracts/value-reader';
import { evolutionCases } from './cases/all.ts';
import { exampleOf } from './example.ts';
import type { ComplexSchema, SchemaInFolder } from './schema-folder.ts';

type Type = ReturnType<typeof avroTypeOf>;

/** What came of it: a value, or a refusal, the words of which are each one's own. */
type Outcome = { value: unknown } | 'refused';

function outcomeOf(read: () => unknown): Outcome {
  try {
    return { value: read() };
  } catch {
    return 'refused';
  }
}

function ours(bytes: Buffer, writer: Type, reader: Type): Outcome {
  return outcomeOf(() => valueReader(writer, reader)({ bytes, at: 0 }));
}

function avscs(bytes: Buffer, writer: Type, reader: Type): Outcome {
  return outcomeOf(() => reader.fromBuffer(bytes, reader.createResolver(writer)));
}

const typeOf = (schema: ComplexSchema) => avroTypeOf(JSON.stringify(schema));
const exampleFor = (schema: ComplexSchema) => exampleOf({ event: 'thing', schema } as SchemaInFolder);

let agreed = 0;
let refused = 0;

describe.each(evolutionCases)('$name', ({ versions }) => {
  test.each(pairsOf(versions))('v$writerNo is read as v$readerNo', ({ writerSchema, readerSchema }) => {
    const made = outcomeOf(() => ({ writer: typeOf(writerSchema), reader: typeOf(readerSchema) }));
    if (made === 'refused') return expect(() => typeOf(writerSchema) && typeOf(readerSchema)).toThrow();
    const { writer, reader } = made.value as { writer: Type; reader: Type };
    const bytes = writer.toBuffer(exampleFor(writerSchema));
    const outcome = ours(bytes, writer, reader);
    expect(outcome).toStrictEqual(avscs(bytes, writer, reader));
    if (outcome === 'refused') refused += 1;
    else agreed += 1;
  });
});

test('some of both kinds were seen', () => {
  expect(agreed).toBeGreaterThan(100);
  expect(refused).toBeGreaterThan(20);
});

function pairsOf(versions: readonly ComplexSchema[]) {
  return versions.flatMap((writerSchema, writerNo) =>
    versions.map((readerSchema, readerNo) => ({ writerSchema, readerSchema, writerNo, readerNo })),
  );
}
