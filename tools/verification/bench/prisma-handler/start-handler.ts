// Generates the handler's client, makes its tables, and starts it.
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { generateForBench } from '../../../database/generate/generate.ts';
import { makeTables, tablesWrong } from './tables.ts';

export type PrismaHandler = {
  url: string;
  pid: number;
  /** What is wrong with its invariants after so many accepted orders. */
  violations(accepted: number): Promise<string[]>;
  stop(): Promise<void>;
};

/** Its pool is as large as the pool of one of our services, unless given. */
const poolMax = 10;

export async function startPrismaHandler({
  adminDatabaseUrl,
  issuerUrl,
  itemIds,
}: {
  adminDatabaseUrl: string;
  issuerUrl: string;
  itemIds: readonly string[];
}): Promise<PrismaHandler> {
  await generateForBench();
  const databaseUrl = await makeTables(adminDatabaseUrl, itemIds);
  const settings = JSON.stringify({ databaseUrl, issuerUrl, poolMax });
  const child = fork(join(import.meta.dirname, 'main.ts'), [settings], {
    execArgv: ['--enable-source-maps', '--disable-warning=ExperimentalWarning'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message: { url: string }) => resolve(message.url));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The Prisma handler ended while starting (exit code ${code}).`)));
  });
  return {
    url,
    pid: child.pid ?? -1,
    violations: (accepted) => tablesWrong(databaseUrl, accepted),
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
