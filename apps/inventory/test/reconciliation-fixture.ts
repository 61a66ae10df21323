/** What a reconciliation is tested on: the write path, a fake order service, a topic of its own, and short functions for damage and repair. */
import { randomUUID } from 'node:crypto';
import type { ItemId, OrderId } from '@oms/contracts';
import { createKafka } from '@oms/messaging';
import { createLogger } from '@oms/service-kit';
import { testStack } from '@oms/test-kit';
import { createOrderClient } from '../src/clients/order.ts';
import { createRepairs } from '../src/reconciliation/apply-repairs.ts';
import { createAudit } from '../src/reconciliation/audit.ts';
import { createEventProgress } from '../src/reconciliation/event-progress.ts';
import { createOrderReconciler } from '../src/reconciliation/order-reconciler.ts';
import { createReconcile } from '../src/reconciliation/reconcile.ts';
import { emptyReport, type Position, type Report } from '../src/reconciliation/report.ts';
import { startFakeOrderService, type StoredOrder } from './fake-order-service.ts';
import { openWritePath, reservation } from './write-path-fixture.ts';

export type OpenReconciliation = Awaited<ReturnType<typeof openReconciliation>>;

const group = 'inventory';
const logger = createLogger({ name: 'inventory', level: 'silent' });

export async function openReconciliation() {
  const writePath = await openWritePath();
  const orderService = await startFakeOrderService();
  const kafka = createKafka({ clientId: 'inventory', brokers: testStack().kafkaBrokers, logger });
  const topic = `orders-${randomUUID()}`;
  await kafka.admin.ensureTopics([{ name: topic, partitions: 1, config: {} }]);
  const { pool } = writePath;
  const audit = createAudit(pool);
  const order = createOrderClient(orderService.client);
  const progress = createEventProgress({ pool, admin: kafka.admin, topic, group });
  const repairs = createRepairs({ pool, transact: writePath.transact, enqueue() {}, logger });
  const now = () => new Date();
  const orderReconciler = createOrderReconciler({ audit, order, progress, repairs, mayComeMs: 40_000, now });
  const reconcile = createReconcile({ audit, order, orderReconciler, repairs, now });

  return {
    writePath,
    orderService,
    kafka,
    topic,
    reconcile,
    repairs,
    /** An order that was reserved, placed and confirmed, and whose event is applied. */
    async order(lines: readonly (readonly [ItemId, number])[], over: Partial<StoredOrder> = {}): Promise<OrderId> {
      const command = reservation(lines);
      const outcome = await writePath.stock.submit(command);
      if (outcome.outcome !== 'RESERVED') throw new Error(`the order was not reserved: ${outcome.outcome}`);
      await writePath.stock.submit({ type: 'Confirm', orderId: command.orderId, attempt: null, at: now() });
      await recordEvent(orderService.put(command.orderId, outcome.lines, over));
      return command.orderId;
    },
    /** The order changes; inventory has recorded the event without applying it, as after a defect. */
    async changeWithoutEffect(orderId: OrderId, over: Partial<StoredOrder>): Promise<void> {
      const stored = orderService.orders.get(orderId)!;
      await recordEvent(
        orderService.put(orderId, stored.lines, {
          ...stored,
          version: stored.version + 1,
          eventId: randomUUID(),
          ...over,
        }),
      );
    },
    /** All parts, one after the other. */
    async run(fix: boolean): Promise<Report> {
      const all = emptyReport();
      for (let position: Position | null = { phase: 'orders', after: null }; position;) {
        const report = await reconcile.part(position, { fix, by: 'admin' });
        all.discrepancies.push(...report.discrepancies);
        all.checked.orders += report.checked.orders;
        all.checked.items += report.checked.items;
        all.inFlight += report.inFlight;
        position = report.next;
      }
      return all;
    },
    async state(orderId: OrderId) {
      const { rows } = await pool.query('SELECT state, attempt FROM reservations WHERE "orderId" = $1', [orderId]);
      return rows[0] ? ([rows[0].state, rows[0].attempt] as [string, number]) : undefined;
    },
    async stockAndLedgerOf(itemId: ItemId): Promise<[quantity: number, reserved: number, ledger: number]> {
      return [...(await writePath.stockOf(itemId)), await writePath.ledgerSum(itemId)];
    },
    /** Changes the ledger without its trigger, as the owner of the table could. */
    async tamper(sql: string, values: unknown[]): Promise<void> {
      await pool.query('ALTER TABLE movements DISABLE TRIGGER USER');
      await pool.query(sql, values);
      await pool.query('ALTER TABLE movements ENABLE TRIGGER USER');
    },
    async close() {
      await kafka.admin.deleteTopics([topic]);
      await kafka.admin.close();
      await orderService.close();
      await writePath.close();
    },
  };

  async function recordEvent({ eventId }: StoredOrder): Promise<void> {
    await pool.query('INSERT INTO messaging.inbox ("eventId", "consumer", "topic") VALUES ($1, $2, $3)', [
      eventId,
      group,
      topic,
    ]);
  }
}
