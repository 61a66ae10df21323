/** Decides a change again on an order that was changed by others since. Empty if the order has it already. */

import { step, type LaterEvent, type Order, type OrderEvent } from '../domain/order.ts';
import { markReady } from '../domain/ready.ts';

/** Throws a Refusal if the change is not possible any more. */
export function reapply(order: Order, event: LaterEvent): OrderEvent[] {
  const { at, by } = event;
  switch (event.type) {
    case 'StatusChanged': {
      const { to, reason, note, restock, soldOutItemIds } = event;
      return step(order, { to, reason, note, restock, soldOutItemIds, at, by });
    }
    case 'OrderReady':
      return markReady(order, { at, by });
    case 'OrderDue':
      return order.status === 'PENDING' && order.dueAt !== null && order.shownAt === null ? [event] : [];
  }
}
