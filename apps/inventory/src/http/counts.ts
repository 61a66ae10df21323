/** Routes of counting an item: what is on its shelf, also while pieces are promised, and the orders that they are promised to. */
import { createCursors, disconnectSignal, Refusal, type Http } from '@oms/service-kit';
import type { ItemId } from '@oms/contracts';
import type { Queries } from '../store/queries.ts';
import type { StockWriter } from '../store/transact.ts';
import { headersOf, itemView } from './items.ts';
import { idempotencyOf, parseItemId, requestContext } from './request-context.ts';
import { CountBody, CountReply, IdempotencyHeaders, ItemParams, PromiseList, PromiseListQuery } from './schemas.ts';

const staff = ['staff', 'admin'] as const;
/** The number of orders that the reply to a count names. */
const namedMax = 20;

/** The youngest first. */
const cursors = createCursors({ list: 'inventory/promises', sort: { reservedAt: 'time', orderId: 'uuid' } });

export function countRoutes(
  http: Http,
  { queries, stock, now }: { queries: Queries; stock: StockWriter; now: () => Date },
): void {
  http.post(
    '/v1/inventory/:id/counts',
    {
      config: {
        roles: [...staff],
        problems: ['NOT_FOUND', 'IDEMPOTENCY_KEY_REUSED', 'STOCK_UNAVAILABLE', 'STARTING'],
        replyHeaders: ['etag', 'stock-version', 'idempotency-replayed'],
      },
      schema: {
        tags: ['inventory'],
        operationId: 'countItem',
        summary: 'Record what is on the shelf; fewer than are promised are accepted, and short then',
        params: ItemParams,
        headers: IdempotencyHeaders,
        body: CountBody,
        response: { 200: CountReply },
      },
    },
    async (request, reply) => {
      const itemId = parseItemId(request.params.id);
      const { onHand, reason } = request.body;
      const key = request.headers['idempotency-key'];
      const answer = await stock.submit(
        {
          type: 'Count',
          itemId,
          onHand,
          note: reason,
          idempotency: idempotencyOf(request, key, ['count', itemId, onHand, reason]),
          ...requestContext(request, now()),
        },
        { signal: disconnectSignal(reply) },
      );
      const promisedTo = answer.item.short > 0 ? await youngestPromises(itemId) : null;
      return reply.headers(headersOf(answer, key)).send({ ...itemView(answer.item), promisedTo });
    },
  );

  http.get(
    '/v1/inventory/:id/promises',
    {
      config: { roles: [...staff], problems: ['NOT_FOUND'] },
      schema: {
        tags: ['inventory'],
        operationId: 'listPromises',
        summary: 'The orders that units of an item are promised to and still on the shelf for, the youngest first',
        params: ItemParams,
        querystring: PromiseListQuery,
        response: { 200: PromiseList },
      },
    },
    async ({ params, query: { limit, cursor } }) => {
      const itemId = parseItemId(params.id);
      const after = cursors.after(cursor, { itemId });
      const promises = await queries.promises(itemId, { limit: limit + 1, after });
      if (promises.length === 0 && !(await queries.item(itemId))) {
        throw new Refusal('NOT_FOUND', `There is no item ${itemId}. List the inventory to see what there is.`);
      }
      const { data, nextCursor } = cursors.pageOf(promises, {
        limit,
        filters: { itemId },
        sortOf: (promise) => promise,
      });
      return {
        data: data.map(({ reservedAt, ...promise }) => ({ ...promise, reservedAt: reservedAt.toISOString() })),
        nextCursor,
      };
    },
  );

  /** Null when they have ended since the count. */
  async function youngestPromises(itemId: ItemId) {
    const [promises, orders] = await Promise.all([
      queries.promises(itemId, { limit: namedMax, after: undefined }),
      queries.countPromises(itemId),
    ]);
    return orders > 0 ? { orders, orderIds: promises.map(({ orderId }) => orderId) } : null;
  }
}
