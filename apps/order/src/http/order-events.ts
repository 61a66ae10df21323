/** Changes of orders as they happen, as server-sent events: of one order, and of all orders for staff. */

import { beginEventStream, type Http } from '@oms/service-kit';
import { requireVisible } from '../domain/order.ts';
import type { Queries } from '../store/queries.ts';
import type { EventStreams } from '../streams/event-streams.ts';
import { parsePosition } from '../streams/positions.ts';
import * as schema from './event-schemas.ts';
import { orderIdFromParams } from './order-params.ts';
import { OrderParams } from './schemas.ts';

const everyone = ['customer', 'staff', 'admin'] as const;
const staff = ['staff', 'admin'] as const;
const problems = ['TOO_MANY_STREAMS', 'TOO_BUSY', 'STARTING'];

const howItWorks = `
The first event is \`continued\` or \`reset\`. With \`Last-Event-ID\` (or \`lastEventId\`) the stream continues after that position, and the first event is \`continued\`. Without one, or when the
changes after it are not available any more, it is \`reset\`, with a \`reason\`: NEW, GONE, BEHIND or UNKNOWN. Each later event is a \`change\`, whose \`data\` is \`{ change, order }\`: the change as
in the history, and the order after it, or in a later state. A comment is sent when nothing else was for 15 seconds. The last event is \`closed\`, with a \`reason\`: SHUTDOWN, TOKEN_EXPIRED or SLOW;
connect again with the \`id\` of the last event.`;

export type OrderEventOptions = { streams: EventStreams; queries: Queries };

export function addOrderEventRoutes(http: Http, { streams, queries }: OrderEventOptions): void {
  http.get(
    '/v1/orders/:id/events',
    {
      exposeHeadRoute: false,
      config: { roles: everyone, problems: [...problems, 'ORDERS_UNAVAILABLE'] },
      schema: {
        tags: ['orders'],
        operationId: 'streamOrder',
        summary: 'The changes of an order, as they happen',
        description: `The \`id\` of an event is the version of the order. A \`reset\` has the present state of the order.\n${howItWorks}`,
        params: OrderParams,
        querystring: schema.OrderEventsQuery,
        headers: schema.OrderEventsHeaders,
        response: { 200: schema.EventStream },
      },
    },
    async (request, reply) => {
      const id = orderIdFromParams(request.params);
      const last = request.headers['last-event-id'] ?? request.query.lastEventId;
      const place = streams.enter(request.caller.id);
      try {
        const order = requireVisible(await queries.get(id), request.caller);
        place.ofOrder({
          ...beginEventStream(request, reply),
          order,
          lastVersion: last === undefined ? undefined : Number(last),
        });
      } catch (error) {
        place.leave();
        throw error;
      }
    },
  );

  http.get(
    '/v1/orders/events',
    {
      exposeHeadRoute: false,
      config: { roles: staff, problems },
      schema: {
        tags: ['orders'],
        operationId: 'streamOrders',
        summary: 'The changes of all orders, as they happen',
        description: `The \`id\` of an event is a position in the log of changes. After a \`reset\`, fetch the list of orders. A change is sent again only if it was published twice.\n${howItWorks}`,
        querystring: schema.AllOrderEventsQuery,
        headers: schema.AllOrderEventsHeaders,
        response: { 200: schema.EventStream },
      },
    },
    (request, reply) => {
      const { customerId, status, lastEventId } = request.query;
      const last = request.headers['last-event-id'] ?? lastEventId;
      const filter = {
        ...(customerId !== undefined && { customerId: customerId.toLowerCase() }),
        ...(status !== undefined && { statuses: status }),
      };
      const place = streams.enter(request.caller.id);
      place.ofAll({
        ...beginEventStream(request, reply),
        filter,
        last: last === undefined ? undefined : parsePosition(last),
      });
    },
  );
}
