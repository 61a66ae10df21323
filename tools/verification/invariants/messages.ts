// Invariants 3, 6 and 8 on messages: each change is published once and in order, each crossing has its alert, each reader applied each message.

import { topics, type OrderId } from '@oms/contracts';
import { groupOf } from '@oms/messaging';
import { promiseIdOf } from '../../../apps/order/src/domain/order-id.ts';
import type { Databases, Queryable } from './evidence.ts';
import { topicNames, type Published } from './published.ts';
import { rowsById } from './side-by-side.ts';
import type { Violation } from './violation.ts';

type OrderVersion = {
  id: string;
  version: number;
  eventIds: string[];
  /** What each version is, beside a change of the status: READY, DUE. */
  milestones: (string | null)[];
  preparingLate: boolean;
  deliveryLate: boolean;
};
type ItemVersion = { id: string; version: number };
type Crossing = { id: string; version: number; low: boolean | null; out: boolean | null };

const ordersSql = `
SELECT o.id, o.version, ARRAY(SELECT h."eventId" FROM order_history h WHERE h."orderId" = o.id ORDER BY h.version)::text[] AS "eventIds",
  ARRAY(SELECT h.milestone FROM order_history h WHERE h."orderId" = o.id ORDER BY h.version) AS milestones,
  o."preparingLateAt" IS NOT NULL AS "preparingLate", o."deliveryLateAt" IS NOT NULL AS "deliveryLate"
FROM orders o WHERE o.id > $1 ORDER BY o.id LIMIT $2`;
const itemsSql = `SELECT id, version FROM inventory WHERE id > $1 ORDER BY id LIMIT $2`;
// With the threshold as it is now: alerts of a run that changes thresholds cannot be counted so.
const crossingsSql = `
SELECT * FROM (
  SELECT m."itemId" AS id, m."itemVersion" AS version,
         m."quantityAfter" < i.threshold AND lag(m."quantityAfter") OVER w >= i.threshold AS low,
         m."quantityAfter" = 0 AND lag(m."quantityAfter") OVER w > 0 AS out
  FROM movements m JOIN inventory i ON i.id = m."itemId"
  WINDOW w AS (PARTITION BY m."itemId" ORDER BY m."itemVersion")) crossings
WHERE low OR out`;
const inboxSql = `SELECT "eventId"::text AS id FROM messaging.inbox WHERE consumer = $1 AND topic = $2`;

export async function checkMessages(published: Published, databases: Databases): Promise<Violation[]> {
  const violations: Violation[] = [];
  const known = new Set<string>();
  const expect = (topic: string, { id, version }: ItemVersion, typeOf: (version: number) => string) => {
    known.add(`${topic} ${id}`);
    for (const what of versionViolations(published, topic, id, version, typeOf))
      violations.push({ invariant: 3, what, ids: [id] });
  };
  for await (const row of rowsById<OrderVersion>(databases.order, ordersSql)) {
    const milestoneOf = (version: number) => row.milestones[version - 1] ?? null;
    expect('order-events', row, (version) => {
      if (version === 1) return 'ORDER_PLACED';
      return milestoneOf(version) === null ? 'ORDER_STATUS_CHANGED' : `ORDER_${milestoneOf(version)}`;
    });
    expect('analytics-events', row, (version) => {
      if (version === 1) return 'NEW_ORDER';
      return milestoneOf(version) === null ? 'ORDER_STATUS_CHANGE' : 'ORDER_MILESTONE';
    });
    // A promise that was not kept is published once, under an id of its own.
    const late = [row.preparingLate && ('PREPARING' as const), row.deliveryLate && ('DELIVERY' as const)];
    for (const stage of late.filter((each) => each !== false)) {
      const id = promiseIdOf(row.id as OrderId, stage);
      expect('order-events', { id, version: 1 }, () => 'ORDER_LATE');
    }
    for (const eventId of row.eventIds) {
      if (!published.eventIds.get('order-events')!.has(eventId))
        violations.push({ invariant: 3, what: `event ${eventId} of order ${row.id} was not published`, ids: [row.id] });
    }
  }
  for await (const row of rowsById<ItemVersion>(databases.inventory, itemsSql))
    expect('analytics-events', row, () => 'INVENTORY_UPDATE');
  for (const key of published.versions.keys()) {
    if (!key.startsWith('inventory-alerts ') && !known.has(key))
      violations.push({ invariant: 3, what: `${key} was published, and is in no table`, ids: [key.split(' ')[1]!] });
  }
  const { rows: crossings } = await databases.inventory.query<Crossing>(crossingsSql);
  return [...violations, ...alertViolations(published, crossings), ...(await checkInboxes(published, databases))];
}

/** Each version once, of its type, and the first copies in order. */
export function* versionViolations(
  { versions: all, arrivals }: Published,
  topic: string,
  id: string,
  version: number,
  typeOf: (version: number) => string,
): Generator<string> {
  const key = `${topic} ${id}`;
  const versions = all.get(key) ?? new Map<number, Set<string>>();
  for (let each = 1; each <= version; each++) {
    const events = [...(versions.get(each) ?? [])];
    if (events.length !== 1 || events[0]?.split(' ')[0] !== typeOf(each)) {
      const found = events.length === 0 ? 'nothing' : events.join(' and ');
      yield `${key} version ${each} was published as ${found}, not as one ${typeOf(each)}`;
    }
  }
  if (versions.size > version)
    yield `${key} is at version ${version}, and version ${Math.max(...versions.keys())} was published`;
  const order = arrivals.get(key) ?? [];
  if (order.some((each, i) => i > 0 && each < (order[i - 1] ?? 0)))
    yield `${key} was published out of order: ${order.join(', ')}`;
}

/** One alert for each crossing, and no other. */
export function alertViolations({ versions: all }: Published, crossings: readonly Crossing[]): Violation[] {
  const due = new Map<string, string>();
  for (const { id, version, low, out } of crossings) {
    if (low) due.set(`LOW_STOCK of item ${id} at version ${version}`, id);
    if (out) due.set(`OUT_OF_STOCK of item ${id} at version ${version}`, id);
  }
  const violations: Violation[] = [];
  for (const [key, versions] of all) {
    if (!key.startsWith('inventory-alerts ')) continue;
    const id = key.split(' ')[1]!;
    for (const [version, events] of versions) {
      for (const event of events) {
        const alert = `${event.split(' ')[0]} of item ${id} at version ${version}`;
        if (due.delete(alert)) continue;
        const what = `${alert} was published, and nothing was crossed, or it was published before`;
        violations.push({ invariant: 6, what, ids: [id] });
      }
    }
  }
  for (const [alert, id] of due) violations.push({ invariant: 6, what: `${alert} was not published`, ids: [id] });
  return violations;
}

/** Every reader of a topic has every message of it in its inbox, and nothing else. */
async function checkInboxes(published: Published, databases: Databases): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const topic of topicNames) {
    const sent = published.eventIds.get(topic)!;
    for (const service of topics[topic].readBy) {
      const applied = await inboxOf(databases[service as keyof Databases], groupOf({ service }), topic);
      for (const id of sent) {
        if (!applied.has(id))
          violations.push({ invariant: 8, what: `${service} has not applied message ${id} of ${topic}`, ids: [id] });
      }
      for (const id of applied) {
        if (!sent.has(id) && !published.outOfOrder.has(id))
          violations.push({
            invariant: 8,
            what: `${service} applied message ${id} of ${topic}, which nobody sent`,
            ids: [id],
          });
      }
    }
  }
  return violations;
}

async function inboxOf(database: Queryable, group: string, topic: string): Promise<Set<string>> {
  const { rows } = await database.query<{ id: string }>(inboxSql, [group, topic]);
  return new Set(rows.map(({ id }) => id));
}
