/**
 * The kitchen has finished an order: the courier can take it.
 *
 * - Only staff say so, and only of an order that is PREPARING. Its status stays.
 * - Saying it twice is the same as once. An order may leave without it.
 */

import { Refusal } from '@oms/service-kit/refusal';
import {
  nextSteps,
  requireVersion,
  requireVisible,
  type Actor,
  type Order,
  type OrderEvent,
  type Versions,
} from './order.ts';

export type MarkReady = { readonly at: Date; readonly by: Actor; readonly expected?: Versions };

export function markReady(stored: Order | null, { at, by, expected }: MarkReady): OrderEvent[] {
  const order = requireVisible(stored, by);
  requireVersion(order, expected);
  if (order.readyAt !== null) return [];
  if (order.status !== 'PREPARING') throw notPreparing(order);
  return [{ type: 'OrderReady', at: at < order.updatedAt ? order.updatedAt : at, by }];
}

function notPreparing({ status }: Order): Refusal {
  const allowed = nextSteps[status];
  const steps = allowed.length > 0 ? allowed.join(', ') : 'none';
  const detail = `Only an order that is PREPARING can be ready, and this one is ${status}. Allowed: ${steps}.`;
  return new Refusal('INVALID_TRANSITION', detail, { allowed });
}
