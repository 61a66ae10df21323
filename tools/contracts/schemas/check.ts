// `oms schemas check`: finds, without a registry and before a merge, what the registry or a consumer would refuse later.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { topics } from '@oms/contracts';
import { staleDocument } from '../asyncapi/generate.ts';
import { staleUsers } from '../../deploy/kubernetes/kafka-users.ts';
import { incompatibilities } from './compatibility.ts';
import { readFixtures, unmatchedFixtures, type Fixture } from './fixtures.ts';
import { renderGenerated, staleFiles } from './generate-types.ts';
import { clashes } from './named-types.ts';
import { brokenPromises, readPublished, type Published } from './published.ts';
import { brokenRecordRules, isSchema, undescribedEvents } from './record-rules.ts';
import { contractsFolder, readSchemaFolder, type SchemaInFolder } from './schema-folder.ts';

/** `path` is relative to `libs/contracts/schemas/`. */
export type Violation = { path: string; message: string };

/** Empty when the schemas on disk may be merged. Never throws for what is wrong with a schema. */
export async function checkSchemas(): Promise<Violation[]> {
  try {
    const violations = violationsOf(readSchemaFolder(), readPublished(), readFixtures());
    if (violations.length > 0) return violations;
    const stale = (await staleFiles()).map(({ name }) => `libs/contracts/src/generated/${name}`);
    if (stale.length === 0 && (await staleDocument()) !== null) stale.push('the AsyncAPI document');
    if (stale.length === 0 && (await staleUsers()) !== null) stale.push('k8s/operators/users.yaml');
    return stale.map(staleViolation);
  } catch (error) {
    return [{ path: '', message: (error as Error).message }];
  }
}

export function violationsOf(
  schemas: readonly SchemaInFolder[],
  published: Published,
  fixtures: readonly Fixture[],
): Violation[] {
  return [
    ...schemas.flatMap((schema) => brokenRecordRules(schema).map((message) => ({ path: schema.path, message }))),
    ...undescribedEvents(schemas).map((message) => ({ path: '', message })),
    ...schemas.flatMap(unreadableByItself),
    ...versionsOf(schemas).flatMap((versions) => [...gaps(versions), ...incompatibleVersions(versions)]),
    ...clashes(schemas),
    ...ungeneratable(schemas),
    ...brokenPromises(schemas, published),
    ...unmatchedFixtures(schemas, fixtures),
    ...unansweredTopics(),
  ];
}

function versionsOf(schemas: readonly SchemaInFolder[]): SchemaInFolder[][] {
  return [...Map.groupBy(schemas, (schema) => `${schema.topic}/${schema.event}`).values()];
}

function gaps(versions: readonly SchemaInFolder[]): Violation[] {
  const index = versions.findIndex(({ version }, at) => version !== at + 1);
  const found = versions[index];
  if (found === undefined) return [];
  return [
    {
      path: found.path,
      message: `follows a gap: versions are 1, 2, 3 ... and ${found.event}.v${index + 1}.avsc is not there.`,
    },
  ];
}

/** Messages of a version are read with the same version most of the time. What is no schema at all is among the broken rules. */
function unreadableByItself({ path, schema, text }: SchemaInFolder): Violation[] {
  if (!isSchema(text)) return [];
  return incompatibilities(schema, schema).map(({ field, rule, way }) => ({
    path,
    message: `cannot read what it has written itself: ${field === '' ? '' : `field "${field}": `}${rule}. ${way}.`,
  }));
}

/** Each version against each other, both ways: what FULL_TRANSITIVE means. */
function incompatibleVersions(versions: readonly SchemaInFolder[]): Violation[] {
  return versions.flatMap((reader) =>
    versions
      .filter((writer) => writer !== reader)
      .flatMap((writer) =>
        incompatibilities(writer.schema, reader.schema, reader.version > writer.version ? 'reader' : 'writer').map(
          ({ field, rule, way }) => ({
            path: reader.version > writer.version ? reader.path : writer.path,
            message: `v${reader.version} cannot read what v${writer.version} wrote: ${field === '' ? '' : `field "${field}": `}${rule}. ${way}.`,
          }),
        ),
      ),
  );
}

function ungeneratable(schemas: readonly SchemaInFolder[]): Violation[] {
  try {
    renderGenerated(schemas);
    return [];
  } catch (error) {
    return [{ path: '', message: (error as Error).message }];
  }
}

/** Topics whose owner or reader is no service. */
function unansweredTopics(): Violation[] {
  const isService = (name: string) => existsSync(join(contractsFolder, '../../apps', name));
  return Object.entries(topics).flatMap(([topic, { owner, readBy }]) =>
    [owner, ...readBy]
      .filter((name) => !isService(name))
      .map((name) => ({
        path: '',
        message: `topics.ts names "${name}" as owner or reader of "${topic}", and there is no apps/${name}. Name a service.`,
      })),
  );
}

function staleViolation(what: string): Violation {
  return { path: '', message: `${what} is not what the schemas say. Run \`npm run oms -- schemas generate\`.` };
}
