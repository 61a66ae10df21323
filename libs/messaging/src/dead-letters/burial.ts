// Takes messages to the dead letters so that those after them know what they wait for, and says so in log and metric.

import type { Codec } from '@oms/contracts';
import { failpoint } from '@oms/failpoint';
import type pg from 'pg';
import type { Logger } from 'pino';
import { rememberBuried } from '../consumer/applied-versions.ts';
import type { Producer, ReceivedMessage } from '../kafka/client.ts';
import { reasonOf, sendDeadLetters, type FailedMessage } from './dead-letters.ts';
import type { ConsumerMetrics } from '../metrics.ts';

export type BurialOptions = {
  pool: pg.Pool;
  codec: Codec;
  group: string;
  producer: Producer;
  logger: Logger;
  metrics: ConsumerMetrics;
};

/** Rejects when Kafka did not take them, or it could not be written down: then they must not be passed over. */
export async function buryAll(o: BurialOptions, letters: readonly FailedMessage[]): Promise<void> {
  for (const { received, error } of letters) {
    // One that waited in vain for another tells nothing of where its aggregate begins.
    const place = reasonOf(error) === 'VERSION_GAP' ? undefined : await placeOf(o.codec, received);
    if (place) await rememberBuried(o.pool, { group: o.group, topic: received.topic }, place);
  }
  failpoint('consumer.before_dead_letter');
  await sendDeadLetters(o, letters);
  failpoint('consumer.dead_letter_sent');
  for (const { received, error, attempts } of letters) {
    const { topic, partition, offset } = received;
    const reason = reasonOf(error);
    o.metrics.deadLetters.inc({ group: o.group, topic, reason });
    o.logger.error(
      { err: error, topic, partition, offset: offset.toString(), reason, attempts },
      'Sent a message to the dead letters',
    );
  }
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const versionMax = 2_147_483_647;

/** What it is a version of: by its own word, or by key and header when it can't be read. */
async function placeOf(codec: Codec, received: ReceivedMessage) {
  const told = await codec.decode(received.value ?? Buffer.alloc(0)).catch(() => ({
    aggregateId: received.key?.toString() ?? '',
    aggregateVersion: Number(String(received.headers['ce_aggregateversion'])),
  }));
  const { aggregateId, aggregateVersion } = told;
  const isSane = uuid.test(aggregateId) && Number.isInteger(aggregateVersion);
  return isSane && aggregateVersion > 0 && aggregateVersion <= versionMax
    ? { aggregateId, aggregateVersion }
    : undefined;
}
