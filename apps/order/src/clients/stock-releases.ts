/**
 * Asks inventory to end the reservations of cancelled orders: their stock comes back or is written off. It is a short cut: inventory does the same when it reads the order's message from
 * Kafka, once for each order, whichever comes first. Releases that wait while a call is in flight share the next call.
 */

import { createGroupCommit } from '@oms/group-commit';
import type { HttpClient, MetricsRegistry } from '@oms/service-kit';
import type { CancelledOrder } from '../domain/cancellation.ts';

export type StockReleases = {
  /** Resolves when the stock is released, rejects when inventory did not answer. */
  release(order: CancelledOrder): Promise<void>;
  stop(): Promise<void>;
};
export type StockReleasesOptions = { http: HttpClient; queueMax: number; metrics: MetricsRegistry };

/** How long a caller waits. A release that has not been sent by then is left to the message. */
export const releaseMsMax = 300;
const ordersPerCallMax = 200;

export function createStockReleases({ http, queueMax, metrics }: StockReleasesOptions): StockReleases {
  const group = createGroupCommit<CancelledOrder, void>({
    name: 'release',
    async commit(orders) {
      try {
        await http.post('/internal/reservations/release', { orders: orders.map(requestOf) });
        return orders.map(() => ({ value: undefined }));
      } catch (error) {
        // Not thrown: the group would repeat the call for each order alone.
        const reason = error instanceof Error ? error : new Error(String(error));
        return orders.map(() => ({ error: reason }));
      }
    },
    countMax: ordersPerCallMax,
    callerOf: ({ changedBy }) => changedBy,
    queueMax,
    metrics,
  });
  return { release: (order) => group.submit(order, { withinMs: releaseMsMax }), stop: () => group.stop() };
}

/** Only what differs from the rule is sent: inventory of the release before knows no other fields. */
function requestOf({ orderId, changedBy, reason, restock, soldOutItemIds }: CancelledOrder) {
  return {
    orderId,
    changedBy,
    reason,
    ...(restock === false && { restock }),
    ...(soldOutItemIds && { soldOutItemIds }),
  };
}
