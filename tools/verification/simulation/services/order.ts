// A replica of the order service below its HTTP layer, put together as in apps/order/src/app.ts.

import type { CustomerId, OrderId } from '@oms/contracts';
import { createOutbox, createRelay } from '@oms/messaging';
import { createExpiredIdempotencyKeys } from '../../../../apps/order/src/jobs/expired-idempotency-keys.ts';
import {
  cancel,
  changeStatus,
  requireVisible,
  type Actor,
  type CancelReason,
  type Order,
  type OrderEvent,
  type OrderStatus,
} from '../../../../apps/order/src/domain/order.ts';
import { forgetReplies } from '../../../../apps/order/src/store/expired-replies.ts';
import { loadPlacements } from '../../../../apps/order/src/store/load-orders.ts';
import { viewOf } from '../../../../apps/order/src/store/order-view.ts';
import { createPlacements, type Asked, type Wish } from '../../../../apps/order/src/commands/place-order.ts';
import { createInventoryClient } from '../../../../apps/order/src/clients/inventory.ts';
import { createTransact } from '../../../../apps/order/src/store/transact.ts';
import { createHttpClient, type Door } from './calls.ts';
import type { Surroundings } from './house.ts';
import { createNoMetrics } from './surroundings.ts';

export type ChangeWish = { orderId: OrderId; to: OrderStatus; reason: CancelReason | null; by: Actor };

export function startOrder(s: Surroundings): Door {
  const { pool, kafka, logger, codec, databaseUrl } = s;
  const metrics = createNoMetrics();
  const now = () => new Date();
  const relay = createRelay({ service: 'order', databaseUrl, pool, kafka, logger, metrics });
  const transact = createTransact({
    pool,
    outbox: createOutbox({ codec, source: 'order' }),
    enqueue: (stored) => relay.enqueue(stored),
    committed: () => {},
    queueMax: 10_000,
    metrics,
  });
  const inventory = createHttpClient(s.world, s.process, 'inventory', () => s.replicas('inventory'));
  const stock = createInventoryClient({ inventory, queueMax: 10_000, metrics });
  const placements = createPlacements({
    ...{ transact, stock, now, queueMax: 10_000, metrics },
    loadPlacements: (ids) => loadPlacements(pool, ids),
    promiseMinutes: 45,
    assertReady: () => {},
  });
  const expiredKeys = createExpiredIdempotencyKeys({ forget: forgetReplies.bind(null, pool), now, logger });
  void relay.start();
  expiredKeys.start();

  return async (path, body) => {
    switch (path) {
      case '/v1/orders':
        return placements.place(body as Wish);
      case '/internal/placements/resolve': {
        const asked = (body as { placements: Asked[] }).placements;
        const results = asked.map(async (each) => ({ orderId: each.orderId, outcome: await placements.resolve(each) }));
        return { results: await Promise.all(results) };
      }
      default:
        return change(body as ChangeWish);
    }
  };

  async function change({ orderId, to, reason, by }: ChangeWish) {
    const common = { at: now(), by };
    const decide = (order: Order | null): OrderEvent[] =>
      reason === null ? changeStatus(order, { ...common, to }) : cancel(order, { ...common, reason, note: null });
    const settled = await transact.submit({ orderId, decide: (known) => ({ events: decide(known.order) }) });
    return viewOf(requireVisible(settled.order, by));
  }
}

export type { CustomerId };
