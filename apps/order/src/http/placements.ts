/** The route by which inventory asks for the outcome of placement attempts whose stock it still holds. */

import type { Http } from '@oms/service-kit';
import type { Placements } from '../commands/place-order.ts';
import { parseOrderId } from './order-params.ts';
import { NoQuery, ResolveBody, ResolveReply } from './schemas.ts';

export function addPlacementRoutes(http: Http, placements: Placements): void {
  http.post(
    '/internal/placements/resolve',
    {
      config: { roles: ['service'], problems: ['ORDERS_UNAVAILABLE'] },
      schema: {
        tags: ['internal'],
        summary:
          'Settle placement attempts: PLACED keeps the stock; ABANDONED releases it, and the attempt can never commit',
        querystring: NoQuery,
        body: ResolveBody,
        response: { 200: ResolveReply },
      },
    },
    async ({ body }) => ({
      results: await Promise.all(
        body.placements.map(async ({ orderId, attempt }) => {
          const outcome = await placements.resolve({ orderId: parseOrderId(orderId), attempt });
          return { orderId, outcome };
        }),
      ),
    }),
  );
}
