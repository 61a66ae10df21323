/**
 * Whose turn it is with an order: the kitchen's or the courier's, since when, and what happens at the deadline.
 *
 * - An order for later waits for its time. From then on the kitchen has to accept it, or it is cancelled.
 * - The kitchen then finishes it, the courier picks it up and delivers it; until then the promised delivery time is the deadline.
 */

import type { Evidence } from './evidence.ts';
import type { Wait } from './wait.ts';

export function nextStepOf({ order, preparationMinutes }: Pick<Evidence, 'order' | 'preparationMinutes'>): Wait[] {
  const { status, createdAt, updatedAt, promisedDeliveryAt } = order;
  const { dueAt, shownAt, acceptBy, acceptedAt, readyAt, pickedUpAt } = order;
  const promised = until(promisedDeliveryAt, late);
  switch (status) {
    case 'PENDING':
      if (dueAt && !shownAt) {
        return [
          {
            cause: 'ORDERED_FOR_LATER',
            what: 'its time, because it was ordered for later',
            whose: 'nobody: the order service shows it to the kitchen',
            since: createdAt.toISOString(),
            ...until(dueAt, 'The kitchen is shown the order, and has to accept it.'),
          },
        ];
      }
      return [
        {
          cause: 'KITCHEN_TO_ACCEPT',
          what: 'the kitchen to accept the order',
          whose: 'the kitchen',
          since: (shownAt ?? createdAt).toISOString(),
          ...(acceptBy
            ? until(acceptBy, 'The order is cancelled as NOT_ACCEPTED, and its stock comes back.')
            : promised),
        },
      ];
    case 'PREPARING':
      if (readyAt) {
        return [
          {
            cause: 'COURIER_TO_PICK_UP',
            what: 'the courier to pick up the order',
            whose: 'the courier',
            since: readyAt.toISOString(),
            ...promised,
          },
        ];
      }
      return [
        {
          cause: 'KITCHEN_TO_FINISH',
          what: 'the kitchen to finish the order',
          whose: 'the kitchen',
          since: (acceptedAt ?? updatedAt).toISOString(),
          ...(acceptedAt && preparationMinutes > 0
            ? until(new Date(acceptedAt.getTime() + preparationMinutes * 60_000), late)
            : promised),
        },
      ];
    case 'OUT_FOR_DELIVERY':
      return [
        {
          cause: 'COURIER_TO_DELIVER',
          what: 'the courier to deliver the order',
          whose: 'the courier',
          since: (pickedUpAt ?? updatedAt).toISOString(),
          ...promised,
        },
      ];
    case 'DELIVERED':
    case 'CANCELLED':
      return [];
  }
}

const late = 'ORDER_LATE is published. The order goes on.';

function until(deadline: Date | null, atDeadline: string): Pick<Wait, 'deadline' | 'atDeadline'> {
  return deadline === null ? { deadline: null, atDeadline: null } : { deadline: deadline.toISOString(), atDeadline };
}
