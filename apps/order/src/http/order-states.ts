/** For inventory alone: how orders stand, so that it can hold its reservations against them. */

import type { Http } from '@oms/service-kit';
import type { OrderStates } from '../store/order-states.ts';
import { parseOrderId } from './order-params.ts';
import { NoQuery, OrderStatesBody, OrderStatesPageBody, OrderStatesPageReply, OrderStatesReply } from './schemas.ts';

const caller = { roles: ['service'], problems: ['ORDERS_UNAVAILABLE'] } as const;

export function addOrderStateRoutes(http: Http, states: OrderStates): void {
  http.post(
    '/internal/orders/states',
    {
      config: caller,
      schema: {
        tags: ['internal'],
        summary:
          'How these orders stand, and whether Kafka has all they had to say; those that do not exist are left out',
        querystring: NoQuery,
        body: OrderStatesBody,
        response: { 200: OrderStatesReply },
      },
    },
    async ({ body }) => ({ results: await states.of(body.orderIds.map(parseOrderId)) }),
  );

  http.post(
    '/internal/orders/states/page',
    {
      config: caller,
      schema: {
        tags: ['internal'],
        summary: 'How all orders stand, by id, page after page: the next one begins after the last id of this one',
        querystring: NoQuery,
        body: OrderStatesPageBody,
        response: { 200: OrderStatesPageReply },
      },
    },
    async ({ body: { after, limit } }) => ({
      results: await states.page(after === undefined ? null : parseOrderId(after), limit),
    }),
  );
}
