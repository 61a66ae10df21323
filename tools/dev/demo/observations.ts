// What each service has recorded about an order or an item: polls the public API until the service has caught up.
import { dataOf, type Item } from '@oms/client';
import { until } from '@oms/test-kit';
import type { ApiCaller } from '../client/client.ts';
import { tell } from './tell.ts';

export function createObservations({ api }: ApiCaller) {
  return {
    /** The item as inventory has it now. */
    async item(id: string): Promise<Item> {
      return dataOf(await api.GET('/v1/inventory/{id}', { params: { path: { id } } }));
    },

    async orderHistory(orderId: string): Promise<void> {
      const params = { path: { id: orderId } };
      const { data } = dataOf(await api.GET('/v1/orders/{id}/history', { params }));
      const steps = data.map(({ from, to }) => (from ? `${from} -> ${to}` : to));
      tell('order', `history: ${steps.join(', ')}`);
    },

    /** Waits until the ledger of the item has a movement for the order with this reason, and tells it. */
    async movement(itemId: string, orderId: string, reason: string): Promise<void> {
      const found = await until(`inventory writes ${reason} for order ${orderId}`, async () => {
        const params = { path: { id: itemId } };
        const { data } = dataOf(await api.GET('/v1/inventory/{id}/movements', { params }));
        return data.find((movement) => movement.orderId === orderId && movement.reason === reason);
      });
      const { itemName, unit } = await this.item(itemId);
      const delta = found.delta > 0 ? `+${found.delta}` : `${found.delta}`;
      tell('inventory', `${itemName}: ${reason} ${delta}, ${found.quantityAfter} ${unit} left`);
    },

    async summary() {
      return dataOf(await api.GET('/v1/analytics/summary'));
    },

    /** Waits until analytics counts this many orders and this revenue, and tells them. */
    async analyticsCounts(orders: number, revenue: string): Promise<void> {
      const seen = await until(`analytics counts ${orders} orders and a revenue of ${revenue}`, async () => {
        const summary = await this.summary();
        return summary.orders >= orders && (summary.orders > orders || summary.revenue === revenue) && summary;
      });
      tell(
        'analytics',
        `${seen.orders} orders, revenue ${seen.revenue}, cancel rate ${seen.cancelRate}, lag ${seen.lagMs} ms`,
      );
    },

    /** Waits until every notification of the event about this order or item is sent, and tells them. */
    async notified(about: { orderId: string } | { itemId: string }, event: string, sinceMs: number): Promise<void> {
      const sent = await until(`the notifications of ${event} are sent`, async () => {
        const { data } = dataOf(await api.GET('/v1/notifications', { params: { query: about } }));
        const mine = data.filter(
          (notification) => notification.event === event && Date.parse(notification.createdAt) >= sinceMs,
        );
        return mine.length > 0 && mine.every(({ status }) => status === 'SENT') && mine;
      });
      for (const { channel, target } of sent) tell('notification', `${event}: ${channel} to ${target}, sent`);
    },
  };
}
