/** The routes of orders as a resource: place one, list them, read one. */

import { randomUUID } from 'node:crypto';
import { parseCents, type Cents, type CustomerId } from '@oms/contracts';
import { disconnectSignal, etagOf, isKnown, Refusal, traceparentOf, type Http } from '@oms/service-kit';
import { parseTime } from '@oms/service-kit/window';
import { isStaff, requireVisible, type Actor } from '../domain/order.ts';
import type { Placements } from '../commands/place-order.ts';
import type { Queries } from '../store/queries.ts';
import type { VersionWaiters } from './version-waiters.ts';
import { orderIdFromParams, parseItemId } from './order-params.ts';
import { orderView } from './order-view.ts';
import { createdBetween, orderCursors } from './paging.ts';
import * as schema from './schemas.ts';

const everyone = ['customer', 'staff', 'admin'] as const;
const placementProblems = [
  'INSUFFICIENT_STOCK',
  'ITEM_UNAVAILABLE',
  'UNKNOWN_ITEM',
  'PRICE_CHANGED',
  'TOTAL_TOO_LARGE',
  'INVENTORY_UNAVAILABLE',
  'PLACEMENT_ABANDONED',
  'IDEMPOTENCY_KEY_REUSED',
  'IDEMPOTENCY_IN_FLIGHT',
  'ORDER_ALREADY_PLACED',
  'ORDERS_UNAVAILABLE',
  'STARTING',
  'TOO_BUSY',
];

export type OrderRouteOptions = { placements: Placements; queries: Queries; versionWaiters: VersionWaiters };

export function addOrderRoutes(http: Http, { placements, queries, versionWaiters }: OrderRouteOptions): void {
  http.post(
    '/v1/orders',
    {
      config: {
        roles: everyone,
        problems: placementProblems,
        replyHeaders: ['location', 'etag', 'idempotency-key', 'idempotency-replayed'],
      },
      schema: {
        tags: ['orders'],
        operationId: 'placeOrder',
        summary: 'Place an order at the current prices: for yourself, or as staff for a customer',
        headers: schema.PlaceOrderHeaders,
        querystring: schema.NoQuery,
        body: schema.PlaceOrderBody,
        response: { 201: schema.Order },
      },
    },
    async (request, reply) => {
      const key = request.headers['idempotency-key'];
      const idempotencyKey = key ?? randomUUID();
      reply.header('idempotency-key', idempotencyKey);
      const { line2 = null, instructions = null, ...address } = request.body.deliveryAddress;
      const placed = await placements.place({
        idempotencyKey,
        keyIsNew: key === undefined,
        items: request.body.items.map((line) => ({ ...line, itemId: parseItemId(line.itemId) })),
        deliveryAddress: { ...address, line2, instructions },
        customerId: customerOf(request.body, request.caller),
        expectedTotalCents: centsOf(request.body.expectedTotal),
        deliverAt: parseTime(request.body.deliverAt, 'deliverAt') ?? undefined,
        by: request.caller,
        traceparent: traceparentOf(request.headers),
        signal: disconnectSignal(reply),
      });
      if (placed.replayed) reply.header('idempotency-replayed', 'true');
      reply.header('location', `/v1/orders/${placed.orderId}`).header('etag', etagOf(1));
      // Sent byte for byte as it is stored, so every reply to this key is the same.
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
        operationId: 'listOrders',
        summary: 'Orders by the time of their placement; customers see their own',
        querystring: schema.OrderListQuery,
        response: { 200: schema.OrderList },
      },
    },
    async ({ caller, query }) => {
      const { limit, cursor, ...others } = query;
      const { customerId, status = [], stuck, order: sequence } = others;
      if (stuck !== undefined && !isStaff(caller)) throw stuckForStaff();
      const statuses = [...new Set(status)].sort();
      const filters = { ...others, status: statuses };
      // Another customer's orders are not refused but left out: nobody can find out which customers exist.
      const customerIds = [...(isStaff(caller) ? [] : [caller.id]), ...(customerId === undefined ? [] : [customerId])];
      const after = orderCursors.after(cursor, filters);
      const orders = await queries.list({
        customerIds,
        statuses,
        stuck,
        created: createdBetween(query),
        oldestFirst: sequence === 'oldest',
        after,
        limit: limit + 1,
      });
      const { data, nextCursor } = orderCursors.pageOf(orders, { limit, filters, sortOf: (order) => order });
      return { data: data.map(orderView), nextCursor };
    },
  );

  http.get(
    '/v1/orders/:id',
    {
      config: { roles: everyone, problems: ['ORDERS_UNAVAILABLE'], replyHeaders: ['etag'] },
      schema: {
        tags: ['orders'],
        operationId: 'getOrder',
        summary: 'One order',
        params: schema.OrderParams,
        querystring: schema.OrderQuery,
        headers: schema.IfNoneMatchHeaders,
        response: { 200: schema.Order, 304: schema.NotModified },
      },
    },
    async (request, reply) => {
      const { waitFor } = request.query;
      const id = orderIdFromParams(request.params);
      const read = async () => requireVisible(await queries.get(id), request.caller);
      const order =
        waitFor === undefined ? await read() : await versionWaiters.waitFor(id, waitFor, read, disconnectSignal(reply));
      reply.header('etag', etagOf(order.version));
      if (isKnown(request.headers['if-none-match'], order.version)) return reply.code(304).send(null);
      return orderView(order);
    },
  );
}

function centsOf(money: string | undefined): Cents | undefined {
  return money === undefined ? undefined : parseCents(money);
}

/** The customer whom staff name; undefined: the caller. */
function customerOf({ customerId }: { customerId?: string }, caller: Actor): CustomerId | undefined {
  if (customerId === undefined) return undefined;
  if (isStaff(caller)) return customerId.toLowerCase() as CustomerId;
  throw new Refusal('FORBIDDEN', 'Only staff place orders for others. Leave out "customerId": the order is for you.');
}

function stuckForStaff(): Refusal {
  return new Refusal('FORBIDDEN', 'The filter stuck is for staff and admins. Send the request without it.');
}
