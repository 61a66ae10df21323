// Part of invariant 8: what became a dead letter was unreadable, and every reader has put it aside; nothing readable did.

import { deadLetterTopicOf, topics, type Topic } from '@oms/contracts';
import type { Kafka } from '@oms/messaging';
import type { Finding } from './violation.ts';
import { readTopics } from './log.ts';

/** Who reads order-events, where a fault run puts its poison. */
const readers = ['oms-inventory', 'oms-analytics', 'oms-notification'];

/** @param poisoned how many messages that no contract reads were put on order-events */
export async function checkLetters(kafka: Kafka, poisoned: number): Promise<Finding[]> {
  const findings: Finding[] = [];
  // A reader that died between the letter and its offset writes the letter again.
  const places = new Map<string, Set<string>>(readers.map((reader) => [reader, new Set()]));
  await readTopics(kafka, (Object.keys(topics) as Topic[]).map(deadLetterTopicOf), ({ headers }) => {
    const text = (name: string) => String(headers[name]);
    const place = `${text('dlq_topic')}/${text('dlq_partition')}/${text('dlq_offset')}`;
    // Said out of turn on purpose, while Kafka was away for longer than that may wait.
    if (headers['early'] !== undefined) return;
    // Put back, and come again.
    if (headers['poison'] !== undefined && headers['dlq_redrives'] !== undefined) return;
    if (headers['poison'] !== undefined) places.get(text('dlq_consumer'))?.add(place);
    else
      findings.push({
        invariant: 8,
        what: `a message of ${place} is a dead letter of ${text('dlq_consumer')}: ${text('dlq_error')}`,
      });
  });
  for (const [reader, found] of places) {
    if (found.size !== poisoned)
      findings.push({ invariant: 8, what: `${reader} has put ${found.size} of ${poisoned} unreadable messages aside` });
  }
  return findings;
}
