// Part of invariant 8: a message that cannot be decoded is a dead letter of every reader of its topic, and no other message is.

import { deadLetterTopicOf, topics } from '@oms/contracts';
import { groupOf } from '@oms/messaging';
import type { MessageLog } from './evidence.ts';
import { outOfOrderHeader, topicNames, type Published } from './published.ts';
import type { Violation } from './violation.ts';

export type DeadLetter = { consumer: string; place: string; error: string };

/** First arrivals only: what was redriven and came again is left out, and so is what was published out of order on purpose. */
export async function readDeadLetters(log: MessageLog): Promise<DeadLetter[]> {
  const deadLetters: DeadLetter[] = [];
  await log.read(topicNames.map(deadLetterTopicOf), ({ headers }) => {
    const text = (name: string) => String(headers[name]);
    if (headers[outOfOrderHeader] !== undefined || headers['dlq_redrives'] !== undefined) return;
    deadLetters.push({
      consumer: text('dlq_consumer'),
      place: `${text('dlq_topic')}/${text('dlq_partition')}/${text('dlq_offset')}`,
      error: text('dlq_error'),
    });
  });
  return deadLetters;
}

/** A reader that dies between the dead letter and its offset writes the dead letter again, so repeats are fine. */
export function deadLetterViolations(
  deadLetters: readonly DeadLetter[],
  unreadable: Published['unreadable'] = new Map(),
): Violation[] {
  const expected = new Set(
    topicNames.flatMap((topic) =>
      topics[topic].readBy.flatMap((service) =>
        (unreadable.get(topic) ?? []).map((place) => `${groupOf({ service })} ${place}`),
      ),
    ),
  );
  const missing = new Set(expected);
  const violations: Violation[] = [];
  for (const { consumer, place, error } of deadLetters) {
    const letter = `${consumer} ${place}`;
    missing.delete(letter);
    if (!expected.has(letter))
      violations.push({ invariant: 8, what: `the message at ${place} is a dead letter of ${consumer}: ${error}` });
  }
  for (const letter of missing)
    violations.push({ invariant: 8, what: `unreadable, and no dead letter (group, place): ${letter}` });
  return violations;
}
