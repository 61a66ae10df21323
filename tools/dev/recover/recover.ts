// Runs the `recover` program of a service from its source on a running stack.

import { join } from 'node:path';
import type { RecoverReport } from '@oms/service-kit/recover';
import { run, type Ended } from '../command/run.ts';
import { root } from '../../database/migrate/databases.ts';
import { dataFolder, developmentData } from '../stack/data-folder.ts';
import type { DatabaseService } from '../stack/services.ts';
import { runningStack, type StackAddresses } from '../stack/running-stack.ts';

/** What the environment says; where it says nothing, the development stack that runs here. */
export async function recoverHere(service: DatabaseService, flags: readonly string[]): Promise<number> {
  const stack = process.env['DATABASE_URL'] ? null : runningStack(dataFolder(developmentData()));
  if (stack === null && !process.env['DATABASE_URL']) {
    throw new Error(
      'No development stack runs here. Start one by `npm start`, or set DATABASE_URL, KAFKA_BROKERS and REGISTRY_URL.',
    );
  }
  return (await recoverProgram(service, flags, stack ? addressesOf(service, stack) : {}, true)).code;
}

/** @throws Error with its words when it could not look */
export async function recover(
  service: DatabaseService,
  { since, fix, stack, env }: { stack: StackAddresses; since: Date; fix: boolean; env?: Record<string, string> },
): Promise<RecoverReport> {
  const flags = ['--json', '--since', since.toISOString(), ...(fix ? ['--fix'] : [])];
  const { out, err } = await recoverProgram(service, flags, { ...addressesOf(service, stack), ...env }, false);
  if (out.trim() === '') throw new Error(`recover ${service} did not come to its end: ${err.trim()}`);
  return JSON.parse(out) as RecoverReport;
}

function recoverProgram(
  service: DatabaseService,
  flags: readonly string[],
  env: Record<string, string>,
  loud: boolean,
): Promise<Ended> {
  return run(process.execPath, [join(root, 'apps', service, 'src/recover.ts'), ...flags], { env, loud });
}

function addressesOf(service: DatabaseService, stack: StackAddresses): Record<string, string> {
  return {
    DATABASE_URL: stack.databaseUrl(service),
    KAFKA_BROKERS: stack.kafkaBrokers.join(','),
    REGISTRY_URL: stack.registryUrl,
  };
}
