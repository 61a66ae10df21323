// Puts dead letters back, as many as wished and no more often than is sane: each is written down first, then sent.

import { failpoint } from '@oms/failpoint';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Producer } from '../kafka/client.ts';
import type { Found, Walk } from './dead-letter-admin.ts';
import { idOf, placeOf, putBack, type DeadLetterFilter } from './letters.ts';
import { markSent, recordRedrives } from './redrives.ts';

/** A message that came back so often is not put back again: whatever it lacks, another try won't bring it. */
export const redrivesMax = 3;

export type RedriveRequest = {
  filter: DeadLetterFilter;
  /** This letter only. */
  id?: string | undefined;
  limit: number;
  /** Tell what would be done, and do nothing. */
  dryRun: boolean;
  /** Also those that were put back already, or too often. */
  force: boolean;
  /** Who wants it. */
  by: string;
};

export type RedriveReport = {
  dryRun: boolean;
  /** Of those that are put back, or would be. */
  byReason: Record<string, number>;
  ids: string[];
  refused: { alreadyRedriven: number; tooOften: number };
  /** There may be more than were looked at. */
  more: boolean;
};

export type RedriveOptions = { pool: pg.Pool; group: string; producer: Producer; logger: Logger; walk: Walk };

/** @throws what Kafka or PostgreSQL threw. What was written down and not sent shows in the list, and goes again by the same wish. */
export async function redriveLetters(o: RedriveOptions, wish: RedriveRequest): Promise<RedriveReport> {
  const report: RedriveReport = {
    ...{ dryRun: wish.dryRun, byReason: {}, ids: [], more: false },
    refused: { alreadyRedriven: 0, tooOften: 0 },
  };
  const only = wish.id === undefined ? undefined : placeOf(wish.id);
  if (wish.id !== undefined && !only) return report;
  try {
    await o.walk(wish.filter, only, async (found, _after, isLast) => {
      const wanted = found.filter(({ letter }) => wish.id === undefined || letter.id === wish.id);
      const chosen = choose(report, wish, wanted);
      if (!wish.dryRun && chosen.length > 0) await send(o, wish, chosen);
      for (const { letter } of chosen) {
        report.ids.push(letter.id);
        report.byReason[letter.reason] = (report.byReason[letter.reason] ?? 0) + 1;
      }
      if (isLast) report.more = true;
      return !only && !report.more;
    });
  } finally {
    const { ids, byReason } = report;
    const told = { by: wish.by, force: wish.force, letters: ids.length, byReason };
    if (!wish.dryRun && ids.length > 0) o.logger.info(told, 'Put dead letters back');
  }
  return report;
}

function choose(report: RedriveReport, wish: RedriveRequest, found: readonly Found[]): Found[] {
  const chosen: Found[] = [];
  for (const each of found) {
    const { redriven, redrives } = each.letter;
    if (report.ids.length + chosen.length === wish.limit) {
      report.more = true;
      break;
    }
    // One whose sending was begun and never acknowledged goes again: what came through is known by its event id.
    if (!wish.force && redriven?.sent) report.refused.alreadyRedriven += 1;
    else if (!wish.force && redrives >= redrivesMax) report.refused.tooOften += 1;
    else chosen.push(each);
  }
  return chosen;
}

async function send(o: RedriveOptions, wish: RedriveRequest, chosen: readonly Found[]): Promise<void> {
  const at = new Date();
  const { by, force } = wish;
  const rows = chosen.map(({ letter, received }) => ({ ...received, eventId: letter.eventId }));
  const recorded = await recordRedrives(o.pool, { group: o.group, by, force, at }, rows);
  failpoint('redrive.recorded');
  await o.producer.send(chosen.map(({ received }) => putBack(received, { by, at })));
  failpoint('redrive.sent');
  await markSent(o.pool, recorded);
  const places = chosen.map(({ received }) => idOf(received));
  o.logger.debug({ by, force, places }, 'Sent dead letters to their topics');
}
