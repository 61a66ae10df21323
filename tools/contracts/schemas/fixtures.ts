// The example of each version that each consumer keeps: which ones are required, and how a missing one is made.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { topics, type TopicPlan } from '@oms/contracts';
import { avroTypeOf } from '@oms/contracts/avro-type';
import { exampleOf } from './example.ts';
import { contractsFolder, type SchemaInFolder } from './schema-folder.ts';

/**
 * What `fixtures/<consumer>/<event>.v<n>.json` says: `schema` is the version it was written with, `body` its Avro bytes in base64,
 * `message` what the consumer takes them for, times as text. `path` is relative to `libs/contracts/fixtures/`.
 */
export type Fixture = { path: string; schema: string; body: string; message: Record<string, unknown> };
export type Plans = Readonly<Record<string, TopicPlan>>;

const folder = join(contractsFolder, 'fixtures');

/** Throws when one is not JSON. */
export function readFixtures(): Fixture[] {
  return readdirSync(folder).flatMap((consumer) =>
    readdirSync(join(folder, consumer)).map((name) => {
      const path = `${consumer}/${name}`;
      return { path, ...(JSON.parse(readFileSync(join(folder, path), 'utf8')) as Omit<Fixture, 'path'>) };
    }),
  );
}

/** Missing examples of what a consumer reads, and examples that no consumer reads; `path` is relative to the schema folder. */
export function unmatchedFixtures(
  schemas: readonly SchemaInFolder[],
  fixtures: readonly Fixture[],
  plans: Plans = topics,
): { path: string; message: string }[] {
  const wanted = wantedFixtures(schemas, plans);
  const present = new Map(fixtures.map((fixture) => [fixture.path, fixture.schema]));
  const missing = wanted.filter(({ path, of }) => present.get(path) !== keyOf(of));
  const unread = fixtures.filter(({ path }) => !wanted.some((one) => one.path === path));
  return [
    ...missing.map(({ path, of }) => ({
      path: of.path,
      message: `has no example in fixtures/${path}, and its consumer reads "${of.topic}". \`npm run oms -- schemas generate\` writes one.`,
    })),
    ...unread.map(({ path, schema }) => ({
      path: `${schema}.avsc`,
      message: schemas.some((one) => keyOf(one) === schema)
        ? `has an example in fixtures/${path}, which nobody reads. Add the consumer to readBy in topics.ts, or remove the example.`
        : `is not there, and fixtures/${path} is an example of it. Restore the one or remove the other.`,
    })),
  ];
}

/** An example for each consumer that has none, made from the one it has of the version before. */
export function missingFixtures(
  schemas: readonly SchemaInFolder[],
  fixtures: readonly Fixture[],
  plans: Plans = topics,
): Fixture[] {
  return wantedFixtures(schemas, plans)
    .filter(({ path }) => !fixtures.some((fixture) => fixture.path === path))
    .map(({ path, consumer, of }) => {
      const before = fixtures.find((fixture) => fixture.path === `${consumer}/${of.event}.v${of.version - 1}.json`);
      const value = exampleOf(of, before?.message);
      const body = avroTypeOf(of.text).toBuffer(value).toString('base64');
      return { path, schema: keyOf(of), body, message: JSON.parse(JSON.stringify(value)) as Fixture['message'] };
    });
}

/** What the file of an example holds. */
export function textOf({ schema, body, message }: Fixture): string {
  return `${JSON.stringify({ schema, body, message }, null, 2)}\n`;
}

function wantedFixtures(schemas: readonly SchemaInFolder[], plans: Plans) {
  return schemas.flatMap((of) =>
    (plans[of.topic]?.readBy ?? []).map((consumer) => ({
      of,
      consumer,
      path: `${consumer}/${of.event}.v${of.version}.json`,
    })),
  );
}

function keyOf({ path }: SchemaInFolder): string {
  return path.replace(/\.avsc$/, '');
}
