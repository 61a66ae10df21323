/** What the order service itself knows of one order, for its explanation: the changes, and the messages that Kafka does not have yet. */

import type { Pool } from 'pg';
import type { OrderId } from '@oms/contracts';
import type { ExplainedChange, UnpublishedMessage } from '../domain/evidence.ts';
import { select } from './columns.ts';
import { historyColumns, historyFromRow, type HistoryEntry, type HistoryRow } from './history-row.ts';
import { refuseOutage } from './outage.ts';

export type OrderEvidence = { changes: ExplainedChange[]; unpublished: UnpublishedMessage[] };

const historySql = `
SELECT ${select('h', historyColumns)} FROM "order_history" h WHERE h."orderId" = $1 ORDER BY h."version" LIMIT 1000`;

// The outbox has no index by aggregate: it is short while Kafka is available, and a published message is deleted from it.
const outboxSql = `
SELECT "topic", "eventType", "aggregateVersion" AS "version", "createdAt" AS "since"
FROM messaging.outbox WHERE "aggregateId" = $1 ORDER BY "id" LIMIT 100`;

export async function readOrderEvidence(pool: Pool, orderId: OrderId): Promise<OrderEvidence> {
  const [history, outbox] = await Promise.all([
    pool.query<HistoryRow>({ name: 'order.explain-history', text: historySql, values: [orderId] }),
    pool.query<Omit<UnpublishedMessage, 'since'> & { since: Date }>(outboxSql, [orderId]),
  ]).catch(refuseOutage);
  return {
    changes: history.rows.map(historyFromRow).map(changeOf),
    unpublished: outbox.rows.map((row) => ({ ...row, since: row.since.toISOString() })),
  };
}

function changeOf({ traceparent, ...change }: HistoryEntry): ExplainedChange {
  return { ...change, traceId: traceparent?.split('-')[1] ?? null };
}
