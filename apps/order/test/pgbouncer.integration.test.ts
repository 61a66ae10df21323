// The order service behind PgBouncer, where the program is installed.

import { pgbouncer, startPgBouncer, testStack, until } from '@oms/test-kit';
import { expect, test } from 'vitest';
import { someone, startOrderService } from './order-service.ts';

if (pgbouncer === undefined) {
  test('without PgBouncer nothing is tried with it, and that is said', async ({ annotate }) => {
    await annotate('PgBouncer is not installed (Debian: apt-get install pgbouncer).', 'without');
  });
} else {
  test('in session mode it places, changes and publishes orders', async () => {
    const bouncer = await startPgBouncer(testStack().adminDatabaseUrl, 'session');
    const service = await startOrderService({
      databaseUrl(own) {
        const url = new URL(bouncer.databaseUrl);
        url.pathname = new URL(own).pathname;
        return url.href;
      },
    });
    try {
      const [ann, staff] = await Promise.all([someone('customer'), someone('staff')]);
      const itemId = service.inventory.item('1.00', 100);
      const replies = await Promise.all(
        Array.from({ length: 20 }, () => service.placeFor(ann, [{ itemId, quantity: 1 }])),
      );
      expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 201));
      const change = { body: { status: 'PREPARING' } };
      const changed = await service.ask(staff, 'PATCH', `/v1/orders/${replies[0]!.body.id}/status`, change);
      expect([changed.status, changed.body.version]).toEqual([200, 2]);
      await until('the outbox is empty', async () => {
        return (await service.pool.query('SELECT 1 FROM messaging.outbox LIMIT 1')).rowCount === 0;
      });
    } finally {
      await service.stop();
      await bouncer.stop();
    }
  }, 60_000);
}
