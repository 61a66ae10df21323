/** What becomes of an order's reservation when news of the order comes: placed - confirmed, delivered - sold, cancelled - given back. */
import type { Message, OrderStatusChanged } from '@oms/contracts';
import type { Apply } from '@oms/messaging';
import type { Command } from '../domain/stock.ts';
import type { Transact } from '../store/transact.ts';

/** What the ledger holds of a text; what is longer is cut, as stock must come back whatever was written. */
const textMax = 255;

/** Applies a batch in the consumer's own transaction, by the same path that requests take, and answers what the outbox has stored. */
export function createOrderNews({ transact, now }: { transact: Transact; now: () => Date }): Apply {
  return async (client, messages) => {
    const commands = messages.flatMap((message) => commandFor(message, now()));
    if (commands.length === 0) return [];
    const { stored } = await transact(client, commands);
    return stored;
  };
}

function commandFor(message: Message, at: Date): Command[] {
  switch (message.eventType) {
    case 'ORDER_PLACED':
      return [{ type: 'Confirm', orderId: message.aggregateId, attempt: null, at }];
    case 'ORDER_STATUS_CHANGED':
      return [afterChange(message, at)];
    default:
      return [];
  }
}

function afterChange({ aggregateId: orderId, toStatus, changedBy, reason }: OrderStatusChanged, at: Date): Command {
  if (toStatus === 'DELIVERED') return { type: 'Sell', orderId, at };
  if (toStatus === 'CANCELLED') {
    return {
      type: 'Release',
      orderId,
      attempt: null,
      orderPlaced: true,
      note: noteOf(reason),
      by: changedBy.slice(0, textMax),
      at,
    };
  }
  // Every other step proves that the order was placed, also when its ORDER_PLACED lies before what can still be read.
  return { type: 'Confirm', orderId, attempt: null, at };
}

function noteOf(reason: string | null): string {
  return (reason === null ? 'the order was cancelled' : `the order was cancelled: ${reason}`).slice(0, textMax);
}
