// How long the consumers need after a burst until nothing waits any more: no outbox row, no unread message, no unsettled reservation.
import { setTimeout as pause } from 'node:timers/promises';
import { createKafka } from '@oms/messaging';
import { createLogger } from '@oms/service-kit';
import pg from 'pg';
import { checkBooks } from '../invariants/invariants.ts';
import { describeFindings } from '../invariants/violation.ts';
import { checkLeftovers } from '../invariants/leftovers.ts';
import type { Stack } from '../../dev/stack/index.ts';

const patienceMs = 120_000;
const lookEveryMs = 100;
const databases = ['order', 'inventory', 'analytics', 'notification'] as const;

/** Milliseconds until nothing was left over. @throws Error naming what is left over when that takes two minutes */
export async function msUntilAtRest(stack: Stack): Promise<number> {
  const logger = createLogger({ name: 'bench', level: 'silent' });
  const kafka = createKafka({ clientId: 'bench', brokers: stack.kafkaBrokers, logger });
  const clients = Object.fromEntries(
    databases.map((name) => [name, new pg.Client({ connectionString: stack.databaseUrl(name) })]),
  ) as Record<(typeof databases)[number], pg.Client>;
  const startedAt = performance.now();
  try {
    await Promise.all(Object.values(clients).map((client) => client.connect()));
    for (;;) {
      const left = await checkLeftovers(clients, kafka);
      const tookMs = performance.now() - startedAt;
      if (left.length === 0) return tookMs;
      if (tookMs > patienceMs) throw new Error(`After two minutes there still wait:\n${describeFindings(left)}`);
      await pause(lookEveryMs);
    }
  } finally {
    await Promise.all(Object.values(clients).map((client) => client.end()));
    await kafka.admin.close();
  }
}

/**
 * The books of the whole system after so many accepted orders, one line when they are right.
 * @throws Error listing what does not add up
 */
export async function assertBooks(stack: Stack, accepted: number): Promise<string> {
  const { findings, counts } = await checkBooks({
    databaseUrl: (service) => stack.databaseUrl(service),
    kafkaBrokers: stack.kafkaBrokers,
    quietMsMax: patienceMs,
    // The log of a long run would fill the memory; what it says stands in the databases as well.
    log: false,
  });
  if (findings.length > 0) throw new Error(`The books are wrong:\n${describeFindings(findings)}`);
  if (counts.orders !== accepted)
    throw new Error(`The books are wrong: ${accepted} orders were answered with 201, and ${counts.orders} are there.`);
  return `${counts.orders} orders answered with 201 and there, ${counts.units} units, stock, ledger and figures equal`;
}
