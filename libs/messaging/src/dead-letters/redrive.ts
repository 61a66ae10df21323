// Puts dead letters back on their topics. Each redrive is recorded in messaging.redrives, then sent, then marked as sent.

import { failpoint } from '@oms/failpoint';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Producer, ReceivedMessage } from '../kafka/client.ts';
import {
  deadLetterId,
  hasContent,
  parseDeadLetterId,
  toRedrivenMessage,
  type DeadLetter,
  type DeadLetterFilter,
  type DeadLetterPosition,
} from './dead-letters.ts';

/** A message that came back so often is not redriven again without `force`: another attempt would not help it. */
export const redrivesMax = 3;

export type RedriveRequest = {
  filter: DeadLetterFilter;
  /** Only this dead letter. */
  id?: string | undefined;
  limit: number;
  /** Reports what would be done, and does nothing. */
  dryRun: boolean;
  /** Also those that were redriven already, or too often. */
  force: boolean;
  /** Who requests it. */
  by: string;
};

export type RedriveReport = {
  dryRun: boolean;
  /** Counts of those that are redriven, or would be. */
  byReason: Record<string, number>;
  ids: string[];
  /** `withoutContent`: they only say where their message lies. */
  refused: { alreadyRedriven: number; tooOften: number; withoutContent: number };
  /** There may be more than were read. */
  more: boolean;
};

export type FoundDeadLetter = { deadLetter: DeadLetter; received: ReceivedMessage };

/**
 * Calls back for each part of the topics that was read, with the dead letters that match. `isLast`: the scan stops here although there
 * may be more from `after` on. The callback returns whether to continue.
 */
export type ScanDeadLetters = (
  filter: DeadLetterFilter,
  from: DeadLetterPosition | undefined,
  onFound: (found: readonly FoundDeadLetter[], after: DeadLetterPosition, isLast: boolean) => Promise<boolean>,
) => Promise<void>;

export type RedriveOptions = {
  pool: pg.Pool;
  group: string;
  producer: Producer;
  logger: Logger;
  scan: ScanDeadLetters;
};

/** @throws what Kafka or PostgreSQL throws. What was recorded and not sent is visible in the list, and is sent by the same request again. */
export async function redriveDeadLetters(
  { pool, group, producer, logger, scan }: RedriveOptions,
  request: RedriveRequest,
): Promise<RedriveReport> {
  const { filter, id, limit, dryRun, force, by } = request;
  const ids: string[] = [];
  const byReason: Record<string, number> = {};
  const refused = { alreadyRedriven: 0, tooOften: 0, withoutContent: 0 };
  let more = false;
  const report = () => ({ dryRun, byReason, ids, refused, more });
  const only = id === undefined ? undefined : parseDeadLetterId(id);
  if (id !== undefined && !only) return report();
  try {
    await scan(filter, only, async (found, _after, isLast) => {
      const wanted = found.filter(({ deadLetter }) => id === undefined || deadLetter.id === id);
      const selection = select(wanted, { limit: limit - ids.length, force });
      refused.alreadyRedriven += selection.alreadyRedriven;
      refused.tooOften += selection.tooOften;
      refused.withoutContent += selection.withoutContent;
      if (!dryRun && selection.chosen.length > 0) {
        await send({ pool, group, producer, logger }, { by, force }, selection.chosen);
      }
      for (const { deadLetter } of selection.chosen) {
        ids.push(deadLetter.id);
        byReason[deadLetter.reason] = (byReason[deadLetter.reason] ?? 0) + 1;
      }
      more ||= selection.limitReached || isLast;
      return !only && !more;
    });
  } finally {
    const fields = { by, force, deadLetters: ids.length, byReason };
    if (!dryRun && ids.length > 0) logger.info(fields, 'Put dead letters back');
  }
  return report();
}

type Selection = {
  chosen: FoundDeadLetter[];
  alreadyRedriven: number;
  tooOften: number;
  withoutContent: number;
  limitReached: boolean;
};

function select(found: readonly FoundDeadLetter[], { limit, force }: { limit: number; force: boolean }): Selection {
  const selection: Selection = { chosen: [], alreadyRedriven: 0, tooOften: 0, withoutContent: 0, limitReached: false };
  for (const each of found) {
    const { redriven, redrives } = each.deadLetter;
    if (selection.chosen.length === limit) return { ...selection, limitReached: true };
    // One that was recorded but never acknowledged is sent again: if it had arrived, the inbox knows its event id.
    if (!hasContent(each.received)) selection.withoutContent += 1;
    else if (!force && redriven?.sent) selection.alreadyRedriven += 1;
    else if (!force && redrives >= redrivesMax) selection.tooOften += 1;
    else selection.chosen.push(each);
  }
  return selection;
}

async function send(
  { pool, group, producer, logger }: Omit<RedriveOptions, 'scan'>,
  { by, force }: { by: string; force: boolean },
  chosen: readonly FoundDeadLetter[],
): Promise<void> {
  const at = new Date();
  const recorded = await recordRedrives(pool, { group, by, force, at }, chosen);
  failpoint('redrive.recorded');
  await producer.send(chosen.map(({ received }) => toRedrivenMessage(received, { by, at })));
  failpoint('redrive.sent');
  await markSent(pool, recorded);
  const places = chosen.map(({ received }) => deadLetterId(received));
  logger.debug({ by, force, places }, 'Sent dead letters to their topics');
}

const lastRedrivesSql = `
  SELECT DISTINCT ON ("topic", "partition", "offset")
    "topic", "partition", "offset", "by", "force", "at",
    bool_or("sentAt" IS NOT NULL) OVER (PARTITION BY "topic", "partition", "offset") AS "sent"
  FROM messaging.redrives
  WHERE "consumer" = $1 AND ("topic", "partition", "offset") IN
    (SELECT * FROM unnest($2::text[], $3::int[], $4::bigint[]))
  ORDER BY "topic", "partition", "offset", "id" DESC`;

type Row = { topic: string; partition: number; offset: string; by: string; force: boolean; at: Date; sent: boolean };

/** By dead letter id, the last redrive of each. `sent`: Kafka took the message that time or an earlier time. */
export async function readRedrives(
  pool: pg.Pool,
  group: string,
  positions: readonly DeadLetterPosition[],
): Promise<Map<string, DeadLetter['redriven']>> {
  if (positions.length === 0) return new Map();
  const { rows } = await pool.query<Row>(lastRedrivesSql, [group, ...toColumns(positions)]);
  return new Map(
    rows.map(({ topic, partition, offset, by, force, at, sent }) => [
      deadLetterId({ topic, partition, offset: BigInt(offset) }),
      { by, force, at: at.toISOString(), sent },
    ]),
  );
}

const recordSql = `
  INSERT INTO messaging.redrives ("consumer", "by", "force", "at", "topic", "partition", "offset", "eventId")
  SELECT $1, $2, $3::boolean, $4::timestamptz, l.* FROM unnest($5::text[], $6::int[], $7::bigint[], $8::text[]) AS l
  RETURNING "id"`;

/** Returns the ids of the rows. A row without `sentAt` says that the message was perhaps not sent. */
async function recordRedrives(
  pool: pg.Pool,
  { group, by, force, at }: { group: string; by: string; force: boolean; at: Date },
  chosen: readonly FoundDeadLetter[],
): Promise<string[]> {
  const positions = toColumns(chosen.map(({ received }) => received));
  const eventIds = chosen.map(({ deadLetter }) => deadLetter.eventId);
  const { rows } = await pool.query<{ id: string }>(recordSql, [group, by, force, at, ...positions, eventIds]);
  return rows.map(({ id }) => id);
}

async function markSent(pool: pg.Pool, ids: readonly string[]): Promise<void> {
  await pool.query('UPDATE messaging.redrives SET "sentAt" = now() WHERE "id" = ANY ($1::bigint[])', [ids]);
}

function toColumns(positions: readonly DeadLetterPosition[]) {
  return [
    positions.map(({ topic }) => topic),
    positions.map(({ partition }) => partition),
    positions.map(({ offset }) => offset.toString()),
  ];
}
