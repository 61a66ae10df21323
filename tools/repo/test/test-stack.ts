// What the `stack` tests run on: fresh parts on free ports, migrated templates to copy, and the contracts registered.
import { join } from 'node:path';
import pg from 'pg';
import { templateOf, testStackVariable, type TestStack } from '@oms/test-kit';
import { databaseServices, migrationDirs, root } from '../../database/migrate/databases.ts';
import { migrate } from '../../database/migrate/migrate.ts';
import { register } from '../../contracts/schemas/register.ts';
import { clearData } from '../../dev/stack/clear-data.ts';
import { dataFolder } from '../../dev/stack/data-folder.ts';
import { freePorts, startStack, type Stack } from '../../dev/stack/index.ts';

const dataDir = join(root, '.data/test');

/** Starts the parts and hands their addresses to the tests by the environment. */
export async function startTestStack(): Promise<Stack> {
  await clearData(dataFolder(dataDir));
  const stack = await startStack({ dataDir, ports: await freePorts() });
  try {
    await Promise.all([
      makeTemplates(stack.adminDatabaseUrl),
      register({ registryUrl: stack.registryUrl, kafka: { brokers: stack.kafkaBrokers } }),
    ]);
  } catch (error) {
    await stack.stop();
    throw error;
  }
  process.env[testStackVariable] = JSON.stringify(addressesOf(stack));
  return stack;
}

/** Makes them anew; `dirsOf` says where a service's migrations are. */
export async function makeTemplates(adminDatabaseUrl: string, dirsOf = migrationDirs): Promise<void> {
  const admin = new pg.Client({ connectionString: adminDatabaseUrl });
  admin.on('error', () => {}); // when the stack is stopped under it, whoever stopped it says why
  await admin.connect();
  try {
    // `messaging` names no service: its template has the messaging tables alone
    for (const service of [...databaseServices, 'messaging']) {
      const url = new URL(adminDatabaseUrl);
      url.pathname = `/${templateOf(service)}`;
      await admin.query(`DROP DATABASE IF EXISTS ${templateOf(service)}`);
      await admin.query(`CREATE DATABASE ${templateOf(service)}`);
      await migrate({ databaseUrl: url.href, migrationDirs: dirsOf(service) });
    }
  } finally {
    await admin.end();
  }
}

function addressesOf(stack: Stack): TestStack {
  const {
    adminDatabaseUrl,
    kafkaBrokers,
    registryUrl,
    smtpUrl,
    mailPageUrl,
    slackUrl,
    webhookUrl,
    postsPageUrl,
    issuerUrl,
  } = stack;
  const clients = ['gateway', ...databaseServices].map((service) => [service, stack.serviceClient(service)]);
  return {
    ...{
      adminDatabaseUrl,
      kafkaBrokers,
      registryUrl,
      smtpUrl,
      mailPageUrl,
      slackUrl,
      webhookUrl,
      postsPageUrl,
      issuerUrl,
    },
    serviceClients: Object.fromEntries(clients) as TestStack['serviceClients'],
  };
}
