// Which notifications were sent, across the loss of a database: those created again have other ids, so they are identified by event and rule.

import pg from 'pg';
import type { Accepted } from '../invariants/evidence.ts';
import type { Violation } from '../invariants/violation.ts';

type Row = { id: string; about: string; channel: string; attempts: number; maybeSentBefore: boolean };

export type SentNotifications = {
  /** Reads the present notifications, so that it is known later what an id was about. */
  remember(databaseUrl: string): Promise<void>;
  /** Nothing was sent twice. `unsent`: recorded as sent, and no provider has accepted it. */
  check(databaseUrl: string, accepted: Accepted): Promise<{ violations: Violation[]; unsent: number }>;
};

export function createSentNotifications(): SentNotifications {
  const known = new Map<string, string>();
  return {
    async remember(databaseUrl) {
      for (const { id, about } of await rowsOf(databaseUrl)) known.set(id, about);
    },
    async check(databaseUrl, accepted) {
      const rows = (await rowsOf(databaseUrl)).filter(({ channel }) => channel !== 'SLACK'); // posts to Slack carry no id
      for (const { id, about } of rows) known.set(id, about);
      const times = new Map<string, number>();
      for (const [id, count] of accepted.byId) {
        const about = known.get(id) ?? `unknown ${id}`;
        times.set(about, (times.get(about) ?? 0) + count);
      }
      const violations: Violation[] = [];
      let unsent = 0;
      for (const { id, about, attempts, maybeSentBefore } of rows) {
        const count = times.get(about) ?? 0;
        if (count > 1 && !maybeSentBefore)
          violations.push({ invariant: 7, what: `notification ${id} (${about}) was accepted ${count} times` });
        if (count === 0 && attempts > 0)
          violations.push({ invariant: 7, what: `notification ${id} (${about}) was never accepted` });
        if (count === 0 && attempts === 0) unsent += 1;
      }
      for (const about of times.keys())
        if (about.startsWith('unknown')) violations.push({ invariant: 7, what: `a provider accepted the ${about}` });
      return { violations, unsent };
    },
  };
}

async function rowsOf(connectionString: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<Row>(
      `SELECT id, concat_ws(' ', event, "eventId", "ruleId") AS about, channel, attempts, "maybeSentBefore" FROM notifications`,
    );
    return rows;
  } finally {
    await client.end();
  }
}
