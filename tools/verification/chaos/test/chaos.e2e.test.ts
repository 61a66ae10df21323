// The short form of the fault run: every failpoint once, the quick disturbances, and the books themselves put to the test.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failpoints } from '@oms/failpoint/catalogue';
import { checkBooks } from '../../invariants/invariants.ts';
import { describeFindings } from '../../invariants/violation.ts';
import { runChaos } from '../chaos.ts';
import { startTown, type Town } from '../../harness/system-under-test.ts';

const seed = 20_261_124;
const quick = [
  'PostgreSQL killed in immediate mode',
  'connections cut, also during COMMIT',
  'a stranger holds stock rows for 5 s',
  'Kafka killed',
  'registry away, services started cold',
  'all topics replayed',
];
let town: Town;
let poisoned = 0;

beforeAll(async () => {
  town = await startTown('chaos-test');
});
afterAll(() => town?.stop());

test('each process dies at each of its failpoints under load, comes back, and nothing is lost, doubled or oversold', async () => {
  const report = await runChaos({ town, seed, kills: 'once', only: [], say: console.log });
  poisoned += report.poisoned;
  expect(describeFindings(report.findings)).toBe('');
  expect(report.missed).toEqual([]);
  expect(report.kills).toBe(Object.keys(failpoints).length);
  expect(report.looks).toBeGreaterThan(10);
}, 480_000);

test('database, Kafka and registry fail under load, and nothing is lost, doubled or oversold', async () => {
  const report = await runChaos({ town, seed, kills: 0, only: quick, poisonedBefore: poisoned, say: console.log });
  poisoned += report.poisoned;
  expect(describeFindings(report.findings)).toBe('');
  expect(report.rows.map(({ fault }) => fault)).toEqual(quick.toSorted());
}, 480_000);

describe('the books notice', () => {
  test.each([
    [
      'stock that nobody moved',
      'inventory',
      'UPDATE inventory SET quantity = quantity + 1 WHERE id = (SELECT min(id::text)::uuid FROM inventory)',
      [1, 5],
    ],
    [
      'stock held for nobody',
      'inventory',
      `UPDATE reservations SET state = 'CONFIRMED' WHERE "orderId" = (SELECT "orderId" FROM reservations WHERE state = 'RELEASED' LIMIT 1)`,
      [1, 2],
    ],
    [
      'an order that vanished',
      'order',
      `DELETE FROM orders WHERE id = (SELECT id FROM orders WHERE status = 'DELIVERED' LIMIT 1)`,
      [2, 3, 5],
    ],
    [
      'a step that was never told',
      'order',
      `UPDATE orders SET version = version + 1 WHERE id = (SELECT id FROM orders WHERE status = 'PENDING' LIMIT 1)`,
      [3, 5],
    ],
    [
      'a cent too much in the figures',
      'analytics',
      'UPDATE sales_orders SET "totalCents" = "totalCents" + 1 WHERE "orderId" = (SELECT min("orderId"::text)::uuid FROM sales_orders)',
      [5],
    ],
    [
      'a notice that nobody got',
      'notification',
      'DELETE FROM notifications WHERE id = (SELECT min(id::text)::uuid FROM notifications WHERE "orderId" IS NOT NULL)',
      [7],
    ],
    [
      'a message that never left',
      'order',
      `INSERT INTO messaging.outbox ("eventId", "eventType", "topic", "aggregateId", "aggregateVersion", "payload", "headers") SELECT gen_random_uuid(), 'ORDER_PLACED', 'order-events', gen_random_uuid(), 2, '', '{}'`,
      [8],
    ],
  ] as const)('%s', async (_, service, damage, numbers) => {
    // The relay would send a planted message, and mend what this is about.
    await town.victims.of('order').end('SIGTERM');
    const client = new pg.Client({ connectionString: town.stack.databaseUrl(service) });
    await client.connect();
    const undo = await damaging(client, damage);
    try {
      const { stack } = town;
      const { findings } = await checkBooks({
        databaseUrl: (name) => stack.databaseUrl(name),
        kafkaBrokers: stack.kafkaBrokers,
        poisoned,
        quietMsMax: 500,
      });
      expect([...new Set(findings.map(({ invariant }) => invariant))].toSorted()).toEqual(numbers);
    } finally {
      await undo();
      await client.end();
    }
  });
});

/** Keeps the tables as they were beside the damaged ones, and puts them back. */
async function damaging(client: pg.Client, damage: string): Promise<() => Promise<void>> {
  const table = /(?:UPDATE|FROM|INTO) ((?:messaging\.)?\w+)/.exec(damage)![1]!;
  await client.query(`CREATE TABLE kept AS SELECT * FROM ${table}`);
  await client.query(damage);
  return async () => {
    await client.query('BEGIN');
    await client.query(`DELETE FROM ${table}`);
    await client.query(`INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT * FROM kept`);
    await client.query('DROP TABLE kept');
    await client.query('COMMIT');
  };
}
