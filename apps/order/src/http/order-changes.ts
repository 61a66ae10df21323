/** What happens to a placed order: steps, cancelling, and the history of both. */

import { etagOf, traceparentOf, versionsIn, type Http } from '@oms/service-kit';
import {
  cancel,
  changeStatus,
  requireVisible,
  type Actor,
  type Order,
  type OrderEvent,
  type Seen,
} from '../domain/order.ts';
import { viewOf } from '../store/order-view.ts';
import type { Queries } from '../store/queries.ts';
import type { Transact } from '../store/transact.ts';
import { afterVersion, pageOf } from './paging.ts';
import * as shape from './schemas.ts';
import { orderIdFromParams } from './order-params.ts';

type Request = { params: { id: string }; headers: Headers; caller: Actor };
type Headers = { 'if-match'?: string | undefined; [name: string]: string | string[] | undefined };
type Reply = { header(name: string, value: string): unknown };
type Decide = (order: Order | null, common: { at: Date; by: Actor; seen?: Seen }) => OrderEvent[];

const everyone = ['customer', 'staff', 'admin'] as const;
const shop = ['staff', 'admin'] as const;
const changing = ['INVALID_TRANSITION', 'PRECONDITION_FAILED', 'ORDERS_UNAVAILABLE', 'STARTING'];

export function addOrderChangeRoutes(http: Http, o: { transact: Transact; queries: Queries; now: () => Date }): void {
  http.get(
    '/v1/orders/:id/history',
    {
      config: { roles: everyone, problems: ['ORDERS_UNAVAILABLE'] },
      schema: {
        tags: ['orders'],
        summary: 'Every change of an order, the oldest first',
        params: shape.OrderParams,
        querystring: shape.HistoryQuery,
        response: { 200: shape.ChangeList },
      },
    },
    async ({ caller, params, query: { limit, cursor } }) => {
      const id = orderIdFromParams(params);
      const after = afterVersion(cursor);
      requireVisible(await o.queries.get(id), caller);
      const rows = await o.queries.history(id, { after, limit: limit + 1 });
      return pageOf(rows, limit, (row) => [String(row.version)]);
    },
  );

  http.patch(
    '/v1/orders/:id/status',
    {
      config: { roles: shop, problems: changing },
      schema: {
        tags: ['orders'],
        summary: 'Take an order a step further',
        params: shape.OrderParams,
        querystring: shape.NoQuery,
        headers: shape.IfMatchHeaders,
        body: shape.ChangeStatusBody,
        response: { 200: shape.Order },
      },
    },
    (request, reply) =>
      change(request, reply, (order, common) => changeStatus(order, { ...common, to: request.body.status })),
  );

  http.post(
    '/v1/orders/:id/cancel',
    {
      config: { roles: everyone, problems: changing },
      schema: {
        tags: ['orders'],
        summary: 'Cancel an order; its stock comes back',
        params: shape.OrderParams,
        querystring: shape.NoQuery,
        headers: shape.IfMatchHeaders,
        body: shape.CancelBody,
        response: { 200: shape.Order },
      },
    },
    (request, reply) => {
      const { reason, note = null } = request.body;
      return change(request, reply, (order, common) => cancel(order, { ...common, reason, note }));
    },
  );

  async function change(request: Request, reply: Reply, decide: Decide) {
    const { headers, caller: by, params } = request;
    const seen = versionsIn(headers['if-match']);
    const common = { at: o.now(), by, ...(seen && { seen }) };
    const settled = await o.transact.submit({
      ...{ orderId: orderIdFromParams(params), by: by.id },
      traceparent: traceparentOf(request.headers),
      decide: (known) => ({ events: decide(known.order, common) }),
    });
    const order = requireVisible(settled.order, by);
    reply.header('etag', etagOf(order.version));
    return viewOf(order);
  }
}
