// A replica of the order service: its own composition on simulated ports, with calls in place of its HTTP layer.

import type { ItemId, OrderId } from '@oms/contracts';
import { compose } from '../../../../apps/order/src/app.ts';
import type { Attempt, PlaceOrder } from '../../../../apps/order/src/commands/place-order.ts';
import { cancel } from '../../../../apps/order/src/domain/cancellation.ts';
import {
  changeStatus,
  requireVisible,
  type Actor,
  type CancelReason,
  type Order,
  type OrderEvent,
  type OrderStatus,
} from '../../../../apps/order/src/domain/order.ts';
import { markReady } from '../../../../apps/order/src/domain/ready.ts';
import { orderView } from '../../../../apps/order/src/http/order-view.ts';
import { createHttpClient, type Handler } from './network.ts';
import type { ServicePorts } from './ports.ts';

export type ChangeRequest = {
  orderId: OrderId;
  /** READY: the kitchen has finished it. */
  to: OrderStatus | 'READY';
  reason: CancelReason | null;
  restock?: boolean;
  soldOutItemIds?: ItemId[];
  by: Actor;
};

export function startOrder({ world, process, replicas, ...ports }: ServicePorts): Handler {
  const { now } = ports;
  const inventoryHttp = createHttpClient(world, process, 'inventory', () => replicas('inventory'));
  const { placements, changes, ...parts } = compose(
    { ...ports, inventoryHttp },
    {
      queueMax: 5_000,
      // A run is a minute: deadlines are seconds.
      terms: { promiseMinutes: 0.5, acceptMinutes: 0.2, leadMinutes: 0.9 },
      deadlines: { preparationMinutes: 0.1 },
    },
  );
  void parts.start();

  return async (path, body) => {
    switch (path) {
      case '/v1/orders':
        return placements.place(commandOf(body as PlacementRequest));
      case '/internal/placements/resolve': {
        const attempts = (body as { placements: Attempt[] }).placements;
        const results = attempts.map(async (attempt) => {
          return { orderId: attempt.orderId, outcome: await placements.resolve(attempt) };
        });
        return { results: await Promise.all(results) };
      }
      default:
        return change(body as ChangeRequest);
    }
  };

  async function change({ orderId, to, reason, restock, soldOutItemIds, by }: ChangeRequest) {
    const common = { at: now(), by };
    const decide = (order: Order | null): OrderEvent[] => {
      if (to === 'READY') return markReady(order, common);
      return reason === null
        ? changeStatus(order, { ...common, to })
        : cancel(order, { ...common, reason, note: null, restock, soldOutItemIds });
    };
    return orderView(requireVisible(await changes({ orderId, by: by.id, decide }), by));
  }
}

/** As it arrives: a time is a text in JSON. */
type PlacementRequest = Omit<PlaceOrder, 'deliverAt'> & { deliverAt?: string };

function commandOf({ deliverAt, ...request }: PlacementRequest): PlaceOrder {
  return { ...request, deliverAt: deliverAt === undefined ? undefined : new Date(deliverAt) };
}
