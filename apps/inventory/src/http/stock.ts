/** Routes of an item's stock: restocks and adjustments by staff, and the ledger of all movements. */
import { createCursors, disconnectSignal, Refusal, type Http } from '@oms/service-kit';
import type { StoredMovement } from '../store/movement-rows.ts';
import type { Queries } from '../store/queries.ts';
import type { StockWriter } from '../store/transact.ts';
import { headersOf, itemView } from './items.ts';
import {
  AdjustBody,
  IdempotencyHeaders,
  Item,
  ItemParams,
  type Movement,
  MovementList,
  MovementListQuery,
  RestockBody,
} from './schemas.ts';
import { idempotencyOf, parseItemId, requestContext } from './request-context.ts';

const replyHeaders = ['etag', 'stock-version', 'idempotency-replayed'] as const;
const writeProblems = ['NOT_FOUND', 'QUANTITY_TOO_LARGE', 'IDEMPOTENCY_KEY_REUSED', 'STOCK_UNAVAILABLE', 'STARTING'];

/** Of the ledger of one item. */
const cursors = createCursors({ list: 'inventory/movements', sort: { version: 'integer' } });

export function stockRoutes(
  http: Http,
  { queries, stock, now }: { queries: Queries; stock: StockWriter; now: () => Date },
): void {
  http.post(
    '/v1/inventory/:id/restock',
    {
      config: { roles: ['staff', 'admin'], problems: writeProblems, replyHeaders },
      schema: {
        tags: ['inventory'],
        operationId: 'restockItem',
        summary: 'Add units that were delivered; safe to repeat with the same Idempotency-Key',
        params: ItemParams,
        headers: IdempotencyHeaders,
        body: RestockBody,
        response: { 200: Item },
      },
    },
    async (request, reply) => {
      const itemId = parseItemId(request.params.id);
      const { quantity } = request.body;
      const key = request.headers['idempotency-key'];
      const idempotency = idempotencyOf(request, key, ['restock', itemId, quantity]);
      const answer = await stock.submit(
        {
          type: 'Restock',
          itemId,
          quantity,
          idempotency,
          ...requestContext(request, now()),
        },
        { signal: disconnectSignal(reply) },
      );
      return reply.headers(headersOf(answer, key)).send(itemView(answer.item));
    },
  );

  http.post(
    '/v1/inventory/:id/adjustments',
    {
      config: { roles: ['staff', 'admin'], problems: ['INSUFFICIENT_STOCK', ...writeProblems], replyHeaders },
      schema: {
        tags: ['inventory'],
        operationId: 'adjustItem',
        summary: 'Correct the quantity, with a reason; safe to repeat with the same Idempotency-Key',
        params: ItemParams,
        headers: IdempotencyHeaders,
        body: AdjustBody,
        response: { 200: Item },
      },
    },
    async (request, reply) => {
      const itemId = parseItemId(request.params.id);
      const { delta, reason } = request.body;
      if (delta === 0) throw invalid('delta', 'must not be 0: nothing would be adjusted');
      const key = request.headers['idempotency-key'];
      const idempotency = idempotencyOf(request, key, ['adjust', itemId, delta, reason]);
      const answer = await stock.submit(
        {
          type: 'Adjust',
          itemId,
          delta,
          note: reason,
          idempotency,
          ...requestContext(request, now()),
        },
        { signal: disconnectSignal(reply) },
      );
      return reply.headers(headersOf(answer, key)).send(itemView(answer.item));
    },
  );

  http.get(
    '/v1/inventory/:id/movements',
    {
      config: { roles: ['staff', 'admin'], problems: ['NOT_FOUND'] },
      schema: {
        tags: ['inventory'],
        operationId: 'listMovements',
        summary:
          'The ledger of an item, newest first; the sum of all `delta` is the quantity, that of all `shortDelta` what is short',
        params: ItemParams,
        querystring: MovementListQuery,
        response: { 200: MovementList },
      },
    },
    async ({ params, query: { limit, cursor } }) => {
      const itemId = parseItemId(params.id);
      const before = cursors.after(cursor, { itemId });
      const movements = await queries.movements(itemId, { limit: limit + 1, beforeVersion: before?.version ?? null });
      if (movements.length === 0 && !(await queries.item(itemId))) {
        throw new Refusal(
          'NOT_FOUND',
          `There is no item ${itemId}, and there never was one. List the inventory to see what there is.`,
        );
      }
      return cursors.pageOf(movements.map(movementView), {
        limit,
        filters: { itemId },
        sortOf: (movement) => movement,
      });
    },
  );
}

export function movementView({ at, itemVersion, ...movement }: StoredMovement): Movement {
  return { ...movement, at: at.toISOString(), version: itemVersion };
}

function invalid(field: string, message: string): Refusal {
  return new Refusal('VALIDATION_FAILED', `The request is not valid: ${field} ${message}.`, {
    errors: [{ field, message }],
  });
}
