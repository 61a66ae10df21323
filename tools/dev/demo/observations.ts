// What each service has recorded about an order or an item: polls the public API until the service has caught up.
import { until } from '@oms/test-kit';
import type { ApiCaller } from '../client/client.ts';
import { tell } from './tell.ts';

type Item = {
  id: string;
  itemName: string;
  quantity: number;
  onHand: number;
  threshold: number;
  unit: string;
  price: string;
};
type Notification = { channel: string; target: string; event: string; status: string };

export function createObservations(staff: ApiCaller) {
  return {
    /** The item as inventory has it now. */
    async item(id: string): Promise<Item> {
      return (await staff.get(`/v1/inventory/${id}`)).body as Item;
    },

    async orderHistory(orderId: string): Promise<void> {
      const { body } = await staff.get(`/v1/orders/${orderId}/history`);
      const steps = (body.data as { from: string | null; to: string }[]).map(({ from, to }) =>
        from ? `${from} -> ${to}` : to,
      );
      tell('order', `history: ${steps.join(', ')}`);
    },

    /** Waits until the ledger of the item has a movement for the order with this reason, and tells it. */
    async movement(itemId: string, orderId: string, reason: string): Promise<void> {
      const found = await until(`inventory writes ${reason} for order ${orderId}`, async () => {
        const { body } = await staff.get(`/v1/inventory/${itemId}/movements`);
        return (body.data as { orderId: string | null; reason: string; delta: number; quantityAfter: number }[]).find(
          (movement) => movement.orderId === orderId && movement.reason === reason,
        );
      });
      const { itemName, unit } = await this.item(itemId);
      const delta = found.delta > 0 ? `+${found.delta}` : `${found.delta}`;
      tell('inventory', `${itemName}: ${reason} ${delta}, ${found.quantityAfter} ${unit} left`);
    },

    async summary(): Promise<{ orders: number; revenue: string; cancelRate: number; lagMs: number }> {
      return (await staff.get('/v1/analytics/summary')).body;
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
      const query = new URLSearchParams(about).toString();
      const sent = await until(`the notifications of ${event} are sent`, async () => {
        const { body } = await staff.get(`/v1/notifications?${query}`);
        const mine = (body.data as (Notification & { createdAt: string })[]).filter(
          (notification) => notification.event === event && Date.parse(notification.createdAt) >= sinceMs,
        );
        return mine.length > 0 && mine.every(({ status }) => status === 'SENT') && mine;
      });
      for (const { channel, target } of sent) tell('notification', `${event}: ${channel} to ${target}, sent`);
    },
  };
}
