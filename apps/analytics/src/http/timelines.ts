// The course of orders: how far they came, and how long each step took.
import type { Http } from '@oms/service-kit';
import { funnelOf } from '../domain/figures.ts';
import { parseWindow } from '@oms/service-kit/window';
import type { Queries } from '../store/queries.ts';
import type { Freshness } from './freshness.ts';
import { Funnel, LeadTimes, WindowQuery } from './schemas.ts';

export function timelineRoutes(http: Http, queries: Queries, freshness: () => Freshness): void {
  const tags = ['analytics'];

  http.get(
    '/v1/analytics/funnel',
    {
      config: { roles: ['staff', 'admin'], problems: ['DATABASE_UNAVAILABLE'] },
      schema: {
        tags,
        operationId: 'getFunnel',
        summary: 'How far orders came',
        querystring: WindowQuery,
        response: { 200: Funnel },
      },
    },
    async ({ query }) => {
      const fresh = freshness();
      return { ...funnelOf(await queries.countOutcomes(parseWindow(query))), ...fresh };
    },
  );

  http.get(
    '/v1/analytics/lead-times',
    {
      config: { roles: ['staff', 'admin'], problems: ['DATABASE_UNAVAILABLE'] },
      schema: {
        tags,
        operationId: 'getLeadTimes',
        summary: 'How long each step took',
        querystring: WindowQuery,
        response: { 200: LeadTimes },
      },
    },
    async ({ query }) => {
      const fresh = freshness();
      return { ...(await queries.measureLeadTimes(parseWindow(query))), ...fresh };
    },
  );
}
