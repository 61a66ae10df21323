/** The write path of one replica, and commands for it, for tests that look below HTTP. */

import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { createCodec, memorySchemaCache, type CustomerId, type OrderId } from '@oms/contracts';
import { createOutbox, type StoredMessage } from '@oms/messaging';
import { createMetrics } from '@oms/service-kit';
import { testStack } from '@oms/test-kit';
import { deadlineOf } from '../src/domain/deadlines.ts';
import { publishes } from '../src/domain/messages.ts';
import { changeStatus, place, type Order, type OrderStatus } from '../src/domain/order.ts';
import { assertMayPlace, repeatable } from '../src/domain/placement.ts';
import { createTransact, type Command, type Transact } from '../src/store/transact.ts';
import { orderLine } from './order-lines.ts';

export type Replica = {
  transact: Transact;
  enqueued: StoredMessage[][];
  committed: Order[];
  splits(): Promise<number>;
  stop(): Promise<void>;
};

const staff = { id: randomUUID(), role: 'staff' };
const at = new Date();

export async function startReplica(databaseUrl: string): Promise<Replica> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 4, pipeline: true });
  pool.on('connect', (client) => client.on('error', () => {})); // as in the test kit
  const codec = await createCodec({
    registryUrl: testStack().registryUrl,
    cache: memorySchemaCache(),
    publishes,
  });
  const metrics = createMetrics('order');
  const enqueued: StoredMessage[][] = [];
  const committed: Order[] = [];
  const transact = createTransact({
    pool,
    outbox: createOutbox({ codec, source: 'order' }),
    queueMax: 10_000,
    metrics,
    enqueue: (stored) => void enqueued.push(stored),
    committed: (order) => void committed.push(order),
    deadlineAt: (order) => deadlineOf(order, { preparationMinutes: 20 })?.at ?? null,
  });
  return {
    transact,
    enqueued,
    committed,
    splits: async () => (await metrics.getSingleMetric('group_commit_splits_total')?.get())?.values[0]?.value ?? 0,
    async stop() {
      await transact.stop();
      await pool.end();
    },
  };
}

export function placing(orderId = randomUUID() as string as OrderId, attempt = 1): Command {
  const [customerId, idempotencyKey, requestHash] = [randomUUID() as string as CustomerId, randomUUID(), 'hash'];
  const address = { line1: '1', line2: null, city: 'X', postalCode: '1', country: 'US', instructions: null };
  const lines = [orderLine()];
  const command = {
    orderId,
    customerId,
    lines,
    totalCents: 5,
    deliveryAddress: address,
    deliverAt: null,
    promiseMinutes: 45,
    acceptMinutes: 15,
    at,
    by: staff,
  };
  return {
    orderId,
    decide(stored) {
      if (repeatable(stored.placement, requestHash)) return { events: [] };
      assertMayPlace(stored, attempt);
      const reply = 'the reply';
      return {
        events: place(stored.order, command),
        placement: { outcome: 'PLACED', orderId, attempt, customerId, idempotencyKey, requestHash, at, reply },
      };
    },
  };
}

export function stepping(orderId: OrderId, to: OrderStatus): Command {
  return { orderId, decide: ({ order }) => ({ events: changeStatus(order, { to, at, by: staff }) }) };
}

export function newIds(count: number): OrderId[] {
  return Array.from({ length: count }, () => randomUUID() as string as OrderId);
}
