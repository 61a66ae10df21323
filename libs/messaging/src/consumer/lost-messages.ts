// Messages that the log deleted before the group had read them are reported with their numbers: nothing else would show that they are missing.

import type { Logger } from 'pino';
import type { KafkaAdmin, PartitionOffset } from '../kafka/client.ts';
import type { ConsumerMetrics } from '../metrics.ts';

export type LostMessagesOptions = { group: string; admin: KafkaAdmin; metrics: ConsumerMetrics; logger: Logger };

/** Called with an offset at which the group wanted to continue and which the log does not hold. Never rejects. */
export async function reportLostMessages(
  { group, admin, metrics, logger }: LostMessagesOptions,
  { topic, partition, offset }: PartitionOffset,
): Promise<void> {
  try {
    const range = (await admin.offsetRanges([topic])).find((each) => each.partition === partition);
    if (!range) return;
    const place = { topic, partition, offset: offset.toString(), first: range.first.toString() };
    if (offset > range.end) {
      logger.error(
        { ...place, end: range.end.toString() },
        `Partition ${partition} of ${topic} ends at ${range.end}, and the group had read up to ${offset}: the topic was made anew or lost its end. All of it is read again`,
      );
    } else if (offset < range.first) {
      metrics.lost.inc({ group, topic }, Number(range.first - offset));
      logger.error(
        place,
        `Messages ${offset} to ${range.first - 1n} of partition ${partition} of ${topic} are gone: the log deleted them before this group read them. See the runbook messages-lost`,
      );
    }
  } catch (error) {
    logger.error(
      { err: error, topic, partition, offset: offset.toString() },
      'The log does not hold the offset at which the group wanted to continue, and its first offset cannot be looked up',
    );
  }
}
