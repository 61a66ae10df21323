// Invariant 7: each message that a rule names has its notification, accepted by its provider, and more than once only where an answer was lost.

import type { Message } from '@oms/contracts';
import {
  factsOf,
  isAbout,
  isMet,
  type Condition,
  type NotifiableMessage,
  type NotificationEvent,
} from '../../../apps/notification/src/domain/rules.ts';
import type { Accepted, Queryable } from './evidence.ts';
import type { Violation } from './violation.ts';

type Rule = { id: string; event: NotificationEvent; condition: Condition | null; whenDue: boolean };
export type NotificationRow = {
  id: string;
  eventId: string;
  ruleId: string;
  channel: string;
  status: string;
  maybeSentBefore: boolean;
  body: string;
};

const rulesSql = `SELECT id, event, condition, "whenDue" FROM notification_rules`;
const notificationsSql = `SELECT id, "eventId", "ruleId", channel, status, "maybeSentBefore", body FROM notifications`;

/** Which notifications the messages ask for, as `<event id> <rule id>`. */
export type Expected = {
  add(event: { eventId: string; type: string }, read: () => Promise<Message>): Promise<void>;
  notifications: ReadonlySet<string>;
};

export async function createExpected(notification: Queryable): Promise<Expected> {
  const { rows: rules } = await notification.query<Rule>(rulesSql);
  const notifications = new Set<string>();
  return {
    notifications,
    async add({ eventId, type }, read) {
      for (const rule of rules) {
        const { id, event, condition, whenDue } = rule;
        if (event !== type && !(whenDue && type === 'ORDER_DUE')) continue;
        // Of an event that a rule can name; most rules have no condition, and then nothing needs to be decoded.
        if (condition === null && !whenDue) notifications.add(`${eventId} ${id}`);
        else {
          const message = (await read()) as NotifiableMessage;
          if (isAbout(rule, message) && isMet(condition, factsOf(message))) notifications.add(`${eventId} ${id}`);
        }
      }
    },
  };
}

export async function checkNotifications(
  notification: Queryable,
  expected: ReadonlySet<string>,
  accepted: Accepted | undefined,
): Promise<Violation[]> {
  const { rows } = await notification.query<NotificationRow>(notificationsSql);
  return [...notificationViolations(rows, expected), ...(accepted ? acceptanceViolations(rows, accepted) : [])];
}

export function notificationViolations(rows: readonly NotificationRow[], expected: ReadonlySet<string>): Violation[] {
  const missing = new Set(expected);
  const violations: Violation[] = [];
  for (const { id, eventId, ruleId, status } of rows) {
    if (!missing.delete(`${eventId} ${ruleId}`)) {
      const what = `notification ${id} is about event ${eventId}, which asks for none by rule ${ruleId}, or has another`;
      violations.push({ invariant: 7, what, ids: [id, eventId] });
    }
    if (status !== 'SENT')
      violations.push({ invariant: 7, what: `notification ${id} is ${status}`, ids: [id, eventId] });
  }
  for (const each of missing) {
    const [eventId, ruleId] = each.split(' ') as [string, string];
    violations.push({ invariant: 7, what: `event ${eventId} has no notification by rule ${ruleId}`, ids: [eventId] });
  }
  return violations;
}

export function acceptanceViolations(rows: readonly NotificationRow[], { byId, byText }: Accepted): Violation[] {
  const violations: Violation[] = [];
  const find = (what: string, ids: string[]) => violations.push({ invariant: 7, what, ids });
  for (const { id, eventId, channel, status, maybeSentBefore } of rows) {
    if (byText && channel === 'SLACK') continue;
    const times = byId.get(id) ?? 0;
    if (times === 0)
      find(`notification ${id} (${channel}) is ${status}, and its provider never accepted it`, [id, eventId]);
    if (times > 1 && !maybeSentBefore)
      find(`notification ${id} (${channel}) was accepted ${times} times, and no answer was lost`, [id, eventId]);
  }
  const slack = Map.groupBy(byText ? rows.filter(({ channel }) => channel === 'SLACK') : [], ({ body }) => body);
  for (const [body, same] of slack) {
    const times = byText?.get(body) ?? 0;
    const about = `the ${same.length} Slack notification${same.length === 1 ? '' : 's'} like ${same[0]?.id}`;
    if (times < same.length) find(`${about} were accepted ${times} times`, [same[0]!.id]);
    if (times > same.length && !same.some(({ maybeSentBefore }) => maybeSentBefore))
      find(`${about} were accepted ${times} times, and no answer was lost`, [same[0]!.id]);
  }
  return violations;
}
