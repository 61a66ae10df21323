// `oms schemas generate`: everything that is made from the schemas: types, examples of consumers, the AsyncAPI document, the ACLs on Kafka.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { staleFiles } from './generate-types.ts';
import { contractsFolder, readSchemaFolder } from './schema-folder.ts';

/**
 * Writes types, document and users where they differ, and examples that are missing; an example that is there stays. Returns paths in
 * `libs/contracts/`, `asyncapi.json` and `users.yaml`. Throws Error with the name of the schema that has no types, as the check does.
 */
export async function generateContracts(): Promise<string[]> {
  const types = (await staleFiles()).map(({ name, text }) => ({ path: `src/generated/${name}`, text }));
  await write(types);
  // loaded only now: these know the contracts from what was just written
  const { missingFixtures, readFixtures, textOf } = await import('./fixtures.ts');
  const { generateDocument } = await import('../asyncapi/generate.ts');
  const { generateUsers } = await import('../../deploy/kubernetes/kafka-users.ts');
  const examples = missingFixtures(readSchemaFolder(), readFixtures()).map((fixture) => ({
    path: `fixtures/${fixture.path}`,
    text: textOf(fixture),
  }));
  await write(examples);
  const written = [...types, ...examples].map(({ path }) => path);
  if (await generateDocument()) written.push('asyncapi.json');
  if (await generateUsers()) written.push('users.yaml');
  return written;
}

async function write(files: readonly { path: string; text: string }[]): Promise<void> {
  for (const { path, text } of files) {
    await mkdir(dirname(join(contractsFolder, path)), { recursive: true });
    await writeFile(join(contractsFolder, path), text);
  }
}
