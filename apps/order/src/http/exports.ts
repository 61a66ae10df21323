/** The export of orders, with the filters of their list. */

import { columnsOf, ExportedFile, ExportFormat, sendExport, Type, type Http } from '@oms/service-kit';
import type { Queries } from '../store/queries.ts';
import { orderView, type OrderView } from './order-view.ts';
import { createdBetween } from './paging.ts';
import { OrderListQuery } from './schemas.ts';

const { limit: _limit, cursor: _cursor, ...filters } = OrderListQuery.properties;
const OrderExportQuery = Type.Object({ ...filters, format: ExportFormat });

/** A spreadsheet has one line for each order: items as text, the address in columns. JSON lines have orders as the API shows them. */
const columns = {
  ...columnsOf<OrderView>(['id', 'customerId', 'status', 'totalAmount']),
  items: ({ items }: OrderView) => items.map(({ quantity, itemName }) => `${quantity} x ${itemName}`).join('; '),
  line1: ({ deliveryAddress }: OrderView) => deliveryAddress.line1,
  line2: ({ deliveryAddress }: OrderView) => deliveryAddress.line2,
  city: ({ deliveryAddress }: OrderView) => deliveryAddress.city,
  postalCode: ({ deliveryAddress }: OrderView) => deliveryAddress.postalCode,
  country: ({ deliveryAddress }: OrderView) => deliveryAddress.country,
  ...columnsOf<OrderView>(['promisedDeliveryAt', 'deliverAt', 'acceptedAt', 'readyAt', 'pickedUpAt', 'deliveredAt']),
  ...columnsOf<OrderView>(['createdAt', 'updatedAt', 'version']),
};

export function addOrderExportRoute(http: Http, queries: Queries): void {
  http.get(
    '/v1/orders/export',
    {
      exposeHeadRoute: false,
      config: { roles: ['staff', 'admin'], problems: ['ORDERS_UNAVAILABLE'] },
      schema: {
        tags: ['orders'],
        operationId: 'exportOrders',
        summary: 'All orders as CSV or JSON lines; newest first unless `order` says otherwise',
        querystring: OrderExportQuery,
        response: { 200: ExportedFile },
      },
    },
    ({ query }, reply) => {
      const { format, customerId, status, stuck, order } = query;
      const created = createdBetween(query);
      return sendExport<OrderView>(reply.request, reply, {
        name: 'orders',
        format,
        columns,
        page: async (last, limit) => {
          const orders = await queries.list({
            customerIds: customerId === undefined ? [] : [customerId.toLowerCase()],
            statuses: [...new Set(status)],
            stuck,
            created,
            oldestFirst: order === 'oldest',
            after: last && { id: last.id, createdAt: new Date(last.createdAt) },
            limit,
          });
          return orders.map(orderView);
        },
        view: (each) => each,
      });
    },
  );
}
