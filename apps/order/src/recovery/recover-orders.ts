/**
 * Writes down what Kafka has of orders and the database has not: an order whole in one transaction, under the locks that every other
 * change of it takes, so that it may run twice, and beside a service that lives.
 */

import { newEventId, type Codec, type EventId, type OrderId } from '@oms/contracts';
import { inTransaction, type Kafka, type Outbox } from '@oms/messaging';
import { isOutage, isOutcomeUnknown } from '@oms/service-kit/outage';
import type { Recovered, RecoverOptions } from '@oms/service-kit/recover';
import type { ClientBase, Pool } from 'pg';
import type { OrderStatus, StatusChanged } from '../domain/order.ts';
import { recover, unknownAddress, type StoredOrder, type StoredStep, type Recovery } from './plan-order-recovery.ts';
import { loadOrders } from '../store/load-orders.ts';
import { viewOf } from '../store/order-view.ts';
import { PlacementMovedError, saveBatch } from '../store/save-batch.ts';
import { readPublishedOrders, type PublishedOrders } from './published-orders.ts';

type Recovering = { pool: Pool; kafka: Kafka; codec: Codec; outbox: Outbox } & RecoverOptions;

/** As many share a transaction: few enough that nobody waits long for it. */
const batchMax = 100;

export async function recoverOrders(o: Recovering): Promise<{ read: number; findings: Recovered[] }> {
  const { told, read } = await readPublishedOrders(o);
  const findings: Recovered[] = [];
  const ids = [...told.keys()].sort();
  for (let at = 0; at < ids.length; at += batchMax) {
    findings.push(...(await recoverBatch(o, told, ids.slice(at, at + batchMax))));
  }
  return { read, findings };
}

async function recoverBatch(
  o: Recovering,
  told: PublishedOrders['told'],
  ids: readonly OrderId[],
): Promise<Recovered[]> {
  for (;;) {
    try {
      return await inTransaction(o.pool, async (client) => {
        const cases = (await loadStoredOrders(client, ids)).flatMap(([orderId, known]) => {
          const verdict = recover(known, told.get(orderId)!, newEventId);
          return verdict ? [{ orderId, known, verdict }] : [];
        });
        const able = cases.flatMap(({ known, verdict }) =>
          'missing' in verdict ? [] : [{ known, recovery: verdict }],
        );
        if (o.fix) await save(client, o.outbox, able);
        return cases.flatMap(({ orderId, known, verdict }) =>
          'missing' in verdict ? [untold(orderId, known, verdict.missing)] : findingsOf(known, verdict, o.fix),
        );
      });
    } catch (error) {
      // A client placed one of them again between our load and our write.
      if (error instanceof PlacementMovedError) continue;
      if (isOutage(error) || isOutcomeUnknown(error)) throw error;
      if (ids.length === 1) return [unwritten(ids[0]!, error)];
      // One that no transaction can take holds up none of the others.
      const alone: Recovered[] = [];
      for (const id of ids) alone.push(...(await recoverBatch(o, told, [id])));
      return alone;
    }
  }
}

async function loadStoredOrders(client: ClientBase, ids: readonly OrderId[]): Promise<[OrderId, StoredOrder][]> {
  const known = await loadOrders(client, ids);
  // After the locks: what another writer of these orders has just committed is seen.
  const { rows } = await client.query<HistoryRow>({ name: 'order.load-history', text: historySql, values: [ids] });
  const history = Map.groupBy(rows, (row) => row.orderId);
  return [...known].map(([id, one]) => [id, { ...one, history: (history.get(id) ?? []).map(stepOf) }]);
}

const historySql = `
SELECT "orderId", "version", "fromStatus", "toStatus", "at", "changedBy", "changedByRole", "reason", "note", "eventId"
FROM "order_history" WHERE "orderId" = ANY ($1::uuid[]) ORDER BY "orderId", "version"`;

type HistoryRow = {
  orderId: OrderId;
  version: number;
  fromStatus: OrderStatus | null;
  toStatus: OrderStatus;
  at: Date;
  changedBy: string;
  changedByRole: string;
  reason: StatusChanged['reason'];
  note: string | null;
  eventId: EventId;
};

function stepOf({ version, eventId, fromStatus: from, toStatus: to, at, reason, note, ...by }: HistoryRow): StoredStep {
  if (from === null) return { version, eventId, change: null };
  const actor = { id: by.changedBy, role: by.changedByRole };
  return { version, eventId, change: { type: 'StatusChanged', from, to, at, reason, note, by: actor } };
}

type Able = { known: StoredOrder; recovery: Recovery };

async function save(client: ClientBase, outbox: Outbox, cases: readonly Able[]): Promise<void> {
  await clearForked(client, cases);
  const isNew = ({ known, recovery }: Able) => known.order === null || isForked(known, recovery);
  await saveBatch(client, {
    placements: cases.flatMap(({ recovery }) => placementWithReply(recovery)),
    inserts: cases.filter(isNew).map(({ recovery }) => recovery.order),
    updates: cases.filter((one) => !isNew(one)).map(({ recovery }) => recovery.order),
    history: cases.flatMap(({ recovery }) => recovery.steps),
  });
  await outbox.append(
    client,
    cases.flatMap(({ recovery }) => recovery.messages),
  );
}

/** What is written anew goes first, under its lock: the rows come back in the same transaction, as they ought to be. */
async function clearForked(client: ClientBase, cases: readonly Able[]): Promise<void> {
  const forked = cases.filter(({ known, recovery }) => isForked(known, recovery)).map(({ recovery }) => recovery);
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

function isForked({ history }: StoredOrder, { from }: Recovery): boolean {
  return history.some(({ version }) => version >= from);
}

/** Word for word what its client was told, unless that was forgotten. */
function placementWithReply({ placement, placed }: Recovery) {
  if (placement === null || placed === null) return [];
  return [{ ...placement, reply: placement.reply === null ? null : JSON.stringify(viewOf(placed)) }];
}

function findingsOf(known: StoredOrder, recovery: Recovery, fix: boolean): Recovered[] {
  const { order, dropped, placed } = recovery;
  const forked = isForked(known, recovery);
  const kind = known.order === null ? 'ORDER_LOST' : forked ? 'ORDER_FORKED' : 'ORDER_BEHIND';
  const found = known.order === null ? 'not there' : `${known.order.status}, version ${known.order.version}`;
  const expected = `Kafka tells of it up to ${order.status}, version ${order.version}`;
  const remedy = forked
    ? 'goes on from what was told; what was changed since the restore is made again on top of it'
    : 'writes down what was told';
  const id = order.id;
  const people = dropped.map(({ to, by }): Recovered => {
    const why = `${by.role} ${by.id} has made it ${to} since the restore, and it was ${order.status} already`;
    const todo = 'tell them; nothing is written of it';
    return {
      kind: 'CHANGE_DROPPED',
      id,
      found: why,
      expected: 'nobody else has heard of it',
      remedy: todo,
      fixed: false,
    };
  });
  if (placed?.deliveryAddress.line1 === unknownAddress.line1) {
    const told = 'only analytics-events has it';
    const todo = `ask customer ${order.customerId}, or cancel the order`;
    people.push({ kind: 'ADDRESS_LOST', id, found: 'no address', expected: told, remedy: todo, fixed: false });
  }
  return [{ kind, id, found, expected, remedy, fixed: fix }, ...people];
}

function untold(id: OrderId, { order }: StoredOrder, missing: number): Recovered {
  const found = order ? `${order.status}, version ${order.version}` : 'not there';
  const expected = `Kafka tells of later versions, and version ${missing} is not in what was read`;
  return { kind: 'ORDER_UNTOLD', id, found, expected, remedy: 'give an earlier --since', fixed: false };
}

function unwritten(id: OrderId, error: unknown): Recovered {
  const found = `it cannot be written: ${error instanceof Error ? error.message : String(error)}`;
  return { kind: 'ORDER_UNWRITTEN', id, found, expected: 'Kafka tells of it', remedy: 'a person', fixed: false };
}
