/**
 * Changes a placed order. When it is cancelled, its stock is back before the caller has the answer: inventory is asked for it, within a time
 * limit, after the order is committed. If inventory does not answer in time, it does the same when it reads the order's message.
 */

import type { OrderId } from '@oms/contracts';
import type { Logger } from '@oms/service-kit';
import { releaseMsMax } from '../clients/stock-releases.ts';
import { cancelledBy, type CancelledOrder } from '../domain/cancellation.ts';
import type { Order, OrderEvent } from '../domain/order.ts';
import type { Command, Transact } from '../store/transact.ts';

export type ChangeOrder = {
  readonly orderId: OrderId;
  readonly by: string;
  readonly traceparent?: string | undefined;
  /** Aborted when the caller has gone. A change that has not begun is not made then. */
  readonly signal?: AbortSignal;
  readonly decide: (order: Order | null) => OrderEvent[];
};
/** The order after the change; null if it does not exist. */
export type OrderChanges = (command: ChangeOrder) => Promise<Order | null>;

export type OrderChangesOptions = {
  transact: Transact;
  release: (order: CancelledOrder) => Promise<void>;
  /** The cancellation of an order that is cancelled already. */
  loadCancelled: (orderId: OrderId) => Promise<CancelledOrder | null>;
  logger: Logger;
};

export function createOrderChanges({ transact, release, loadCancelled, logger }: OrderChangesOptions): OrderChanges {
  return async ({ orderId, by, traceparent, signal, decide }) => {
    let decided: CancelledOrder | null = null;
    const command: Command = {
      orderId,
      by,
      traceparent,
      decide(stored) {
        const events = decide(stored.order);
        decided = cancelledBy(orderId, events);
        return { events };
      },
    };
    const { order, changed } = await transact.submit(command, { signal });
    // Also when it was cancelled before: the release of that time may have failed. What was said then counts.
    if (order?.status === 'CANCELLED') {
      await withinTime(releaseStock(orderId, changed ? decided : null)).catch((err: unknown) => {
        logger.warn({ err, orderId }, 'Inventory has not released the stock of a cancelled order; the message will');
      });
    }
    return order;
  };

  async function releaseStock(orderId: OrderId, decided: CancelledOrder | null): Promise<void> {
    const cancelled = decided ?? (await loadCancelled(orderId));
    if (cancelled === null) throw new Error('the history does not have its cancellation');
    await release(cancelled);
  }
}

async function withinTime(work: Promise<void>): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${releaseMsMax} ms`)), releaseMsMax);
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
