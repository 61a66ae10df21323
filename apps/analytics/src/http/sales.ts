// Sales: the summary, sales over time, and the best-selling items.
import type { Http } from '@oms/service-kit';
import { bucketsOf, fillBuckets } from '../domain/buckets.ts';
import { formatSum, summarise } from '../domain/figures.ts';
import { parseWindow } from '@oms/service-kit/window';
import type { Queries } from '../store/queries.ts';
import type { Freshness } from './freshness.ts';
import { Sales, SalesQuery, Summary, TopItems, TopItemsQuery, WindowQuery } from './schemas.ts';

export function salesRoutes(http: Http, queries: Queries, freshness: () => Freshness): void {
  const tags = ['analytics'];

  http.get(
    '/v1/analytics/summary',
    {
      config: { roles: ['staff', 'admin'], problems: ['DATABASE_UNAVAILABLE'] },
      schema: {
        tags,
        operationId: 'getSalesSummary',
        summary: 'Orders, revenue and cancellations',
        querystring: WindowQuery,
        response: { 200: Summary },
      },
    },
    async ({ query }) => {
      const fresh = freshness();
      const { orders, revenueCents, averageOrderCents, cancelRate } = summarise(
        await queries.countSales(parseWindow(query)),
      );
      const [revenue, averageOrderValue] = [formatSum(revenueCents), formatSum(averageOrderCents)];
      return { orders, revenue, averageOrderValue, cancelRate, ...fresh };
    },
  );

  http.get(
    '/v1/analytics/sales',
    {
      config: { roles: ['staff', 'admin'], problems: ['TOO_MANY_BUCKETS', 'DATABASE_UNAVAILABLE'] },
      schema: {
        tags,
        operationId: 'getSales',
        summary: 'Orders and revenue over time',
        querystring: SalesQuery,
        response: { 200: Sales },
      },
    },
    async ({ query }) => {
      const fresh = freshness();
      const buckets = bucketsOf(query.interval, parseWindow(query), new Date());
      const counted = await queries.countSalesPerBucket(buckets);
      const data = fillBuckets(buckets, counted, { orders: 0, cancelled: 0, revenueCents: 0n }).map((bucket) => ({
        start: bucket.start.toISOString(),
        orders: bucket.orders,
        revenue: formatSum(bucket.revenueCents),
      }));
      const { interval, from, to } = buckets;
      return { interval, from: from.toISOString(), to: to.toISOString(), data, ...fresh };
    },
  );

  http.get(
    '/v1/analytics/top-items',
    {
      config: { roles: ['staff', 'admin'], problems: ['DATABASE_UNAVAILABLE'] },
      schema: {
        tags,
        operationId: 'getTopItems',
        summary: 'The best-selling items',
        querystring: TopItemsQuery,
        response: { 200: TopItems },
      },
    },
    async ({ query }) => {
      const fresh = freshness();
      const items = await queries.topItems(parseWindow(query), query.limit);
      const data = items.map(({ revenueCents, ...item }) => ({ ...item, revenue: formatSum(revenueCents) }));
      return { data, ...fresh };
    },
  );
}
