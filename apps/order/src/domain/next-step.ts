/** Whose turn it is with an order: the kitchen's or the courier's, since when, and what happens at the deadline. */

import type { Evidence } from './evidence.ts';
import type { Wait } from './wait.ts';

export function nextStepOf({ order }: Pick<Evidence, 'order'>): Wait[] {
  const { status, createdAt, updatedAt, promisedDeliveryAt } = order;
  const promised = {
    deadline: promisedDeliveryAt?.toISOString() ?? null,
    atDeadline: promisedDeliveryAt === null ? null : 'The promised delivery time has passed. The order stays as it is.',
  };
  switch (status) {
    case 'PENDING':
      return [
        {
          cause: 'KITCHEN_TO_ACCEPT',
          what: 'the kitchen to accept the order',
          whose: 'the kitchen',
          since: createdAt.toISOString(),
          ...promised,
        },
      ];
    case 'PREPARING':
      return [
        {
          cause: 'KITCHEN_TO_FINISH',
          what: 'the kitchen to finish the order',
          whose: 'the kitchen',
          since: updatedAt.toISOString(),
          ...promised,
        },
      ];
    case 'OUT_FOR_DELIVERY':
      return [
        {
          cause: 'COURIER_TO_DELIVER',
          what: 'the courier to deliver the order',
          whose: 'the courier',
          since: updatedAt.toISOString(),
          ...promised,
        },
      ];
    case 'DELIVERED':
    case 'CANCELLED':
      return [];
  }
}
