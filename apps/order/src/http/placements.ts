/** For inventory alone: what became of attempts at orders whose stock it still holds. */

import type { OrderId } from '@oms/contracts';
import type { Http } from '@oms/service-kit';
import type { Placements } from '../store/placements.ts';
import { NoQuery, ResolveBody, ResolveReply } from './schemas.ts';

export function addPlacementRoutes(http: Http, placements: Placements): void {
  http.post(
    '/internal/placements/resolve',
    {
      config: { roles: ['service'], problems: ['ORDERS_UNAVAILABLE'] },
      schema: {
        tags: ['internal'],
        summary: 'Settle attempts at orders: PLACED keeps the stock, ABANDONED gives it back and fences the attempt',
        querystring: NoQuery,
        body: ResolveBody,
        response: { 200: ResolveReply },
      },
    },
    async ({ body }) => ({
      results: await Promise.all(
        body.placements.map(async ({ orderId, attempt }) => {
          const outcome = await placements.resolve({ orderId: orderId.toLowerCase() as OrderId, attempt });
          return { orderId, outcome };
        }),
      ),
    }),
  );
}
