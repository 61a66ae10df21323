// A replica of inventory below its HTTP layer, put together as in apps/inventory/src/app.ts.

import { formatCents, type ItemId, type OrderId } from '@oms/contracts';
import { createConsumer, createOutbox, createRelay, type StoredMessage } from '@oms/messaging';
import type pg from 'pg';
import { createAbandonedReservations } from '../../../../apps/inventory/src/jobs/abandoned-reservations.ts';
import { createExpiredReceipts } from '../../../../apps/inventory/src/jobs/expired-idempotency-records.ts';
import { createOrderNews } from '../../../../apps/inventory/src/consumers/order-events.ts';
import type { Particulars } from '../../../../apps/inventory/src/domain/item.ts';
import type { Line, ReserveOutcome } from '../../../../apps/inventory/src/domain/reservation.ts';
import type { Receipt } from '../../../../apps/inventory/src/domain/stock.ts';
import { createPlacements } from '../../../../apps/inventory/src/clients/placements.ts';
import type { Held } from '../../../../apps/inventory/src/store/queries.ts';
import { forgetReceipts } from '../../../../apps/inventory/src/store/idempotency-records.ts';
import { createStockWriter, createTransact } from '../../../../apps/inventory/src/store/transact.ts';
import { createHttpClient, type Door } from './calls.ts';
import type { Surroundings } from './house.ts';
import { createNoMetrics } from './surroundings.ts';

export type StaffWish = { itemId: ItemId; quantity: number; receipt: Receipt; by: string; particulars?: Particulars };

export function startInventory(s: Surroundings): Door {
  const { pool, kafka, logger, codec, databaseUrl } = s;
  const metrics = createNoMetrics();
  const now = () => new Date();
  const relay = createRelay({ service: 'inventory', databaseUrl, pool, kafka, logger, metrics });
  const enqueue = (stored: StoredMessage[]) => relay.enqueue(stored);
  const transact = createTransact({ outbox: createOutbox({ codec, source: 'inventory' }), metrics });
  const stock = createStockWriter({ pool, transact, enqueue, assertReady: () => {}, queueMax: 10_000, metrics });
  const consumer = createConsumer({
    ...{ service: 'inventory', group: 'oms-inventory', pool, kafka, codec, topics: ['order-events'] },
    ...{ apply: createOrderNews({ transact, now }), enqueue, logger, metrics, onFatal: s.exit },
  });
  const order = createHttpClient(s.world, s.process, 'order', () => s.replicas('order'));
  const abandoned = createAbandonedReservations({
    ...{ queries: { held: held.bind(null, pool) }, placements: createPlacements(order), stock, now, logger, metrics },
    ...{ holdMs: 3_000, everyMs: 1_000 },
  });
  const expired = createExpiredReceipts({
    forget: (before, countMax) => forgetReceipts(pool, before, countMax),
    now,
    logger,
  });
  void relay.start();
  void consumer.start();
  abandoned.start();
  expired.start();

  return async (path, body) => {
    if (path === '/internal/reservations') return reserve((body as { reservations: Wanted[] }).reservations);
    const { itemId, quantity, receipt, by, particulars } = body as StaffWish;
    const told = { itemId, receipt, by, at: now() };
    if (particulars) return stock.submit({ type: 'CreateItem', particulars, quantity, ...told });
    if (path.endsWith('/restock')) return stock.submit({ type: 'Restock', quantity, ...told });
    return stock.submit({ type: 'Adjust', delta: quantity, note: 'counted', ...told });
  };

  type Wanted = { orderId: OrderId; lines: Line[] };
  async function reserve(reservations: readonly Wanted[]) {
    const told = { by: 'order', at: now() };
    const outcomes = await Promise.all(
      reservations.map(({ orderId, lines }) => stock.submit({ type: 'Reserve', orderId, lines, ...told })),
    );
    return { results: outcomes.map(viewOfOutcome) };
  }
}

/** The query that Prisma makes of `queries.held`. */
async function held(pool: pg.Pool, before: Date, limit: number): Promise<Held[]> {
  const text = `SELECT "orderId", attempt, "createdAt" FROM reservations WHERE state = 'HELD' AND "createdAt" < $1 ORDER BY "createdAt" LIMIT $2`;
  return (await pool.query<Held>(text, [before, limit])).rows;
}

function viewOfOutcome(outcome: ReserveOutcome) {
  if (outcome.outcome !== 'RESERVED') return outcome;
  const lines = outcome.lines.map(({ unitPriceCents, ...line }) => ({
    ...line,
    unitPrice: formatCents(unitPriceCents),
  }));
  return { ...outcome, lines };
}
