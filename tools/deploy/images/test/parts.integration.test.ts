// The content of an image, tested without Docker: copied to a folder without node_modules, its programs work.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { schemaFiles } from '@oms/contracts';
import { createIdentity, createServiceToken } from '@oms/service-kit';
import { testStack, until } from '@oms/test-kit';
import { signIn } from '../../../dev/client/client.ts';
import { migrationDirs, root } from '../../../database/migrate/databases.ts';
import { freePorts } from '../../../dev/stack/index.ts';
import { serviceClient } from '../../../dev/stack/issuer/clients.ts';
import { createEmptyDatabase } from './empty-database.ts';

const run = promisify(execFile);
const stack = testStack();
const elsewhere = mkdtempSync(join(tmpdir(), 'oms-parts-'));
let database: Awaited<ReturnType<typeof createEmptyDatabase>>;

beforeAll(async () => {
  database = await createEmptyDatabase('parts');
  for (const image of ['order', 'development']) {
    await run(process.execPath, ['tools/deploy/images/parts.ts', image], { cwd: root });
    cpSync(join(root, 'dist/images', image), join(elsewhere, image), { recursive: true });
  }
});
afterAll(async () => {
  rmSync(elsewhere, { recursive: true });
  await database.drop();
});

test('migrate brings a database to the newest migration, and a second time finds nothing to do', async () => {
  const migrations = migrationDirs('order').flatMap((dir) => readdirSync(dir));
  const first = await program('order', ['migrate'], { DATABASE_URL: database.databaseUrl });
  expect(first).toEqual({ code: 0, said: `applied ${migrations.toSorted().join(', ')}` });
  expect(await program('order', ['migrate'], { DATABASE_URL: database.databaseUrl })).toEqual({
    code: 0,
    said: 'nothing to apply',
  });
});

test('register knows every schema', async () => {
  const settings = { KAFKA_BROKERS: stack.kafkaBrokers.join(','), REGISTRY_URL: stack.registryUrl };
  const { code, said } = await program('order', ['register'], settings);
  expect(said).toMatch(/^topics are up to date/);
  expect(said).toContain(`\n${schemaFiles().length} schemas are registered`);
  expect(code).toBe(0);
});

test('recover looks for what Kafka has and its database has not', async () => {
  const settings = { KAFKA_BROKERS: stack.kafkaBrokers.join(','), REGISTRY_URL: stack.registryUrl };
  const env = { ...settings, DATABASE_URL: database.databaseUrl };
  const { said } = await program('order', ['recover', '--since', new Date().toISOString()], env);
  expect(said).toMatch(/; \d+ messages read\.$/);
});

test('the databases of the development stack are there already', async () => {
  expect(await program('development', ['databases'], { OMS_POSTGRES_URL: stack.adminDatabaseUrl })).toEqual({
    code: 0,
    said: 'every service has its database',
  });
});

test.each([
  ['order', [], 1, 'ISSUER_URL is missing'],
  ['order', ['migrate'], 1, 'DATABASE_URL is missing'],
  ['order', ['register'], 1, 'KAFKA_BROKERS is missing'],
  ['order', ['recover'], 64, '--since is missing'],
  [
    'order',
    ['seed'],
    64,
    'no program "seed"; it has health, migrate, register, recover. With no name the service starts.',
  ],
  ['order', ['../start'], 64, 'no program "../start"'],
  ['development', [], 64, 'Name the program to run: health, issuer, posts, databases.'],
])('the image of %s, asked for %j without settings, says what it wants', async (image, args, code, words) => {
  expect(await program(image, args, {})).toEqual({ code, said: expect.stringContaining(words) as string });
});

test('health follows the server, and SIGTERM ends even a program that does not listen for it', async () => {
  const port = (await freePorts()).posts;
  const env = { PORT: String(port), HOST: '127.0.0.1' };
  const health = () => program('development', ['health', '/api/posts'], env);
  expect(await health()).toEqual({ code: 1, said: expect.stringContaining('ECONNREFUSED') as string });
  const server = execFile(process.execPath, [join(elsewhere, 'development/start.js'), 'posts'], { env });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  await until('it is healthy', async () => (await health()).code === 0);
  expect(await program('development', ['health', '/nowhere'], env)).toMatchObject({ code: 1 });
  server.kill('SIGTERM');
  expect(await ended).toBe(143);
});

test('the issuer in a container gives services and people tokens that services take', async () => {
  const port = (await freePorts()).issuer;
  const issuerUrl = `http://127.0.0.1:${port}`;
  const env = { HOST: '127.0.0.1', PORT: String(port), ISSUER_URL: issuerUrl, DATA_DIR: elsewhere };
  const server = execFile(process.execPath, [join(elsewhere, 'development/start.js'), 'issuer'], { env });
  try {
    await until('it answers', async () => (await fetch(`${issuerUrl}/jwks`)).ok);
    const { id: clientId, secret: clientSecret } = serviceClient('order');
    const identity = createIdentity({ issuerUrl, audience: 'oms' });
    const ofService = await createServiceToken({ issuerUrl, audience: 'oms', clientId, clientSecret })();
    expect(await identity.verify(ofService)).toMatchObject({ role: 'service' });
    const { token } = await signIn({ gatewayUrl: '', issuerUrl }, 'staff');
    expect(await identity.verify(token)).toMatchObject({ role: 'staff' });
  } finally {
    server.kill('SIGTERM');
  }
});

async function program(image: string, args: string[], env: Record<string, string>) {
  const start = join(elsewhere, image, 'start.js');
  const { code, stdout, stderr } = await run(process.execPath, [start, ...args], { env }).then(
    (ended) => ({ ...ended, code: 0 }),
    (failed: unknown) => failed as { code: number; stdout: string; stderr: string },
  );
  return { code, said: `${stdout}${stderr}`.trim() };
}
