/**
 * Changes a placed order. When it is cancelled, its stock is back before the caller has the answer: inventory is asked for it, within a time
 * limit, after the order is committed. If inventory does not answer in time, it releases the stock when it reads the order's message.
 */

import type { OrderId } from '@oms/contracts';
import type { Logger } from '@oms/service-kit';
import type { CancelledOrder } from '../clients/stock-releases.ts';
import type { Order, OrderEvent } from '../domain/order.ts';
import type { Command, Transact } from '../store/transact.ts';

export type ChangeOrder = {
  readonly orderId: OrderId;
  readonly by: string;
  /** For the ledger of the stock, if the order becomes cancelled. */
  readonly reason: string | null;
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
  logger: Logger;
};

const releaseMsMax = 2_000;

export function createOrderChanges({ transact, release, logger }: OrderChangesOptions): OrderChanges {
  return async ({ orderId, by, reason, traceparent, signal, decide }) => {
    const command: Command = { orderId, by, traceparent, decide: (stored) => ({ events: decide(stored.order) }) };
    const { order } = await transact.submit(command, { signal });
    // Also when it was cancelled before: the release of that time may have failed.
    if (order?.status === 'CANCELLED') {
      await withinTime(release({ orderId, changedBy: by, reason })).catch((err: unknown) => {
        logger.warn({ err, orderId }, 'Inventory has not released the stock of a cancelled order; the message will');
      });
    }
    return order;
  };
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
