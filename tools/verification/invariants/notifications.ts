// Invariant 7: each alert and order has the notifications that the rules ask for, each accepted by its provider, and more than once only where an answer was lost.

import type pg from 'pg';
import type { Finding } from './violation.ts';
import type { Log } from './log.ts';

/** How often a provider has accepted each notification, as the provider itself counted. */
export type Accepted = {
  /** By the notification's id: what Message-ID and webhook-id carry. */
  byId: ReadonlyMap<string, number>;
  /** Slack's posts carry no id: by their text. */
  byText: ReadonlyMap<string, number>;
};

type Row = { id: string; channel: string; status: string; maybeSentBefore: boolean; body: string };

export async function checkNotices(
  notification: pg.ClientBase,
  log: Log,
  accepted: Accepted | undefined,
): Promise<Finding[]> {
  const { rows } = await notification.query<Row>(
    `SELECT id, channel, status, "maybeSentBefore", body FROM notifications`,
  );
  const findings = [
    ...(await missingNotices(notification, log)),
    ...rows.filter(({ status }) => status !== 'SENT').map(({ id, status }) => found(`notification ${id} is ${status}`)),
  ];
  if (!accepted) return findings;
  for (const row of rows) {
    if (row.channel === 'SLACK') continue;
    const count = accepted.byId.get(row.id) ?? 0;
    if (count === 0)
      findings.push(
        found(`notification ${row.id} (${row.channel}) is ${row.status}, and its provider never accepted it`),
      );
    if (count > 1 && !row.maybeSentBefore)
      findings.push(
        found(`notification ${row.id} (${row.channel}) was accepted ${count} times, and no answer was lost`),
      );
  }
  const byText = Map.groupBy(
    rows.filter(({ channel }) => channel === 'SLACK'),
    ({ body }) => body,
  );
  for (const [body, same] of byText) {
    const count = accepted.byText.get(body) ?? 0;
    const about = `the ${same.length} Slack notification${same.length === 1 ? '' : 's'} like ${same[0]?.id}`;
    if (count < same.length) findings.push(found(`${about} were accepted ${count} times`));
    if (count > same.length && !same.some((row) => row.maybeSentBefore))
      findings.push(found(`${about} were accepted ${count} times, and no answer was lost`));
  }
  return findings;
}

// Without conditions; those with one are counted by whoever can read the message.
const rulesSql = `SELECT id, event FROM notification_rules WHERE condition IS NULL`;

async function missingNotices(notification: pg.ClientBase, log: Log): Promise<Finding[]> {
  const rules = (await notification.query<{ id: string; event: string }>(rulesSql)).rows;
  const made = new Set(
    (
      await notification.query<{ made: string }>(`SELECT "eventId" || ' ' || "ruleId" AS made FROM notifications`)
    ).rows.map((row) => row.made),
  );
  const findings: Finding[] = [];
  for (const [key, versions] of log.told) {
    if (key.startsWith('analytics-events ')) continue;
    for (const event of [...versions.values()].flatMap((events) => [...events])) {
      const [type, eventId] = event.split(' ');
      for (const rule of rules) {
        if (rule.event === type && !made.has(`${eventId} ${rule.id}`))
          findings.push(found(`${type} ${eventId} of ${key} made no notification by rule ${rule.id}`));
      }
    }
  }
  return findings;
}

function found(what: string): Finding {
  return { invariant: 7, what };
}
