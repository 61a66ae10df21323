/** The routes by which inventory reads the state of orders, to compare it with its reservations. */

import type { Http } from '@oms/service-kit';
import type { OrderStates } from '../store/order-states.ts';
import { parseOrderId } from './order-params.ts';
import { orderStateView, publishedOrderStateView } from './order-view.ts';
import { NoQuery, OrderStatesBody, OrderStatesPageBody, OrderStatesPageReply, OrderStatesReply } from './schemas.ts';

const config = { roles: ['service'], problems: ['ORDERS_UNAVAILABLE'] } as const;

export function addOrderStateRoutes(http: Http, states: OrderStates): void {
  http.post(
    '/internal/orders/states',
    {
      config,
      schema: {
        tags: ['internal'],
        summary:
          'The state of these orders, and whether Kafka has all their messages; ids without an order are left out',
        querystring: NoQuery,
        body: OrderStatesBody,
        response: { 200: OrderStatesReply },
      },
    },
    async ({ body }) => {
      const found = await states.of(body.orderIds.map(parseOrderId));
      return { results: found.map(publishedOrderStateView) };
    },
  );

  http.post(
    '/internal/orders/states/page',
    {
      config,
      schema: {
        tags: ['internal'],
        summary: 'The state of all orders, by id, page after page: the next page begins after the last id of this one',
        querystring: NoQuery,
        body: OrderStatesPageBody,
        response: { 200: OrderStatesPageReply },
      },
    },
    async ({ body: { after, limit } }) => {
      const page = await states.page(after === undefined ? null : parseOrderId(after), limit);
      return { results: page.map(orderStateView) };
    },
  );
}
