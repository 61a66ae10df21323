// Invariants 3 and 6 on the log: each change of an order or an item is told once, in order, and an alert for each crossing and no other.

import type pg from 'pg';
import type { Finding } from './violation.ts';
import type { Log } from './log.ts';
import { rowsById } from './side-by-side.ts';

type Versioned = { id: string; version: number };

const ordersSql = `SELECT id, version FROM orders WHERE id > $1 ORDER BY id LIMIT $2`;
const itemsSql = `SELECT id, version FROM inventory WHERE id > $1 ORDER BY id LIMIT $2`;

export async function checkMessages(
  log: Log,
  clients: Record<'order' | 'inventory', pg.ClientBase>,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const known = new Set<string>();
  const expect = (topic: string, { id, version }: Versioned, typeOf: (version: number) => string) => {
    known.add(`${topic} ${id}`);
    for (const what of wrongs(log, topic, id, version, typeOf)) findings.push({ invariant: 3, what });
  };
  for await (const row of rowsById<Versioned>(clients.order, ordersSql)) {
    expect('order-events', row, (version) => (version === 1 ? 'ORDER_PLACED' : 'ORDER_STATUS_CHANGED'));
    expect('analytics-events', row, (version) => (version === 1 ? 'NEW_ORDER' : 'ORDER_STATUS_CHANGE'));
  }
  for await (const row of rowsById<Versioned>(clients.inventory, itemsSql))
    expect('analytics-events', row, () => 'INVENTORY_UPDATE');
  for (const key of log.told.keys()) {
    if (!key.startsWith('inventory-alerts ') && !known.has(key))
      findings.push({ invariant: 3, what: `${key} was told of, and is in no table` });
  }
  return [...findings, ...(await checkAlerts(log, clients.inventory))];
}

function* wrongs(
  log: Log,
  topic: string,
  id: string,
  version: number,
  typeOf: (version: number) => string,
): Generator<string> {
  const key = `${topic} ${id}`;
  const versions = log.told.get(key) ?? new Map<number, Set<string>>();
  for (let at = 1; at <= version; at++) {
    const events = [...(versions.get(at) ?? [])];
    if (events.length !== 1 || events[0]?.split(' ')[0] !== typeOf(at))
      yield `${key} version ${at} was told as ${events.length === 0 ? 'nothing' : events.join(' and ')}, not as one ${typeOf(at)}`;
  }
  if (versions.size > version)
    yield `${key} is at version ${version}, and version ${Math.max(...versions.keys())} was told`;
  const arrivals = log.arrivals.get(key) ?? [];
  if (arrivals.some((each, at) => at > 0 && each < (arrivals[at - 1] ?? 0)))
    yield `${key} was told out of order: ${arrivals.join(', ')}`;
}

// With the threshold as it is now: whoever changes thresholds during a run can't have its alerts counted so.
const crossingsSql = `
SELECT m."itemId" AS id, m."itemVersion" AS version,
       m."quantityAfter" < i.threshold AND lag(m."quantityAfter") OVER w >= i.threshold AS low,
       m."quantityAfter" = 0 AND lag(m."quantityAfter") OVER w > 0 AS out
FROM movements m JOIN inventory i ON i.id = m."itemId"
WINDOW w AS (PARTITION BY m."itemId" ORDER BY m."itemVersion")`;

async function checkAlerts(log: Log, inventory: pg.ClientBase): Promise<Finding[]> {
  const { rows } = await inventory.query<{ id: string; version: number; low: boolean | null; out: boolean | null }>(
    `SELECT * FROM (${crossingsSql}) c WHERE low OR out`,
  );
  const due = new Set(
    rows.flatMap(({ id, version, low, out }) => [
      ...(low ? [`LOW_STOCK of item ${id} at version ${version}`] : []),
      ...(out ? [`OUT_OF_STOCK of item ${id} at version ${version}`] : []),
    ]),
  );
  const findings: Finding[] = [];
  for (const [key, versions] of log.told) {
    if (!key.startsWith('inventory-alerts ')) continue;
    for (const [version, events] of versions) {
      for (const event of events) {
        const alert = `${event.split(' ')[0]} of item ${key.split(' ')[1]} at version ${version}`;
        if (!due.delete(alert))
          findings.push({ invariant: 6, what: `${alert} was told, and nothing was crossed, or it was told before` });
      }
    }
  }
  return [...findings, ...[...due].map((alert) => ({ invariant: 6 as const, what: `${alert} was never told` }))];
}
