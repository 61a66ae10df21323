/** The items: what is on the menu and the shelf, for everybody to read and for staff to change. */
import { randomUUID } from 'node:crypto';
import { formatCents, parseCents } from '@oms/contracts';
import { decodeCursor, encodeCursor, etagOf, isKnown, Refusal, versionsIn, type Http } from '@oms/service-kit';
import type { Item as ItemState, Particulars } from '../domain/item.ts';
import type { Queries } from '../store/queries.ts';
import type { StockWriter } from '../store/transact.ts';
import {
  ChangeItemBody,
  CreateItemBody,
  IdempotencyHeaders,
  IfMatchHeaders,
  IfNoneMatchHeaders,
  Item,
  ItemList,
  ItemListQuery,
  ItemParams,
  Removed,
  Unchanged,
} from './schemas.ts';
import { itemIdOf, receiptOf, toldBy } from './request-context.ts';

const readers = { roles: ['customer', 'staff', 'admin', 'service'] } as const;
const thresholdDefault = 10;

export function itemRoutes(
  http: Http,
  { queries, stock, now }: { queries: Queries; stock: StockWriter; now: () => Date },
): void {
  http.get(
    '/v1/inventory',
    {
      config: readers,
      schema: {
        tags: ['inventory'],
        summary: 'Items, by name',
        querystring: ItemListQuery,
        response: { 200: ItemList },
      },
    },
    async ({ query: { limit, cursor, ...filter } }) => {
      const [afterName] = cursor === undefined ? [] : decodeCursor(cursor, 1);
      const items = await queries.items({ ...filter, afterName: storable(afterName), limit: limit + 1 });
      const last = items.length > limit ? items[limit - 1] : undefined;
      return { data: items.slice(0, limit).map(viewOf), nextCursor: last ? encodeCursor([last.itemName]) : null };
    },
  );

  http.get(
    '/v1/inventory/:id',
    {
      config: { ...readers, problems: ['NOT_FOUND'] },
      schema: {
        tags: ['inventory'],
        summary: 'One item',
        params: ItemParams,
        headers: IfNoneMatchHeaders,
        response: { 200: Item, 304: Unchanged },
      },
    },
    async ({ params, headers }, reply) => {
      const item = await queries.item(itemIdOf(params.id));
      if (!item)
        throw new Refusal('NOT_FOUND', `There is no item ${params.id}. List the inventory to see what there is.`);
      reply.header('etag', etagOf(item.version));
      if (isKnown(headers['if-none-match'], item.version)) return reply.code(304).send(null);
      return viewOf(item);
    },
  );

  http.post(
    '/v1/inventory',
    {
      config: {
        roles: ['staff', 'admin'],
        problems: ['DUPLICATE_ITEM_NAME', 'IDEMPOTENCY_KEY_REUSED', 'STOCK_UNAVAILABLE', 'STARTING'],
      },
      schema: {
        tags: ['inventory'],
        summary: 'Put a new item on the shelf',
        headers: IdempotencyHeaders,
        body: CreateItemBody,
        response: { 201: Item },
      },
    },
    async (request, reply) => {
      const { quantity = 0, price, threshold = thresholdDefault, itemName, unit, category } = request.body;
      const particulars = { itemName, threshold, unit, category, priceCents: parseCents(price) };
      const key = request.headers['idempotency-key'];
      const { item, replayed } = await stock.submit({
        ...{ type: 'CreateItem', itemId: itemIdOf(randomUUID()), particulars, quantity },
        ...toldBy(request, now()),
        receipt: receiptOf(request, key, ['create', itemName, threshold, unit, category, price, quantity]),
      });
      if (replayed && key !== undefined) reply.header('idempotency-replayed', 'true');
      return reply
        .code(201)
        .header('location', `/v1/inventory/${item.id}`)
        .header('etag', etagOf(item.version))
        .send(viewOf(item));
    },
  );

  http.patch(
    '/v1/inventory/:id',
    {
      config: {
        roles: ['staff', 'admin'],
        problems: ['NOT_FOUND', 'PRECONDITION_FAILED', 'DUPLICATE_ITEM_NAME', 'STOCK_UNAVAILABLE', 'STARTING'],
      },
      schema: {
        tags: ['inventory'],
        summary: 'Change particulars of an item; its quantity is not one of them',
        params: ItemParams,
        headers: IfMatchHeaders,
        body: ChangeItemBody,
        response: { 200: Item },
      },
    },
    async (request, reply) => {
      const { price, ...texts } = request.body;
      const changes: Partial<Particulars> = { ...texts, ...(price !== undefined && { priceCents: parseCents(price) }) };
      const versions = versionsIn(request.headers['if-match']) ?? null;
      const { item } = await stock.submit({
        ...{ type: 'ChangeItem', itemId: itemIdOf(request.params.id), changes, versions },
        ...toldBy(request, now()),
      });
      return reply.header('etag', etagOf(item.version)).send(viewOf(item));
    },
  );

  http.delete(
    '/v1/inventory/:id',
    {
      config: {
        roles: ['staff', 'admin'],
        problems: ['NOT_FOUND', 'PRECONDITION_FAILED', 'ITEM_HAS_OPEN_RESERVATIONS', 'STOCK_UNAVAILABLE', 'STARTING'],
      },
      schema: {
        tags: ['inventory'],
        summary: 'Take an item off the shelf; its ledger stays',
        params: ItemParams,
        headers: IfMatchHeaders,
        response: { 204: Removed },
      },
    },
    async (request, reply) => {
      const versions = versionsIn(request.headers['if-match']) ?? null;
      await stock.submit({
        ...{ type: 'RemoveItem', itemId: itemIdOf(request.params.id), versions },
        ...toldBy(request, now()),
      });
      return reply.code(204).send(null);
    },
  );
}

export function viewOf(item: ItemState): Item {
  const { id, itemName, quantity, threshold, unit, priceCents, category, createdAt, updatedAt } = item;
  const times = { createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
  return { id, itemName, quantity, threshold, unit, price: formatCents(priceCents), category, ...times };
}

/** A cursor is the caller's input: only text that PostgreSQL can hold goes on to it. */
function storable(text: string | undefined): string | undefined {
  if (text === undefined || (text.isWellFormed() && !text.includes('\0'))) return text;
  throw new Refusal('VALIDATION_FAILED', 'The cursor is not one that this list gave out.', {
    errors: [
      {
        field: 'cursor',
        message: 'must be the nextCursor of an earlier page of this list; leave it out to start anew',
      },
    ],
  });
}
