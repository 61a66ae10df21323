// Generates each Prisma client from its schema, only when the schema or Prisma has changed.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { databaseServices, prismaSchemaPath, root } from '../migrate/databases.ts';

const run = promisify(execFile);

/** Used by `npm run bench` only, so nothing else waits for its client. */
const benchHandler = join(root, 'tools/verification/bench/prisma-handler');

/**
 * Generates what is missing or stale; returns the services it generated for.
 * @throws Error with Prisma's own message when a schema is not valid.
 */
export async function generate(services: readonly string[] = databaseServices): Promise<string[]> {
  const made = await Promise.all(services.map(generateOne));
  return made.filter((service) => service !== undefined);
}

export function generateForBench(): Promise<boolean> {
  return generateClient({
    schemaPath: join(benchHandler, 'prisma/schema.prisma'),
    output: join(benchHandler, 'generated'),
  });
}

async function generateOne(service: string): Promise<string | undefined> {
  const schemaPath = prismaSchemaPath(service);
  if (!existsSync(schemaPath)) return undefined;
  const made = await generateClient({ schemaPath, output: join(root, 'apps', service, 'src/store/generated') });
  return made ? service : undefined;
}

/** @param options.output where the schema says that the client is made; false when it was up to date */
async function generateClient({ schemaPath, output }: { schemaPath: string; output: string }): Promise<boolean> {
  const stamp = join(output, '.made-from');
  const wanted = await fingerprint(schemaPath);
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === wanted) return false;
  await rm(output, { recursive: true, force: true });
  try {
    await run(
      process.execPath,
      [join(root, 'node_modules/prisma/build/index.js'), 'generate', '--schema', schemaPath],
      {
        cwd: dirname(dirname(schemaPath)),
        // generate needs no engine, but Prisma downloads one unless a file is named; any existing file will do
        env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1', NO_COLOR: '1' },
      },
    );
  } catch (error) {
    const { stderr, stdout } = error as { stderr?: string; stdout?: string };
    throw new Error(`Generating the Prisma client of ${schemaPath} failed:\n${stderr || stdout || String(error)}`);
  }
  await mkdir(output, { recursive: true });
  await writeFile(stamp, wanted);
  return true;
}

async function fingerprint(schemaPath: string): Promise<string> {
  const prismaManifest = await readFile(join(root, 'node_modules/prisma/package.json'), 'utf8');
  const { version } = JSON.parse(prismaManifest) as { version: string };
  return createHash('sha256')
    .update(version)
    .update(await readFile(schemaPath))
    .digest('hex');
}
