// What the `stack` tests run on: new stacks on free ports, migrated template databases to copy, and the message contracts registered.
import { join } from 'node:path';
import pg from 'pg';
import { templateOf, testStackVariable, type TestStack } from '@oms/test-kit';
import { databaseServices, migrationDirs, root } from '../../database/migrate/databases.ts';
import { migrate } from '../../database/migrate/migrate.ts';
import { register } from '../../contracts/schemas/register.ts';
import { clearData } from '../../dev/stack/clear-data.ts';
import { dataFolder } from '../../dev/stack/data-folder.ts';
import { freePorts, startStack, type Stack, type StackPorts } from '../../dev/stack/index.ts';

/** Starts stacks and passes their addresses to the tests in the environment. */
export async function startTestStacks(count: number): Promise<{ stacks: readonly Stack[]; stop(): Promise<void> }> {
  const started: Stack[] = [];
  const stop = async () => {
    await Promise.all(started.map((stack) => stack.stop()));
  };
  try {
    for (let number = 1; number <= count; number += 1) started.push(await startTestStack(number, await freePorts()));
  } catch (error) {
    await stop();
    throw error;
  }
  process.env[testStackVariable] = JSON.stringify(started.map(addressesOf));
  return { stacks: started, stop };
}

async function startTestStack(number: number, ports: StackPorts): Promise<Stack> {
  const dataDir = join(root, '.data', `test-${number}`);
  await clearData(dataFolder(dataDir));
  const stack = await startStack({ dataDir, ports });
  try {
    await Promise.all([
      makeTemplates(stack.adminDatabaseUrl),
      register({ registryUrl: stack.registryUrl, kafka: { brokers: stack.kafkaBrokers } }),
    ]);
  } catch (error) {
    await stack.stop();
    throw error;
  }
  return stack;
}

/** Replaces the template databases. `dirsOf` returns the migration folders of a service. */
export async function makeTemplates(adminDatabaseUrl: string, dirsOf = migrationDirs): Promise<void> {
  const admin = new pg.Client({ connectionString: adminDatabaseUrl });
  admin.on('error', () => {}); // when the stack is stopped meanwhile, whoever stopped it reports the cause
  await admin.connect();
  try {
    // `messaging` is no service: its template has only the messaging tables
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
    adminDatabaseUrl,
    kafkaBrokers,
    registryUrl,
    smtpUrl,
    mailPageUrl,
    slackUrl,
    webhookUrl,
    postsPageUrl,
    issuerUrl,
    serviceClients: Object.fromEntries(clients) as TestStack['serviceClients'],
  };
}
