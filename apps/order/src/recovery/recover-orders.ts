/**
 * Writes what Kafka has of orders and the database lacks. An order is written whole in one transaction, under the locks of
 * every other change of it, so the recovery may run twice, and beside a running service.
 */

import { newEventId, type Codec, type OrderId } from '@oms/contracts';
import { inTransaction, type Kafka, type Outbox } from '@oms/messaging';
import { isOutage, isOutcomeUnknown } from '@oms/service-kit/outage';
import type { Recovered } from '@oms/service-kit/recover';
import type { ClientBase, Pool } from 'pg';
import type { LaterEvent, Order } from '../domain/order.ts';
import type { PlacedPlacement } from '../domain/placement.ts';
import { select } from '../store/columns.ts';
import { historyColumns, historyFromRow, type HistoryEntry, type HistoryRow } from '../store/history-row.ts';
import { loadOrders } from '../store/load-orders.ts';
import { PlacementMovedError, saveBatch } from '../store/save-batch.ts';
import { forgetLastSweep, recoverLateMarks } from './late-marks.ts';
import { planOrderRecovery, type OrderRecovery, type StoredOrder, type StoredStep } from './plan-order-recovery.ts';
import { readPublishedOrders, type PublishedOrders } from './published-orders.ts';
import { isForked, notWritten, recoveredOf, versionMissing } from './recovery-report.ts';

export type OrderRecoveryOptions = {
  pool: Pool;
  kafka: Kafka;
  codec: Codec;
  outbox: Outbox;
  /** The body of the reply to a placement, as the client got it. */
  renderReply: (order: Order) => string;
  /** All messages from this time on are read. */
  since: Date;
  /** False: nothing is written. */
  fix: boolean;
};

/** Few enough orders in one transaction that nobody waits long for its locks. */
const batchMax = 100;

export async function recoverOrders(
  options: OrderRecoveryOptions,
): Promise<{ read: number; discrepancies: Recovered[] }> {
  const { pool, fix } = options;
  const { orders: published, late, read } = await readPublishedOrders(options);
  const discrepancies: Recovered[] = [];
  const ids = [...published.keys()].sort();
  for (let at = 0; at < ids.length; at += batchMax) {
    discrepancies.push(...(await recoverBatch(options, published, ids.slice(at, at + batchMax))));
  }
  discrepancies.push(...(await recoverLateMarks(pool, late, fix)));
  if (fix) await forgetLastSweep(pool);
  return { read, discrepancies };
}

async function recoverBatch(
  options: OrderRecoveryOptions,
  published: PublishedOrders['orders'],
  ids: readonly OrderId[],
): Promise<Recovered[]> {
  const { pool, fix } = options;
  for (;;) {
    try {
      return await inTransaction(pool, async (client) => {
        const plans = (await loadStoredOrders(client, ids)).flatMap(([orderId, stored]) => {
          const plan = planOrderRecovery(stored, published.get(orderId)!, newEventId);
          return plan ? [{ orderId, stored, plan }] : [];
        });
        const complete = plans.flatMap(({ stored, plan }) => ('missing' in plan ? [] : [{ stored, recovery: plan }]));
        if (fix) await save(client, options, complete);
        return plans.flatMap(({ orderId, stored, plan }) =>
          'missing' in plan ? [versionMissing(orderId, stored, plan.missing)] : recoveredOf(stored, plan, fix),
        );
      });
    } catch (error) {
      // A client placed one of these orders again between our load and our write.
      if (error instanceof PlacementMovedError) continue;
      if (isOutage(error) || isOutcomeUnknown(error)) throw error;
      if (ids.length === 1) return [notWritten(ids[0]!, error)];
      // An order that cannot be written must not stop the others.
      const oneByOne: Recovered[] = [];
      for (const id of ids) oneByOne.push(...(await recoverBatch(options, published, [id])));
      return oneByOne;
    }
  }
}

async function loadStoredOrders(client: ClientBase, ids: readonly OrderId[]): Promise<[OrderId, StoredOrder][]> {
  const records = await loadOrders(client, ids);
  // After the locks, so that it includes what another writer of these orders has just committed.
  const { rows } = await client.query<HistoryRow>({ name: 'order.load-history', text: historySql, values: [ids] });
  const history = Map.groupBy(rows.map(historyFromRow), ({ orderId }) => orderId);
  return [...records].map(([id, { order, placement }]) => {
    return [id, { order, placement, history: (history.get(id) ?? []).map(stepOf) }];
  });
}

const historySql = `
SELECT ${select('h', historyColumns)}
FROM "order_history" h WHERE h."orderId" = ANY ($1::uuid[]) ORDER BY h."orderId", h."version"`;

function stepOf({ version, eventId, ...entry }: HistoryEntry): StoredStep {
  return { version, eventId, change: changeOf(entry) };
}

function changeOf(entry: Omit<HistoryEntry, 'version' | 'eventId'>): LaterEvent | null {
  const { from, to, at, by, reason, note, restock, soldOutItemIds, milestone } = entry;
  if (from === null) return null;
  if (milestone === 'READY') return { type: 'OrderReady', at, by };
  // Until when it must be accepted is in the order's row.
  if (milestone === 'DUE') return { type: 'OrderDue', acceptBy: null, at, by };
  return { type: 'StatusChanged', from, to, at, by, reason, note, restock, soldOutItemIds };
}

type Complete = { stored: StoredOrder; recovery: OrderRecovery };

async function save(
  client: ClientBase,
  { outbox, renderReply }: OrderRecoveryOptions,
  orders: readonly Complete[],
): Promise<void> {
  await deleteForked(client, orders);
  const isNew = ({ stored, recovery }: Complete) => stored.order === null || isForked(stored, recovery);
  const rows = {
    placements: orders.flatMap(({ recovery }) => placementWithReply(recovery, renderReply)),
    inserts: orders.filter(isNew).map(({ recovery }) => recovery.order),
    updates: orders.filter((one) => !isNew(one)).map(({ recovery }) => recovery.order),
    history: orders.flatMap(({ recovery }) => recovery.steps),
  };
  // The first sweep of the service looks at each of them, and writes its next deadline.
  await saveBatch(client, rows, ({ updatedAt }) => updatedAt);
  await outbox.append(
    client,
    orders.flatMap(({ recovery }) => recovery.messages),
  );
}

/** Deletes, under their locks, the rows that the same transaction writes again as they should be. */
async function deleteForked(client: ClientBase, orders: readonly Complete[]): Promise<void> {
  const forked = orders.filter(({ stored, recovery }) => isForked(stored, recovery)).map(({ recovery }) => recovery);
  if (forked.length === 0) return;
  const ids = forked.map(({ order }) => order.id);
  const values = [ids, forked.map(({ from }) => from)];
  const text = `
DELETE FROM "order_history" h USING unnest($1::uuid[], $2::int[]) AS f ("orderId", "from")
WHERE h."orderId" = f."orderId" AND h."version" >= f."from"`;
  await client.query(text, values);
  await client.query(`DELETE FROM "orders" WHERE "id" = ANY ($1::uuid[])`, [ids]);
  const placed = forked.flatMap(({ order, placement }) => (placement ? [order.id] : []));
  await client.query(`DELETE FROM "placements" WHERE "orderId" = ANY ($1::uuid[])`, [placed]);
}

/** With the reply that the client got, byte for byte, unless it was deleted. */
function placementWithReply(
  { placement, placed }: OrderRecovery,
  renderReply: (order: Order) => string,
): PlacedPlacement[] {
  if (placement === null || placed === null) return [];
  return [{ ...placement, reply: placement.reply === null ? null : renderReply(placed) }];
}
