// What Avro's Java library says of pairs of schemas.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AvroSchema } from '../schemas/schema-folder.ts';
import type { JavaPrograms } from './java.ts';

/** `hex` are bytes that `writer` has written. */
export type Pair = { writer: AvroSchema; reader: AvroSchema; hex?: string };

/** `hex` is the value that was read, written with the reader's schema; absent when none was asked for, or it could not be read. */
export type PairResult = { compatible: boolean; hex?: string; problem?: string };

export async function comparePairs({ comparePairs }: JavaPrograms, pairs: readonly Pair[]): Promise<PairResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'oms-avro-'));
  try {
    const file = join(folder, 'pairs.jsonl');
    await writeFile(file, pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(''));
    return (await comparePairs(file)) as unknown as PairResult[];
  } finally {
    await rm(folder, { recursive: true });
  }
}
