/** Applies events of orders to their reservations: a placed order confirms, a delivered one sells, a cancelled one releases. */
import type { Message, OrderStatusChanged } from '@oms/contracts';
import type { Apply } from '@oms/messaging';
import { cutText } from '@oms/service-kit/text';
import type { Command } from '../domain/stock.ts';
import { stockBatch, type Transact } from '../store/transact.ts';

/** The ledger's limit for a text. Longer ones are cut, because stock must be released whatever the text is. */
const textMax = 255;

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

function commandForStatus({ aggregateId, toStatus, changedBy, reason }: OrderStatusChanged, at: Date): Command {
  const orderId = aggregateId;
  if (toStatus === 'DELIVERED') return { type: 'Sell', orderId, at };
  if (toStatus === 'CANCELLED') {
    return {
      type: 'Release',
      orderId,
      attempt: null,
      orderPlaced: true,
      note: noteOf(reason),
      by: cutText(changedBy, textMax),
      at,
    };
  }
  // Every other status proves that the order was placed, also when its ORDER_PLACED is older than what Kafka still has.
  return { type: 'Confirm', orderId, attempt: null, at };
}

function noteOf(reason: string | null): string {
  return cutText(reason === null ? 'the order was cancelled' : `the order was cancelled: ${reason}`, textMax);
}
