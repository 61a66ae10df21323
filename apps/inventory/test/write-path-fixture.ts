/** The base of the integration tests: a database of their own, one or more instances of the write path, and short functions for commands. */
import { randomUUID } from 'node:crypto';
import { createCodec, type EventType, type ItemId, type Message, type OrderId } from '@oms/contracts';
import { createOutbox, createSchemaCache, inTransaction } from '@oms/messaging';
import { createMetrics } from '@oms/service-kit';
import { createDatabase, testStack } from '@oms/test-kit';
import pg from 'pg';
import { publishes } from '../src/domain/messages.ts';
import type { Command } from '../src/domain/stock.ts';
import { createStockWriter, createTransact, stockBatch, type StockWriter } from '../src/store/transact.ts';

export type WritePath = Awaited<ReturnType<typeof openWritePath>>;
export type PublishedMessage = { eventType: EventType; aggregateId: string; aggregateVersion: number };

export async function openWritePath() {
  const database = await createDatabase('inventory');
  const { pool, databaseUrl } = database;
  const cache = createSchemaCache(pool);
  const codec = await createCodec({ registryUrl: testStack().registryUrl, cache, publishes });
  const metrics = createMetrics('inventory');
  const transact = createTransact({ outbox: createOutbox({ codec, source: 'inventory' }), metrics });
  const others: { pool: pg.Pool; stock: StockWriter }[] = [];
  const openWriter = (on: pg.Pool) =>
    createStockWriter({
      pool: on,
      transact,
      enqueue() {},
      assertReady() {},
      queueMax: 10_000,
      metrics: createMetrics('inventory'),
    });
  const stock = openWriter(pool);

  return {
    databaseUrl,
    pool,
    stock,
    transact,
    metrics,
    /** Another instance of the service on the same database. */
    another(): StockWriter {
      const its = new pg.Pool({
        connectionString: databaseUrl,
        max: 5,
        connectionTimeoutMillis: 10_000,
        pipeline: true,
      });
      its.on('error', () => {}); // its connections may be cut together with the database
      its.on('connect', (client) => client.on('error', () => {})); // as in the test kit
      const other = openWriter(its);
      others.push({ pool: its, stock: other });
      return other;
    },
    async create(itemName: string, quantity: number, threshold = 0): Promise<ItemId> {
      const { item } = await stock.submit(creation(itemName, quantity, threshold));
      return item.id;
    },
    /** In one transaction, as the consumer of order-events does it. */
    apply: (commands: readonly Command[]) => inTransaction(pool, (client) => transact(client, stockBatch(commands))),
    async stockOf(itemId: ItemId): Promise<[quantity: number, reserved: number]> {
      const { rows } = await pool.query('SELECT quantity, reserved FROM inventory WHERE id = $1', [itemId]);
      return [rows[0].quantity, rows[0].reserved];
    },
    async state(orderId: OrderId): Promise<string | undefined> {
      const { rows } = await pool.query('SELECT state FROM reservations WHERE "orderId" = $1', [orderId]);
      return rows[0]?.state as string | undefined;
    },
    /** The messages of an item in the outbox, in order. */
    async published(itemId: ItemId): Promise<Message[]> {
      const { rows } = await pool.query('SELECT payload FROM messaging.outbox WHERE "aggregateId" = $1 ORDER BY id', [
        itemId,
      ]);
      return Promise.all(rows.map(({ payload }) => codec.decode(payload)));
    },
    async ledgerSum(itemId: ItemId): Promise<number> {
      const { rows } = await pool.query(
        'SELECT coalesce(sum(delta), 0)::int AS sum FROM movements WHERE "itemId" = $1',
        [itemId],
      );
      return rows[0].sum as number;
    },
    /** How often PostgreSQL had to kill one of two transactions that waited for each other. */
    async deadlocks(): Promise<number> {
      await pool.query('SELECT pg_stat_force_next_flush()');
      const { rows } = await pool.query(
        'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()',
      );
      return rows[0].deadlocks as number;
    },
    async close() {
      await stock.close();
      for (const other of others) {
        await other.stock.close();
        await other.pool.end();
      }
      await database.drop();
    },
  };
}

export function newOrderId(): OrderId {
  return randomUUID() as string as OrderId;
}

export function creation(itemName: string, quantity: number, threshold = 0) {
  const details = { itemName, threshold, unit: 'piece', priceCents: 950, category: 'Food' };
  const itemId = randomUUID() as string as ItemId;
  return {
    type: 'CreateItem' as const,
    itemId,
    details,
    quantity,
    by: 'staff',
    at: new Date(),
    idempotency: newIdempotency(),
  };
}

export function newIdempotency(key: string = randomUUID()) {
  return { callerId: 'staff', key, requestHash: 'a request' };
}

export function reservation(lines: readonly (readonly [ItemId, number])[], orderId = newOrderId()) {
  return {
    type: 'Reserve' as const,
    orderId,
    lines: lines.map(([itemId, quantity]) => ({ itemId, quantity })),
    by: 'order',
    at: new Date(),
  };
}

export function release(orderId: OrderId, attempt: number | null = null) {
  return {
    type: 'Release' as const,
    orderId,
    attempt,
    orderPlaced: attempt === null,
    restock: true,
    soldOutItemIds: [],
    note: null,
    by: 'somebody',
    at: new Date(),
  };
}
