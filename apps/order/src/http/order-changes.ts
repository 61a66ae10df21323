/** Changes of a placed order: status steps, cancelling, and the history of both. */

import { disconnectSignal, etagOf, traceparentOf, versionsIn, type Http } from '@oms/service-kit';
import { cancel } from '../domain/cancellation.ts';
import {
  changeStatus,
  requireVisible,
  type Actor,
  type Order,
  type OrderEvent,
  type Versions,
} from '../domain/order.ts';
import { markReady } from '../domain/ready.ts';
import type { OrderChanges } from '../commands/change-order.ts';
import type { HistoryEntry } from '../store/history-row.ts';
import type { Queries } from '../store/queries.ts';
import { orderIdFromParams, parseItemId } from './order-params.ts';
import { changeView, orderView } from './order-view.ts';
import { changeCursors } from './paging.ts';
import * as schema from './schemas.ts';

type Request = { params: { id: string }; headers: Headers; caller: Actor };
type Headers = { 'if-match'?: string | undefined; [name: string]: string | string[] | undefined };
type Reply = Parameters<typeof disconnectSignal>[0] & { header(name: string, value: string): unknown };
type Decide = (order: Order | null, common: { at: Date; by: Actor; expected?: Versions }) => OrderEvent[];

const everyone = ['customer', 'staff', 'admin'] as const;
const staff = ['staff', 'admin'] as const;
const problems = ['INVALID_TRANSITION', 'PRECONDITION_FAILED', 'ORDERS_UNAVAILABLE', 'STARTING'];
const cancelProblems = ['REASON_NOT_ALLOWED', 'RESTOCK_NOT_ALLOWED', 'ITEM_NOT_IN_ORDER'];

export type OrderChangeOptions = { changes: OrderChanges; queries: Queries; now: () => Date };

export function addOrderChangeRoutes(http: Http, { changes, queries, now }: OrderChangeOptions): void {
  http.get(
    '/v1/orders/:id/history',
    {
      config: { roles: everyone, problems: ['ORDERS_UNAVAILABLE'] },
      schema: {
        tags: ['orders'],
        operationId: 'getOrderHistory',
        summary: 'All changes of an order, the oldest first',
        params: schema.OrderParams,
        querystring: schema.HistoryQuery,
        response: { 200: schema.ChangeList },
      },
    },
    async ({ caller, params, query: { limit, cursor } }) => {
      const id = orderIdFromParams(params);
      const { version: after } = changeCursors.after(cursor, { id }) ?? { version: 0 };
      requireVisible(await queries.get(id), caller);
      const history = await queries.history(id, { after, limit: limit + 1 });
      const page = { limit, filters: { id }, sortOf: (change: HistoryEntry) => change };
      const { data, nextCursor } = changeCursors.pageOf(history, page);
      return { data: data.map(changeView), nextCursor };
    },
  );

  http.patch(
    '/v1/orders/:id/status',
    {
      config: { roles: staff, problems, replyHeaders: ['etag'] },
      schema: {
        tags: ['orders'],
        operationId: 'changeOrderStatus',
        summary: 'Move an order to its next status',
        params: schema.OrderParams,
        querystring: schema.NoQuery,
        headers: schema.IfMatchHeaders,
        body: schema.ChangeStatusBody,
        response: { 200: schema.Order },
      },
    },
    (request, reply) =>
      change(request, reply, (order, common) => changeStatus(order, { ...common, to: request.body.status })),
  );

  http.post(
    '/v1/orders/:id/ready',
    {
      config: { roles: staff, problems, replyHeaders: ['etag'] },
      schema: {
        tags: ['orders'],
        operationId: 'markOrderReady',
        summary: 'Say that the kitchen has finished an order: a courier can take it',
        description:
          'Only while the order is PREPARING, which it stays. An order that is ready already is answered as it is. An order may leave without it.',
        params: schema.OrderParams,
        querystring: schema.NoQuery,
        headers: schema.IfMatchHeaders,
        response: { 200: schema.Order },
      },
    },
    (request, reply) => change(request, reply, markReady),
  );

  http.post(
    '/v1/orders/:id/cancel',
    {
      config: { roles: everyone, problems: [...problems, ...cancelProblems], replyHeaders: ['etag'] },
      schema: {
        tags: ['orders'],
        operationId: 'cancelOrder',
        summary: 'Cancel an order; stock that comes back can be ordered again when the answer comes',
        description: [
          'A customer cancels their own order while it is PENDING, with the reason CUSTOMER. Staff cancel with any reason until the courier leaves,',
          'and end a failed delivery (OUT_FOR_DELIVERY) with NO_SHOW, ADDRESS_NOT_FOUND or REFUSED.',
          'A cancelled order is answered as it is: the first reason stays.',
          'If inventory does not answer within 300 ms, the order is cancelled all the same, and inventory follows when it reads the message.',
        ].join(' '),
        params: schema.OrderParams,
        querystring: schema.NoQuery,
        headers: schema.IfMatchHeaders,
        body: schema.CancelBody,
        response: { 200: schema.Order },
      },
    },
    (request, reply) => {
      const { reason, note = null, restock, items } = request.body;
      const soldOutItemIds = items?.map(parseItemId);
      return change(request, reply, (order, common) =>
        cancel(order, { ...common, reason, note, restock, soldOutItemIds }),
      );
    },
  );

  async function change({ headers, caller: by, params }: Request, reply: Reply, decide: Decide) {
    const expected = versionsIn(headers['if-match']);
    const common = { at: now(), by, ...(expected && { expected }) };
    const changed = await changes({
      orderId: orderIdFromParams(params),
      by: by.id,
      traceparent: traceparentOf(headers),
      signal: disconnectSignal(reply),
      decide: (order) => decide(order, common),
    });
    const order = requireVisible(changed, by);
    reply.header('etag', etagOf(order.version));
    return orderView(order);
  }
}
