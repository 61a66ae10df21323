/** A page of order states costs the same among ten thousand orders as among ten. */

import { createPool } from '@oms/service-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OrderId } from '@oms/contracts';
import { createOrderStates } from '../src/store/order-states.ts';
import { someone, startOrderService, type OrderService } from './order-service.ts';

let service: OrderService;
beforeAll(async () => {
  service = await startOrderService();
});
afterAll(() => service.stop());

const orders = 10_000;
const limit = 50;

test('a page in the middle reads the rows of its own orders only', async () => {
  const ann = await someone('customer');
  const placed = await service.placeFor(ann, [{ itemId: service.inventory.item('2.50'), quantity: 1 }]);
  await copies(placed.body.id as string);
  const pool = createPool({ name: 'page', databaseUrl: service.databaseUrl, max: 1, byIndex: true });
  const states = createOrderStates(pool);
  const rowsRead = async () => {
    await pool.query('SELECT pg_stat_force_next_flush()');
    const { rows } = await pool.query<{ read: number }>(
      `SELECT sum(seq_tup_read + idx_tup_fetch)::int AS "read" FROM pg_stat_user_tables
       WHERE relname IN ('orders', 'placements', 'order_history')`,
    );
    return rows[0]!.read;
  };
  try {
    const before = await rowsRead();
    const middle = `00000000-0000-0000-0000-00000000${(orders / 2).toString(16).padStart(4, '0')}` as OrderId;
    expect(await states.page(middle, limit)).toHaveLength(limit);
    expect((await rowsRead()) - before).toBeLessThan(10 * limit);
  } finally {
    await pool.end();
  }
});

/** Of one order, its placement and its history, each under an id of its own. */
async function copies(orderId: string): Promise<void> {
  const keys = { orders: 'id', placements: 'orderId', order_history: 'orderId' };
  for (const [table, key] of Object.entries(keys)) {
    await service.pool.query(
      `INSERT INTO "${table}" SELECT (r).* FROM (
         SELECT jsonb_populate_record(t, jsonb_build_object('${key}', lpad(to_hex(n), 32, '0')::uuid)) AS r
         FROM "${table}" t, generate_series(1, ${orders}) n WHERE t."${key}" = $1) copy`,
      [orderId],
    );
  }
  await service.pool.query('ANALYZE "orders", "placements", "order_history"');
}
