// Messages that a group should have applied by now: of those that a publisher names, those that it has not; and dead letters and waiting ones.

import type pg from 'pg';
import { groupOf } from '../consumer/consumer.ts';

export type OverdueMessages = {
  /** Those of the given messages that the group has not applied. */
  unapplied: string[];
  /** Aggregates with a dead letter that was not applied since, or with a message that has waited since before that time. */
  aggregates: { aggregateId: string; since: Date }[];
};

export type ReadOverdueMessages = (request: { eventIds: readonly string[]; before: Date }) => Promise<OverdueMessages>;

const aggregatesMax = 500;

const unappliedSql = `
  SELECT m."eventId" FROM unnest($2::uuid[]) AS m("eventId")
  WHERE NOT EXISTS (SELECT FROM messaging.inbox i WHERE i."eventId" = m."eventId" AND i."consumer" = $1)`;
// The newest dead letters: the table keeps them for 40 days.
const aggregatesSql = `
  SELECT "aggregateId", min("since") AS "since" FROM (
    (SELECT d."aggregateId", d."at" AS "since" FROM messaging.dead_letters d
     WHERE d."consumer" = $1 AND d."topic" = ANY ($2) AND d."at" < $3 AND d."aggregateId" IS NOT NULL
       AND NOT EXISTS (SELECT FROM messaging.inbox i WHERE i."eventId" = d."eventId" AND i."consumer" = d."consumer")
     ORDER BY d."at" DESC LIMIT ${aggregatesMax})
    UNION ALL
    (SELECT "aggregateId", "parkedAt" FROM messaging.parked
     WHERE "consumer" = $1 AND "topic" = ANY ($2) AND "parkedAt" < $3 LIMIT ${aggregatesMax})
  ) AS overdue GROUP BY "aggregateId"`;

/** @param topics on which the aggregates are published */
export function createOverdueMessages({
  pool,
  service,
  group: ownGroup,
  topics,
}: {
  pool: pg.Pool;
  service: string;
  group?: string;
  topics: readonly string[];
}): ReadOverdueMessages {
  const group = groupOf({ service, ...(ownGroup !== undefined && { group: ownGroup }) });
  return async ({ eventIds, before }) => {
    const [unapplied, aggregates] = await Promise.all([
      pool.query<{ eventId: string }>(unappliedSql, [group, eventIds]),
      pool.query<OverdueMessages['aggregates'][number]>(aggregatesSql, [group, topics, before]),
    ]);
    return { unapplied: unapplied.rows.map(({ eventId }) => eventId), aggregates: aggregates.rows };
  };
}
