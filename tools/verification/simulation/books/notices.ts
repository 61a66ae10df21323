// Invariant 7: each message that a rule names was told, at least once, and more than once only where that was written down.

import { isMet, factsOf, type NotifiableMessage, type Rule } from '../../../../apps/notification/src/domain/rules.ts';
import type { Evidence } from './evidence.ts';
import type { Report } from './finding.ts';

type Notice = {
  id: string;
  eventId: string;
  ruleId: string;
  status: string;
  attempts: number;
  maybeSentBefore: boolean;
};

export function checkNotices({ rows, messages, accepted }: Evidence, report: Report): void {
  const notices = rows('notification', 'notifications') as unknown as Notice[];
  const rules = rows('notification', 'notification_rules') as unknown as Rule[];
  const wanted = new Set(
    [...messages.values()].flatMap(({ message, topic }) => {
      if (topic === 'analytics-events') return [];
      const facts = factsOf(message as NotifiableMessage);
      return rules
        .filter((rule) => rule.event === message.eventType && isMet(rule.condition, facts))
        .map((rule) => `${message.eventId} ${rule.id}`);
    }),
  );
  for (const notice of notices) {
    const { id, eventId, ruleId, status, maybeSentBefore } = notice;
    const times = accepted.get(id) ?? 0;
    if (!wanted.delete(`${eventId} ${ruleId}`))
      report(7, `notification ${id} tells of ${eventId}, which asks for none, or tells of it again`, id, eventId);
    if (status === 'SENT' && times === 0)
      report(7, `notification ${id} is SENT, and no provider has taken it`, id, eventId);
    if (status !== 'SENT') report(7, `notification ${id} is ${status} in the end`, id, eventId);
    if (times > 1 && !maybeSentBefore)
      report(7, `notification ${id} was taken ${times} times, and no doubt is written down`, id, eventId);
  }
  for (const missing of wanted)
    report(
      7,
      `nobody was told of message ${missing.split(' ')[0]} as rule ${missing.split(' ')[1]} asks`,
      missing.split(' ')[0]!,
    );
}
