/** The fence of placements where it is written: the primary key decides between an attempt and its abandonment, not who looked first. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCodec, memorySchemaCache, type CustomerId, type OrderId } from '@oms/contracts';
import { createOutbox, inTransaction, type StoredMessage } from '@oms/messaging';
import { createMetrics } from '@oms/service-kit';
import { createDatabase, testStack, type TestDatabase } from '@oms/test-kit';
import type { Placement } from '../src/domain/placement.ts';
import { PlacementMovedError, saveBatch } from '../src/store/save-batch.ts';
import { createTransact } from '../src/store/transact.ts';
import { newIds, placing } from './replica.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase('order');
});
afterAll(() => database.drop());

describe('a placement that another replica wrote after our look', () => {
  test('as abandoned fences that attempt and those before it, and no later one', async () => {
    const [orderId] = newIds(1);
    await save(abandoned(orderId!, 2));
    await expect(save(placed(orderId!, 1))).rejects.toThrow(PlacementMovedError);
    await expect(save(placed(orderId!, 2))).rejects.toThrow(PlacementMovedError);
    expect(await kept(orderId!)).toEqual(['ABANDONED', 2]);
    await save(placed(orderId!, 3));
    expect(await kept(orderId!)).toEqual(['PLACED', 3]);
  });

  test('as placed stays placed, whatever is recorded of any attempt', async () => {
    const [orderId] = newIds(1);
    await save(placed(orderId!, 1));
    for (const late of [abandoned(orderId!, 1), abandoned(orderId!, 2), placed(orderId!, 2)]) {
      await expect(save(late)).rejects.toThrow(PlacementMovedError);
    }
    expect(await kept(orderId!)).toEqual(['PLACED', 1]);
  });
});

test('an order whose COMMIT fails is not published', async () => {
  const codec = await createCodec({
    registryUrl: testStack().registryUrl,
    cache: memorySchemaCache(),
    publishes: ['ORDER_PLACED', 'NEW_ORDER'],
  });
  const outbox = createOutbox({ codec, source: 'order' });
  const enqueued: StoredMessage[][] = [];
  const transact = createTransact({
    pool: database.pool,
    outbox: {
      async append(client, messages, options) {
        const stored = await outbox.append(client, messages, options);
        await client.query('CREATE TEMP TABLE due (id INT PRIMARY KEY DEFERRABLE INITIALLY DEFERRED) ON COMMIT DROP');
        await client.query('INSERT INTO due VALUES (1), (1)');
        return stored;
      },
    },
    enqueue: (stored) => void enqueued.push(stored),
    committed: () => {},
    deadlineAt: () => null,
    queueMax: 10_000,
    metrics: createMetrics('order'),
  });
  const command = placing();
  await expect(transact.submit(command)).rejects.toMatchObject({ code: '23505' });
  expect([enqueued, await kept(command.orderId)]).toEqual([[], undefined]);
  await transact.stop();
});

function abandoned(orderId: OrderId, attempt: number): Placement {
  return { outcome: 'ABANDONED', orderId, attempt, at: new Date() };
}

function placed(orderId: OrderId, attempt: number): Placement {
  const [customerId] = newIds(1) as unknown as [CustomerId];
  const request = { idempotencyKey: 'key', requestHash: 'hash', reply: '{}' };
  return { outcome: 'PLACED', orderId, attempt, customerId, ...request, at: new Date() };
}

function save(placement: Placement): Promise<void> {
  const batch = { placements: [placement], inserts: [], updates: [], history: [] };
  return inTransaction(database.pool, (client) => saveBatch(client, batch, () => null));
}

async function kept(orderId: OrderId): Promise<[outcome: string, attempt: number] | undefined> {
  const { rows } = await database.pool.query<{ outcome: string; attempt: number }>(
    'SELECT outcome, attempt FROM placements WHERE "orderId" = $1',
    [orderId],
  );
  return rows[0] && [rows[0].outcome, rows[0].attempt];
}
