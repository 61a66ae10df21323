// The route by which the order service asks each service for the orders that wait there for too long.

import { Timestamp, Type, Uuid, type Static } from '../schemas.ts';
import type { Http } from './create-http.ts';

export const overdueEventIdsMax = 2_000;

const Body = Type.Object({
  eventIds: Type.Array(Uuid, {
    maxItems: overdueEventIdsMax,
    description: 'Messages of orders that should have been applied by now',
  }),
  before: Type.Unsafe<string>({ ...Timestamp, description: 'What waits since before this time is overdue' }),
});

export const OverdueOrders = Type.Object({
  unapplied: Type.Array(Uuid, { description: 'Those of `eventIds` that this service has not applied' }),
  orders: Type.Array(
    Type.Object({
      orderId: Uuid,
      cause: Type.Enum(['MESSAGE', 'RESERVATION'], {
        description: 'A dead letter or a waiting message; a reservation',
      }),
      since: Timestamp,
    }),
  ),
});
export type OverdueOrders = Static<typeof OverdueOrders>;
export type OverdueReservation = { orderId: string; since: Date };

export type OverdueRouteOptions = {
  /** All throw the service's own refusal while its database does not answer. */
  messages: (request: { eventIds: readonly string[]; before: Date }) => Promise<{
    unapplied: string[];
    aggregates: { aggregateId: string; since: Date }[];
  }>;
  /** Of inventory: reservations that are not confirmed. */
  reservations?: (before: Date) => Promise<OverdueReservation[]>;
  /** The code of that refusal. */
  unavailable: string;
};

export function overdueOrdersRoute(http: Http, { messages, reservations, unavailable }: OverdueRouteOptions): void {
  http.post(
    '/internal/orders/overdue',
    {
      config: { roles: ['service'], problems: [unavailable] },
      schema: {
        tags: ['internal'],
        summary: 'Which orders wait in this service for too long: for a message to be applied, or for a reservation',
        body: Body,
        response: { 200: OverdueOrders },
      },
    },
    async ({ body }) => {
      const before = new Date(body.before);
      const [{ unapplied, aggregates }, held = []] = await Promise.all([
        messages({ eventIds: body.eventIds, before }),
        reservations?.(before),
      ]);
      const orders = [
        ...aggregates.map(({ aggregateId, since }) => ({ orderId: aggregateId, cause: 'MESSAGE' as const, since })),
        ...held.map(({ orderId, since }) => ({ orderId, cause: 'RESERVATION' as const, since })),
      ];
      return { unapplied, orders: orders.map((each) => ({ ...each, since: each.since.toISOString() })) };
    },
  );
}
