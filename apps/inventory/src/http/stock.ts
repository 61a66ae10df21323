/** The stock of an item: what staff put in or take out by hand, and the ledger of all its movements. */
import { decodeCursor, encodeCursor, etagOf, Refusal, type Http } from '@oms/service-kit';
import type { ItemReply } from '../domain/stock.ts';
import type { KeptMovement, Queries } from '../store/queries.ts';
import type { StockWriter } from '../store/transact.ts';
import { viewOf } from './items.ts';
import {
  AdjustBody,
  IdempotencyHeaders,
  Item,
  ItemParams,
  MovementList,
  MovementListQuery,
  RestockBody,
} from './schemas.ts';
import { itemIdOf, receiptOf, toldBy } from './request-context.ts';

const writing = ['NOT_FOUND', 'QUANTITY_TOO_LARGE', 'IDEMPOTENCY_KEY_REUSED', 'STOCK_UNAVAILABLE', 'STARTING'];

export function stockRoutes(
  http: Http,
  { queries, stock, now }: { queries: Queries; stock: StockWriter; now: () => Date },
): void {
  http.post(
    '/v1/inventory/:id/restock',
    {
      config: { roles: ['staff', 'admin'], problems: writing },
      schema: {
        tags: ['inventory'],
        summary: 'Add what came in; safe to repeat with the same Idempotency-Key',
        params: ItemParams,
        headers: IdempotencyHeaders,
        body: RestockBody,
        response: { 200: Item },
      },
    },
    async (request, reply) => {
      const itemId = itemIdOf(request.params.id);
      const { quantity } = request.body;
      const key = request.headers['idempotency-key'];
      const receipt = receiptOf(request, key, ['restock', itemId, quantity]);
      const answer = await stock.submit({ type: 'Restock', itemId, quantity, receipt, ...toldBy(request, now()) });
      return reply.headers(headersOf(answer, key)).send(viewOf(answer.item));
    },
  );

  http.post(
    '/v1/inventory/:id/adjustments',
    {
      config: { roles: ['staff', 'admin'], problems: ['INSUFFICIENT_STOCK', ...writing] },
      schema: {
        tags: ['inventory'],
        summary: 'Correct the quantity, with a reason; safe to repeat with the same Idempotency-Key',
        params: ItemParams,
        headers: IdempotencyHeaders,
        body: AdjustBody,
        response: { 200: Item },
      },
    },
    async (request, reply) => {
      const itemId = itemIdOf(request.params.id);
      const { delta, reason } = request.body;
      if (delta === 0) throw noAdjustment();
      const key = request.headers['idempotency-key'];
      const receipt = receiptOf(request, key, ['adjust', itemId, delta, reason]);
      const answer = await stock.submit({
        type: 'Adjust',
        itemId,
        delta,
        note: reason,
        receipt,
        ...toldBy(request, now()),
      });
      return reply.headers(headersOf(answer, key)).send(viewOf(answer.item));
    },
  );

  http.get(
    '/v1/inventory/:id/movements',
    {
      config: { roles: ['staff', 'admin'], problems: ['NOT_FOUND'] },
      schema: {
        tags: ['inventory'],
        summary: 'The ledger of an item, newest first; the sum of all deltas is the quantity',
        params: ItemParams,
        querystring: MovementListQuery,
        response: { 200: MovementList },
      },
    },
    async ({ params, query: { limit, cursor } }) => {
      const itemId = itemIdOf(params.id);
      const movements = await queries.movements(itemId, { limit: limit + 1, beforeVersion: versionIn(cursor) });
      if (movements.length === 0 && !(await queries.item(itemId))) {
        throw new Refusal(
          'NOT_FOUND',
          `There is no item ${itemId}, and never was. List the inventory to see what there is.`,
        );
      }
      const last = movements.length > limit ? movements[limit - 1] : undefined;
      const nextCursor = last ? encodeCursor([String(last.itemVersion)]) : null;
      return { data: movements.slice(0, limit).map(viewOfMovement), nextCursor };
    },
  );
}

function viewOfMovement({ at, itemVersion, ...movement }: KeptMovement) {
  return { ...movement, at: at.toISOString(), version: itemVersion };
}

function headersOf({ item, replayed }: ItemReply, key: string | undefined): Record<string, string> {
  return { etag: etagOf(item.version), ...(replayed && key !== undefined && { 'idempotency-replayed': 'true' }) };
}

function versionIn(cursor: string | undefined): number | null {
  if (cursor === undefined) return null;
  const [version = ''] = decodeCursor(cursor, 1);
  if (/^\d{1,9}$/.test(version)) return Number(version);
  throw invalid('cursor', 'must be the nextCursor of an earlier page of this list; leave it out to start anew');
}

function noAdjustment(): Refusal {
  return invalid('delta', 'must not be 0: nothing would be adjusted');
}

function invalid(field: string, message: string): Refusal {
  return new Refusal('VALIDATION_FAILED', `The request is not as it should be: ${field} ${message}.`, {
    errors: [{ field, message }],
  });
}
