// A reconciliation from end to end: tables of a running system are damaged; the command line finds it, repairs it, and then finds nothing.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { until } from '@oms/test-kit';
import { root } from '../../database/migrate/databases.ts';
import type { ReconcileReport } from '../../dev/reconcile/reconcile.ts';
import type { WholeSystem } from './whole-system.ts';

type Ended = { code: number; out: string };

/** Registers the tests; `whole` is called when they run. */
export function describeReconciliation(whole: () => WholeSystem): void {
  describe('oms inventory reconcile', () => {
    test('finds what was damaged, repairs it, and then finds nothing', async () => {
      const dish = await newDish();
      const customer = await whole().as('customer');
      const deliveryAddress = { line1: '1 Harbour Street', city: 'Lisbon', postalCode: '1100-148', country: 'PT' };
      const items = [{ itemId: dish, quantity: 2 }];
      const { body: order } = await customer.post('/v1/orders', { items, deliveryAddress });
      await until('the reservation is confirmed', async () => (await stateOf(order.id)) === 'CONFIRMED');
      await settled();

      await inventory(`UPDATE inventory SET quantity = quantity + 5 WHERE id = $1`, dish);
      await inventory(`UPDATE reservations SET state = 'RELEASED' WHERE "orderId" = $1`, order.id);
      const found = await reconcile('--json');
      expect(found.code, found.out).toBe(1);
      const report = JSON.parse(found.out) as ReconcileReport;
      expect(report.findings.map(({ kind }) => kind).toSorted(), found.out).toEqual([
        'ITEM_QUANTITY',
        'ITEM_RESERVED',
        'ORDER_LEDGER',
        'RESERVATION_STATE',
      ]);

      const repaired = await reconcile('--fix');
      expect(repaired.code, repaired.out).toBe(0);
      expect(repaired.out).toMatch(new RegExp(`repaired {2}RESERVATION_STATE {2}order ${order.id}`));
      expect(repaired.out).toMatch(/\d+ found, \d+ repaired, 0 left: \d+ orders and \d+ items checked/);
      const again = await reconcile();
      expect(again, again.out).toMatchObject({ code: 0, out: expect.stringMatching(/^No discrepancies: /) });

      const staff = await whole().as('staff');
      expect((await staff.get(`/v1/inventory/${dish}`)).body.quantity).toBe(8);
      await customer.post(`/v1/orders/${order.id}/cancel`, { reason: 'CUSTOMER' });
      await until('the stock is back', async () => (await staff.get(`/v1/inventory/${dish}`)).body.quantity === 10);
    });

    test('says what is left for a person, and ends with 1', async () => {
      const dish = await newDish();
      await inventory('DELETE FROM inventory WHERE id = $1', dish);
      const { code, out } = await reconcile('--fix', '--item', dish);
      expect(code, out).toBe(1);
      expect(out).toMatch(new RegExp(`LEFT {2}ITEM_MISSING {2}item ${dish}[^]*To do: Restore its row`));
    });
  });

  async function newDish(): Promise<string> {
    const staff = await whole().as('staff');
    const itemName = `Dish ${randomUUID()}`;
    const dish = { itemName, quantity: 10, threshold: 0, unit: 'portion', price: '1.00', category: 'mains' };
    return (await staff.post('/v1/inventory', dish)).body.id as string;
  }

  /** What earlier tests left under way is applied. */
  async function settled(): Promise<void> {
    await until('nothing is under way', async () => {
      const { out } = await reconcile('--json');
      const { counts } = JSON.parse(out) as ReconcileReport;
      return counts.underWay === 0 && counts.found === 0;
    });
  }

  function reconcile(...args: string[]): Promise<Ended> {
    const { system, stack } = whole();
    const env = { ...process.env, OMS_GATEWAY_URL: system.urls.gateway, OMS_ISSUER_URL: stack.issuerUrl };
    const command = [join(root, 'tools/dev/oms/main.ts'), 'inventory', 'reconcile', ...args];
    return new Promise((resolve) => {
      execFile(process.execPath, command, { env }, (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code) : 0, out: stdout || stderr });
      });
    });
  }

  async function stateOf(orderId: string): Promise<string | undefined> {
    const rows = await inventory('SELECT state FROM reservations WHERE "orderId" = $1', orderId);
    return rows[0]?.['state'] as string | undefined;
  }

  async function inventory(text: string, ...values: unknown[]): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: whole().stack.databaseUrl('inventory') });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text, values)).rows;
    } finally {
      await client.end();
    }
  }
}
