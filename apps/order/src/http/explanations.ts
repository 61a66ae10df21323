/** The route by which staff ask why an order is where it is. */

import type { Http } from '@oms/service-kit';
import type { ExplainOrder } from '../commands/explain-order.ts';
import { requireVisible } from '../domain/order.ts';
import type { Queries } from '../store/queries.ts';
import { Explanation } from './explanation-schemas.ts';
import { orderIdFromParams } from './order-params.ts';
import { orderView } from './order-view.ts';
import { NoQuery, OrderParams } from './schemas.ts';

export type ExplanationRouteOptions = { explain: ExplainOrder; queries: Pick<Queries, 'get'> };

export function addExplanationRoutes(http: Http, { explain, queries }: ExplanationRouteOptions): void {
  http.get(
    '/v1/orders/:id/explanation',
    {
      config: { roles: ['staff', 'admin'], problems: ['NOT_FOUND', 'ORDERS_UNAVAILABLE'] },
      schema: {
        tags: ['orders'],
        operationId: 'explainOrder',
        summary: 'Explain an order: what it waits for now, and one timeline over all services',
        description:
          'Each service is asked for at most 1 s. What could not be found out is named under `missing`; the rest is complete.',
        params: OrderParams,
        querystring: NoQuery,
        response: { 200: Explanation },
      },
    },
    async ({ params, caller }) => {
      const order = requireVisible(await queries.get(orderIdFromParams(params)), caller);
      return { order: orderView(order), ...(await explain(order)) };
    },
  );
}
