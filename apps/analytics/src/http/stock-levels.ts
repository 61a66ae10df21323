// Stock levels, as far as analytics has read them, low ones first.
import { formatCents } from '@oms/contracts';
import { decodeCursor, encodeCursor, type Http } from '@oms/service-kit';
import { Refusal } from '@oms/service-kit/refusal';
import type { Queries } from '../store/queries.ts';
import type { Freshness } from './freshness.ts';
import { StockLevels, StockQuery } from './schemas.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function stockLevelRoutes(http: Http, queries: Queries, freshness: () => Freshness): void {
  http.get(
    '/v1/analytics/inventory',
    {
      config: { roles: ['staff', 'admin'], problems: ['DATABASE_UNAVAILABLE'] },
      schema: {
        tags: ['analytics'],
        summary: 'Stock levels, low ones first',
        querystring: StockQuery,
        response: { 200: StockLevels },
      },
    },
    async ({ query: { limit, cursor } }) => {
      const fresh = freshness();
      const page = { limit, ...(cursor !== undefined && { afterItemId: parseItemId(cursor) }) };
      const { levels, nextItemId } = await queries.stockLevels(page);
      const data = levels.map(({ priceCents, updatedAt, ...level }) => ({
        ...level,
        price: formatCents(priceCents),
        updatedAt: updatedAt.toISOString(),
      }));
      return { data, nextCursor: nextItemId === null ? null : encodeCursor([nextItemId]), ...fresh };
    },
  );
}

function parseItemId(cursor: string): string {
  const [itemId = ''] = decodeCursor(cursor, 1);
  if (uuid.test(itemId)) return itemId;
  const message = 'must be the nextCursor of an earlier page of this list; leave it out to start from the beginning';
  throw new Refusal('VALIDATION_FAILED', `The cursor "${cursor}" is not valid.`, {
    errors: [{ field: 'cursor', message }],
  });
}
