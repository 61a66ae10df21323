// Records what was published: a version that others may have written or read never changes.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprintOf } from '@oms/contracts';
import { contractsFolder, readSchemaFolder, type SchemaInFolder } from './schema-folder.ts';

/** SHA-256 of each published version, by its path without `.avsc`, such as `order-events/order-placed.v1`. */
export type Published = Readonly<Record<string, string>>;

const lockPath = join(contractsFolder, 'schemas', 'published.json');
const command = 'npm run oms -- schemas publish';

export function readPublished(): Published {
  return JSON.parse(readFileSync(lockPath, 'utf8')) as Published;
}

/** What differs from what was published, by path. */
export function brokenPromises(
  schemas: readonly SchemaInFolder[],
  published: Published,
): { path: string; message: string }[] {
  const present = new Map(schemas.map((schema) => [keyOf(schema), schema]));
  const unlisted = schemas.filter((schema) => published[keyOf(schema)] === undefined);
  return [
    ...Object.entries(published).flatMap(([key, fingerprint]) => {
      const schema = present.get(key);
      const path = `${key}.avsc`;
      if (schema === undefined)
        return [
          { path, message: 'was published and is gone, so messages written with it could not be read. Restore it.' },
        ];
      return fingerprintOf(schema.text) === fingerprint
        ? []
        : [
            {
              path,
              message: `was published and has been edited. Restore it, and put the change into ${schema.event}.v${newestVersion(schemas, schema) + 1}.avsc. (One that was never merged may change: take its line out of published.json, and publish it again.)`,
            },
          ];
    }),
    ...unlisted.map((schema) => ({
      path: schema.path,
      message: `is not in published.json. When it is final, run \`${command}\`, and commit both.`,
    })),
  ];
}

/** Adds the versions that are not listed yet; returns their keys. Never changes a listed one. */
export function publish(): string[] {
  const { keys, text } = withAdded(readPublished(), readSchemaFolder());
  if (keys.length > 0) writeFileSync(lockPath, text);
  return keys;
}

/** The keys of the versions that are not listed yet, and the list with them as its file says it. */
export function withAdded(published: Published, schemas: readonly SchemaInFolder[]): { keys: string[]; text: string } {
  const added = schemas.filter((schema) => published[keyOf(schema)] === undefined);
  const all = {
    ...published,
    ...Object.fromEntries(added.map((schema) => [keyOf(schema), fingerprintOf(schema.text)])),
  };
  const sorted = Object.entries(all).sort(([a], [b]) => a.localeCompare(b));
  return { keys: added.map(keyOf), text: `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n` };
}

function keyOf(schema: SchemaInFolder): string {
  return schema.path.replace(/\.avsc$/, '');
}

function newestVersion(schemas: readonly SchemaInFolder[], of: SchemaInFolder): number {
  return Math.max(
    ...schemas
      .filter((schema) => schema.topic === of.topic && schema.event === of.event)
      .map((schema) => schema.version),
  );
}
