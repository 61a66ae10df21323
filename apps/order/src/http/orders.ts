/** The orders as a resource: placing one, listing them, reading one. */

import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { ItemId } from '@oms/contracts';
import { etagOf, isKnown, traceparentOf, type Http } from '@oms/service-kit';
import { isStaff, requireVisible } from '../domain/order.ts';
import type { Placements } from '../commands/place-order.ts';
import type { Queries } from '../store/queries.ts';
import type { VersionWaiters } from './version-waiters.ts';
import { orderIdFromParams } from './order-params.ts';
import { afterOrder, createdBetween, pageOf } from './paging.ts';
import * as shape from './schemas.ts';

const everyone = ['customer', 'staff', 'admin'] as const;
const placing = [
  ...['INSUFFICIENT_STOCK', 'UNKNOWN_ITEM', 'TOTAL_TOO_LARGE', 'INVENTORY_UNAVAILABLE', 'PLACEMENT_ABANDONED'],
  ...[
    'IDEMPOTENCY_KEY_REUSED',
    'IDEMPOTENCY_IN_FLIGHT',
    'ORDER_ALREADY_PLACED',
    'ORDERS_UNAVAILABLE',
    'STARTING',
    'TOO_BUSY',
  ],
];

export function addOrderRoutes(
  http: Http,
  o: { placements: Placements; queries: Queries; watch: VersionWaiters },
): void {
  http.post(
    '/v1/orders',
    {
      config: { roles: everyone, problems: placing },
      schema: {
        tags: ['orders'],
        summary: 'Place an order for oneself, at the prices of now',
        headers: shape.PlaceOrderHeaders,
        querystring: shape.NoQuery,
        body: shape.PlaceOrderBody,
        response: { 201: shape.Order },
      },
    },
    async (request, reply) => {
      const key = request.headers['idempotency-key'];
      const idempotencyKey = key ?? randomUUID();
      reply.header('idempotency-key', idempotencyKey);
      const { line2 = null, instructions = null, ...address } = request.body.deliveryAddress;
      const placed = await o.placements.place({
        idempotencyKey,
        keyIsNew: key === undefined,
        items: request.body.items.map((line) => ({ ...line, itemId: line.itemId.toLowerCase() as ItemId })),
        deliveryAddress: { ...address, line2, instructions },
        by: request.caller,
        traceparent: traceparentOf(request.headers),
      });
      if (placed.replayed) reply.header('idempotency-replayed', 'true');
      reply.header('location', `/v1/orders/${placed.orderId}`).header('etag', etagOf(1));
      // Sent as it is kept, word for word; every reply to this key is the same.
      return reply
        .code(201)
        .type('application/json; charset=utf-8')
        .serializer(String)
        .send(placed.body as never);
    },
  );

  http.get(
    '/v1/orders',
    {
      config: { roles: everyone, problems: ['ORDERS_UNAVAILABLE'] },
      schema: {
        tags: ['orders'],
        summary: 'The newest orders first; customers see their own',
        querystring: shape.OrderListQuery,
        response: { 200: shape.OrderList },
      },
    },
    async ({ caller, query }) => {
      const { customerId, status, limit, cursor } = query;
      // Another customer's orders are not refused but not there: their list is as empty as that of a stranger.
      const customerIds = [...(isStaff(caller) ? [] : [caller.id]), ...(customerId === undefined ? [] : [customerId])];
      const filter = { customerIds, status, ...createdBetween(query), after: afterOrder(cursor) };
      const rows = await o.queries.list({ ...filter, limit: limit + 1 });
      return pageOf(rows, limit, (row) => [row.createdAt, row.id]);
    },
  );

  http.get(
    '/v1/orders/:id',
    {
      config: { roles: everyone, problems: ['ORDERS_UNAVAILABLE'] },
      schema: {
        tags: ['orders'],
        summary: 'One order',
        params: shape.OrderParams,
        querystring: shape.OrderQuery,
        headers: shape.IfNoneMatchHeaders,
        response: { 200: shape.Order, 304: shape.NothingNew },
      },
    },
    async (request, reply) => {
      const { waitFor } = request.query;
      const id = orderIdFromParams(request.params);
      const read = async () => requireVisible(await o.queries.get(id), request.caller);
      const order =
        waitFor === undefined ? await read() : await o.watch.until(id, waitFor, read, goneSignal(reply.raw));
      reply.header('etag', etagOf(order.version));
      if (isKnown(request.headers['if-none-match'], order.version)) return reply.code(304).send(null);
      return order;
    },
  );
}

/** Aborted when nobody waits for the reply any more. */
function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  return gone.signal;
}
