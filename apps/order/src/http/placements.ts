/** For inventory alone: what became of attempts at orders whose stock it still holds. */

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
        summary: 'Settle attempts at orders: PLACED keeps the stock, ABANDONED gives it back and fences the attempt',
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
