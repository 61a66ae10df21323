// The short form of the fault run: every failpoint once, the quick faults, and whether the invariants notice damage.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failpoints } from '@oms/failpoint/catalogue';
import { startSystemUnderTest, type SystemUnderTest } from '../../harness/system-under-test.ts';
import { describeViolations } from '../../invariants/violation.ts';
import { checkWholeSystem } from '../../invariants/whole-system.ts';
import { runChaos } from '../chaos.ts';

const seed = 20_261_124;
const quickFaults = [
  'PostgreSQL killed in immediate mode',
  'PostgreSQL in a black hole for 15 s',
  'connections cut, also during COMMIT',
  'a stranger holds stock rows for 5 s',
  'Kafka killed',
  'registry away, services started cold',
  'all topics replayed',
];
let system: SystemUnderTest;

beforeAll(async () => {
  system = await startSystemUnderTest('chaos-test');
});
afterAll(() => system?.stop());

test('each process dies at each of its failpoints under load, comes back, and nothing is lost, doubled or oversold', async () => {
  const report = await runChaos({ system, seed, kills: 'once', only: [], print: console.log });
  expect(describeViolations(report.violations)).toBe('');
  expect(report.missed).toEqual([]);
  expect(report.kills).toBe(Object.keys(failpoints).length);
  expect(report.checks).toBeGreaterThan(10);
}, 480_000);

test('database, Kafka and registry fail under load, and nothing is lost, doubled or oversold', async () => {
  const report = await runChaos({ system, seed, kills: 0, only: quickFaults, checkFaults: 'once', print: console.log });
  expect(describeViolations(report.violations)).toBe('');
  expect(report.rows.map(({ fault }) => fault)).toEqual(quickFaults.toSorted());
}, 480_000);

describe('the invariants notice', () => {
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
      'a step that was never published',
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
      'a notification that nobody got',
      'notification',
      'DELETE FROM notifications WHERE id = (SELECT min(id::text)::uuid FROM notifications WHERE "orderId" IS NOT NULL)',
      [7],
    ],
    [
      'a message that nobody applied',
      'analytics',
      'DELETE FROM messaging.inbox WHERE "eventId" = (SELECT min("eventId"::text)::uuid FROM messaging.inbox)',
      [8],
    ],
    [
      'a message that never left',
      'order',
      `INSERT INTO messaging.outbox ("eventId", "eventType", "topic", "aggregateId", "aggregateVersion", "payload", "headers") SELECT gen_random_uuid(), 'ORDER_PLACED', 'order-events', gen_random_uuid(), 2, '', '{}'`,
      [8],
    ],
  ] as const)('%s', async (_, service, damage, numbers) => {
    // Order's relay would publish a planted message.
    await system.processes.of('order').end('SIGTERM');
    const client = new pg.Client({ connectionString: system.stack.databaseUrl(service) });
    await client.connect();
    const undo = await damageTable(client, damage);
    try {
      const { violations } = await checkWholeSystem(system.stack, { restMsMax: 500 });
      expect([...new Set(violations.map(({ invariant }) => invariant))].toSorted()).toEqual(numbers);
    } finally {
      await undo();
      await client.end();
    }
  });
});

/** Generated columns cannot be written. */
const columnsSql = `
SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns FROM pg_attribute
WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`;

/** Keeps a copy of the table, damages it, and answers how to put the copy back. */
async function damageTable(client: pg.Client, damage: string): Promise<() => Promise<void>> {
  const table = /(?:UPDATE|FROM|INTO) ((?:messaging\.)?\w+)/.exec(damage)![1]!;
  const { rows } = await client.query<{ columns: string }>(columnsSql, [table]);
  const { columns } = rows[0]!;
  await client.query(`CREATE TABLE kept AS SELECT ${columns} FROM ${table}`);
  await client.query(damage);
  return async () => {
    await client.query('BEGIN');
    await client.query(`DELETE FROM ${table}`);
    await client.query(`INSERT INTO ${table} (${columns}) OVERRIDING SYSTEM VALUE SELECT ${columns} FROM kept`);
    await client.query('DROP TABLE kept');
    await client.query('COMMIT');
  };
}
