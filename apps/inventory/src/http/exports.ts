/** Exports of items and of the ledger of an item, with the filters of their lists. What is exported of items can be imported. */
import { columnsOf, ExportedFile, ExportFormat, Refusal, sendExport, Type, type Http } from '@oms/service-kit';
import type { Queries } from '../store/queries.ts';
import { itemView } from './items.ts';
import { parseItemId } from './request-context.ts';
import { Item, ItemListQuery, ItemParams, Movement } from './schemas.ts';
import { movementView } from './stock.ts';

const roles = ['staff', 'admin'] as const;
const { limit: _limit, cursor: _cursor, ...filterProperties } = ItemListQuery.properties;
const ItemExportQuery = Type.Object({ ...filterProperties, format: ExportFormat });
const MovementExportQuery = Type.Object({ format: ExportFormat });

const itemColumns = columnsOf<Item>(Object.keys(Item.properties) as (keyof Item)[]);
const movementColumns = columnsOf<Movement>(Object.keys(Movement.properties) as (keyof Movement)[]);

export function exportRoutes(http: Http, queries: Queries): void {
  http.get(
    '/v1/inventory/export',
    {
      exposeHeadRoute: false,
      config: { roles, problems: ['STOCK_UNAVAILABLE'] },
      schema: {
        tags: ['inventory'],
        operationId: 'exportItems',
        summary: 'All items as CSV or JSON lines, by name',
        querystring: ItemExportQuery,
        response: { 200: ExportedFile },
      },
    },
    ({ query: { format, category: categories, ...filters } }, reply) =>
      sendExport<Item>(reply.request, reply, {
        name: 'items',
        format,
        columns: itemColumns,
        page: async (after, limit) => (await queries.items({ ...filters, categories, after, limit })).map(itemView),
        view: (item) => item,
      }),
  );

  http.get(
    '/v1/inventory/:id/movements/export',
    {
      exposeHeadRoute: false,
      config: { roles, problems: ['NOT_FOUND', 'STOCK_UNAVAILABLE'] },
      schema: {
        tags: ['inventory'],
        operationId: 'exportMovements',
        summary: 'The whole ledger of an item as CSV or JSON lines, newest first',
        params: ItemParams,
        querystring: MovementExportQuery,
        response: { 200: ExportedFile },
      },
    },
    ({ params, query: { format } }, reply) => {
      const itemId = parseItemId(params.id);
      return sendExport<Movement>(reply.request, reply, {
        name: `movements-${itemId}`,
        format,
        columns: movementColumns,
        page: async (last, limit) => {
          const movements = await queries.movements(itemId, { limit, beforeVersion: last?.version ?? null });
          if (movements.length === 0 && !last && !(await queries.item(itemId))) {
            throw new Refusal('NOT_FOUND', `There is no item ${itemId}. List the inventory to see what there is.`);
          }
          return movements.map(movementView);
        },
        view: (movement) => movement,
      });
    },
  );
}
