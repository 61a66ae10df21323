// Stock levels, as far as analytics has read them, low ones first.
import { formatCents } from '@oms/contracts';
import { createCursors, type Http } from '@oms/service-kit';
import type { Queries } from '../store/queries.ts';
import type { Freshness } from './freshness.ts';
import { StockLevels, StockQuery } from './schemas.ts';

const cursors = createCursors({
  list: 'analytics/inventory',
  sort: { low: 'boolean', itemName: 'text', itemId: 'uuid' },
});

export function stockLevelRoutes(http: Http, queries: Queries, freshness: () => Freshness): void {
  http.get(
    '/v1/analytics/inventory',
    {
      config: { roles: ['staff', 'admin'], problems: ['DATABASE_UNAVAILABLE'] },
      schema: {
        tags: ['analytics'],
        operationId: 'listStockLevels',
        summary: 'Stock levels, low ones first',
        querystring: StockQuery,
        response: { 200: StockLevels },
      },
    },
    async ({ query: { limit, cursor } }) => {
      const fresh = freshness();
      const levels = await queries.stockLevels({ limit: limit + 1, after: cursors.after(cursor) });
      const page = cursors.pageOf(levels, { limit, sortOf: (level) => level });
      const data = page.data.map(({ priceCents, updatedAt, ...level }) => ({
        ...level,
        price: formatCents(priceCents),
        updatedAt: updatedAt.toISOString(),
      }));
      return { data, nextCursor: page.nextCursor, ...fresh };
    },
  );
}
