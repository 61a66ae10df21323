/** Applies events of orders to their reservations: a placed order confirms, one that is cooked takes, a cancelled one releases or writes off. */
import type { Message, OrderStatusChanged } from '@oms/contracts';
import type { Apply } from '@oms/messaging';
import { releaseOfCancelled, takeOf } from '../domain/reservation.ts';
import type { Command } from '../domain/stock.ts';
import { stockBatch, type Transact } from '../store/transact.ts';

/** Applies a batch in the consumer's own transaction, on the same write path as requests, and returns the messages stored in the outbox. */
export function createOrderEventHandler({ transact, now }: { transact: Transact; now: () => Date }): Apply {
  return async (client, messages) => {
    const commands = messages.flatMap((message) => commandFor(message, now()));
    if (commands.length === 0) return [];
    const { stored } = await transact(client, stockBatch(commands));
    return stored;
  };
}

function commandFor(message: Message, at: Date): Command[] {
  switch (message.eventType) {
    case 'ORDER_PLACED':
      return [{ type: 'Confirm', orderId: message.aggregateId, attempt: null, at }];
    case 'ORDER_STATUS_CHANGED':
      return [commandForStatus(message, at)];
    default:
      return [];
  }
}

function commandForStatus(message: OrderStatusChanged, at: Date): Command {
  const { aggregateId: orderId, toStatus, changedBy, reason, restock, soldOutItemIds } = message;
  if (toStatus === 'CANCELLED') return releaseOfCancelled({ orderId, changedBy, reason, restock, soldOutItemIds }, at);
  // PENDING proves that the order was placed, also when its ORDER_PLACED is older than what Kafka still has.
  if (toStatus === 'PENDING') return { type: 'Confirm', orderId, attempt: null, at };
  // Whichever comes first: an event may be among the dead letters.
  return takeOf(orderId, changedBy, at);
}
