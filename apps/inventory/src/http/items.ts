/** Routes of the items: everybody may read them, staff may change them. */
import { randomUUID } from 'node:crypto';
import { formatCents, parseCents } from '@oms/contracts';
import { createCursors, disconnectSignal, etagOf, Refusal, versionsIn, type Http } from '@oms/service-kit';
import { availableFrom, isAvailable } from '../domain/availability.ts';
import { onHandOf, type Item as ItemState, type ItemDetails } from '../domain/item.ts';
import type { ItemReply } from '../domain/stock.ts';
import type { Queries } from '../store/queries.ts';
import type { StockWriter } from '../store/transact.ts';
import {
  ChangeHeaders,
  ChangeItemBody,
  CreateItemBody,
  IdempotencyHeaders,
  Item,
  ItemList,
  ItemListQuery,
  ItemParams,
  Removed,
} from './schemas.ts';
import { idempotencyOf, parseItemId, requestContext } from './request-context.ts';

const readers = { roles: ['customer', 'staff', 'admin', 'service'] } as const;
const thresholdDefault = 10;
/** By name. */
const cursors = createCursors({ list: 'inventory/items', sort: { itemName: 'text', id: 'uuid' } });

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
        operationId: 'listItems',
        summary: 'Items, by name',
        querystring: ItemListQuery,
        response: { 200: ItemList },
      },
    },
    async ({ query: { limit, cursor, ...filters } }) => {
      const { category: categories, ...others } = filters;
      const after = cursors.after(cursor, filters);
      const items = await queries.items({ ...others, categories, after, limit: limit + 1 });
      return cursors.pageOf(items.map(itemView), { limit, filters, sortOf: (item) => item });
    },
  );

  http.get(
    '/v1/inventory/:id',
    {
      config: { ...readers, problems: ['NOT_FOUND'], replyHeaders: ['etag', 'stock-version'] },
      schema: {
        tags: ['inventory'],
        operationId: 'getItem',
        summary: 'One item; its ETag follows its details, not its stock',
        params: ItemParams,
        response: { 200: Item },
      },
    },
    async ({ params }, reply) => {
      const item = await queries.item(parseItemId(params.id));
      if (!item)
        throw new Refusal('NOT_FOUND', `There is no item ${params.id}. List the inventory to see what there is.`);
      // If-None-Match is not checked: the tag follows the details, and the stock may have changed.
      return reply.headers(itemHeaders(item)).send(itemView(item));
    },
  );

  http.post(
    '/v1/inventory',
    {
      config: {
        roles: ['staff', 'admin'],
        replyHeaders: ['location', 'etag', 'stock-version', 'idempotency-replayed'],
        problems: ['DUPLICATE_ITEM_NAME', 'IDEMPOTENCY_KEY_REUSED', 'STOCK_UNAVAILABLE', 'STARTING'],
      },
      schema: {
        tags: ['inventory'],
        operationId: 'createItem',
        summary: 'Create an item',
        headers: IdempotencyHeaders,
        body: CreateItemBody,
        response: { 201: Item },
      },
    },
    async (request, reply) => {
      const { quantity = 0, price, threshold = thresholdDefault, itemName, unit, category } = request.body;
      const details = { itemName, threshold, unit, category, priceCents: parseCents(price) };
      const key = request.headers['idempotency-key'];
      const { item, replayed } = await stock.submit(
        {
          type: 'CreateItem',
          itemId: parseItemId(randomUUID()),
          details,
          quantity,
          ...requestContext(request, now()),
          idempotency: idempotencyOf(request, key, ['create', itemName, threshold, unit, category, price, quantity]),
        },
        { signal: disconnectSignal(reply) },
      );
      if (replayed && key !== undefined) reply.header('idempotency-replayed', 'true');
      return reply
        .code(201)
        .header('location', `/v1/inventory/${item.id}`)
        .headers(itemHeaders(item))
        .send(itemView(item));
    },
  );

  http.patch(
    '/v1/inventory/:id',
    {
      config: {
        roles: ['staff', 'admin'],
        replyHeaders: ['etag', 'stock-version', 'idempotency-replayed'],
        problems: [
          'NOT_FOUND',
          'PRECONDITION_FAILED',
          'DUPLICATE_ITEM_NAME',
          'IDEMPOTENCY_KEY_REUSED',
          'STOCK_UNAVAILABLE',
          'STARTING',
        ],
      },
      schema: {
        tags: ['inventory'],
        operationId: 'changeItem',
        summary: 'Change details of an item; the quantity is not one of them',
        params: ItemParams,
        headers: ChangeHeaders,
        body: ChangeItemBody,
        response: { 200: Item },
      },
    },
    async (request, reply) => {
      const { price, ...texts } = request.body;
      const changes: Partial<ItemDetails> = { ...texts, ...(price !== undefined && { priceCents: parseCents(price) }) };
      const versions = versionsIn(request.headers['if-match']) ?? null;
      const itemId = parseItemId(request.params.id);
      const key = request.headers['idempotency-key'];
      const { item, replayed } = await stock.submit(
        {
          type: 'ChangeItem',
          itemId,
          changes,
          versions,
          ...requestContext(request, now()),
          idempotency: idempotencyOf(request, key, ['change', itemId, changes, versions]),
        },
        { signal: disconnectSignal(reply) },
      );
      if (replayed && key !== undefined) reply.header('idempotency-replayed', 'true');
      return reply.headers(itemHeaders(item)).send(itemView(item));
    },
  );

  http.delete(
    '/v1/inventory/:id',
    {
      config: {
        roles: ['staff', 'admin'],
        problems: [
          'NOT_FOUND',
          'PRECONDITION_FAILED',
          'ITEM_HAS_OPEN_RESERVATIONS',
          'IDEMPOTENCY_KEY_REUSED',
          'STOCK_UNAVAILABLE',
          'STARTING',
        ],
      },
      schema: {
        tags: ['inventory'],
        operationId: 'deleteItem',
        summary: 'Delete an item; its ledger is kept',
        params: ItemParams,
        headers: ChangeHeaders,
        response: { 204: Removed },
      },
    },
    async (request, reply) => {
      const versions = versionsIn(request.headers['if-match']) ?? null;
      const itemId = parseItemId(request.params.id);
      const key = request.headers['idempotency-key'];
      const { replayed } = await stock.submit(
        {
          type: 'RemoveItem',
          itemId,
          versions,
          ...requestContext(request, now()),
          idempotency: idempotencyOf(request, key, ['remove', itemId, versions]),
        },
        { signal: disconnectSignal(reply) },
      );
      if (replayed && key !== undefined) reply.header('idempotency-replayed', 'true');
      return reply.code(204).send(null);
    },
  );
}

/** The ETag follows the details; `stock-version` counts all changes, as the messages do. */
export function itemHeaders({ version, detailsVersion }: ItemState): Record<string, string> {
  return { etag: etagOf(detailsVersion), 'stock-version': String(version) };
}

/** Of the reply to a command with an Idempotency-Key. */
export function headersOf({ item, replayed }: ItemReply, key: string | undefined): Record<string, string> {
  return { ...itemHeaders(item), ...(replayed && key !== undefined && { 'idempotency-replayed': 'true' }) };
}

export function itemView(item: ItemState): Item {
  const from = availableFrom(item);
  const available = isAvailable(item, new Date());
  const { id, itemName, quantity, reserved, short, threshold, unit, priceCents, category, createdAt, updatedAt } = item;
  return {
    id,
    itemName,
    quantity,
    onHand: onHandOf(item),
    reserved,
    short,
    threshold,
    unit,
    price: formatCents(priceCents),
    category,
    available,
    ...(!available && from !== null && { availableFrom: from.toISOString() }),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
