/** What a reconciliation is tested on: a warehouse, an order office, a topic of its own, and short words for damage and repair. */
import { randomUUID } from 'node:crypto';
import type { ItemId, OrderId } from '@oms/contracts';
import { createKafka } from '@oms/messaging';
import { createLogger } from '@oms/service-kit';
import { testStack } from '@oms/test-kit';
import { createOrderCases } from '../src/reconciliation/order-reconciler.ts';
import { createOrdersOnFile } from '../src/reconciliation/order-client.ts';
import { createPlacements } from '../src/clients/placements.ts';
import { createReconcile } from '../src/reconciliation/reconcile.ts';
import type { Place, Report } from '../src/reconciliation/report.ts';
import { createRepairs } from '../src/reconciliation/apply-repairs.ts';
import { createSurvey } from '../src/reconciliation/audit.ts';
import { openOrderOffice, type Filed } from './fake-order-service.ts';
import { openWarehouse, reservation } from './write-path-fixture.ts';

export type Audit = Awaited<ReturnType<typeof openAudit>>;

const group = 'inventory';
const logger = createLogger({ name: 'inventory', level: 'silent' });

export async function openAudit() {
  const house = await openWarehouse();
  const office = await openOrderOffice();
  const kafka = createKafka({ clientId: 'inventory', brokers: testStack().kafkaBrokers, logger });
  const topic = `orders-${randomUUID()}`;
  await kafka.admin.ensureTopics([{ name: topic, partitions: 1, config: {} }]);
  const { pool } = house;
  const survey = createSurvey(pool);
  const orders = createOrdersOnFile({ order: office.client, pool, admin: kafka.admin, topic, group });
  const repairs = createRepairs({ pool, transact: house.transact, enqueue() {}, logger });
  const placements = createPlacements(office.client);
  const now = () => new Date();
  const cases = createOrderCases({ survey, orders, placements, repairs, mayComeMs: 40_000, now });
  const reconcile = createReconcile({ survey, orders, cases, repairs, now });

  return {
    ...{ house, office, kafka, topic, reconcile, repairs },
    /** An order that was reserved, placed and confirmed, and whose news is applied. */
    async order(lines: readonly (readonly [ItemId, number])[], over: Partial<Filed> = {}): Promise<OrderId> {
      const wish = reservation(lines);
      const outcome = await house.stock.submit(wish);
      if (outcome.outcome !== 'RESERVED') throw new Error(`the order was not reserved: ${outcome.outcome}`);
      await house.stock.submit({ type: 'Confirm', orderId: wish.orderId, attempt: null, at: now() });
      await hear(office.file(wish.orderId, outcome.lines, over));
      return wish.orderId;
    },
    /** The order moves on; inventory has taken note of the news without its effect, as after a defect. */
    async moveUnheard(orderId: OrderId, over: Partial<Filed>): Promise<void> {
      const filed = office.files.get(orderId)!;
      await hear(
        office.file(orderId, filed.lines, { ...filed, version: filed.version + 1, eventId: randomUUID(), ...over }),
      );
    },
    /** All stretches, one after the other. */
    async run(fix: boolean): Promise<Report> {
      const all: Report = { findings: [], checked: { orders: 0, items: 0 }, underWay: 0, next: null };
      for (let place: Place | null = { phase: 'orders', after: null }; place;) {
        const report = await reconcile.stretch(place, { fix, by: 'admin' });
        all.findings.push(...report.findings);
        all.checked.orders += report.checked.orders;
        all.checked.items += report.checked.items;
        all.underWay += report.underWay;
        place = report.next;
      }
      return all;
    },
    async state(orderId: OrderId) {
      const { rows } = await pool.query('SELECT state, attempt FROM reservations WHERE "orderId" = $1', [orderId]);
      return rows[0] ? ([rows[0].state, rows[0].attempt] as [string, number]) : undefined;
    },
    async books(itemId: ItemId): Promise<[quantity: number, reserved: number, ledger: number]> {
      return [...(await house.shelf(itemId)), await house.ledgerSum(itemId)];
    },
    /** Past the ledger's own trigger, as somebody with the owner's rights could. */
    async tamper(sql: string, values: unknown[]): Promise<void> {
      await pool.query('ALTER TABLE movements DISABLE TRIGGER USER');
      await pool.query(sql, values);
      await pool.query('ALTER TABLE movements ENABLE TRIGGER USER');
    },
    async close() {
      await kafka.admin.deleteTopics([topic]);
      await kafka.admin.close();
      await office.close();
      await house.close();
    },
  };

  async function hear({ eventId }: Filed): Promise<void> {
    await pool.query('INSERT INTO messaging.inbox ("eventId", "consumer", "topic") VALUES ($1, $2, $3)', [
      eventId,
      group,
      topic,
    ]);
  }
}
