// A message that cannot be applied is sent to `<topic>.dlq`: with its own bytes, key and headers, or with the place where it lies.

import { ContractError, deadLetterTopicOf, type Codec, type Topic } from '@oms/contracts';
import { failpoint } from '@oms/failpoint';
import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Logger } from 'pino';
import { isTemporary, toError } from '../consumer/error-classification.ts';
import { rememberDeadLetter } from '../consumer/inbox.ts';
import { cloudEventHeaderDescriptions, type DeadLetterHeader, type LocatingHeader } from '../headers.ts';
import {
  headerText,
  type OutgoingMessage,
  type Producer,
  type ReceivedMessage,
  type UnreadableBatch,
} from '../kafka/client.ts';
import { UnreadableBatchError } from '../kafka/record-batch.ts';
import type { ConsumerMetrics } from '../metrics.ts';
import { recordDeadLetters, uuid, type RecordedDeadLetter } from './dead-letter-record.ts';
import { VersionGapError, type DeadLetterReason } from './dead-letters.ts';

export type FailedMessage = { received: ReceivedMessage; error: Error; attempts: number };

export type DeadLetterOptions = {
  pool: pg.Pool;
  codec: Codec;
  group: string;
  producer: Producer;
  logger: Logger;
  metrics: ConsumerMetrics;
};

const errorLengthMax = 500;

/**
 * Sends messages to their dead-letter topics; one that does not fit there as a dead letter that says where it lies. Rejects when Kafka or
 * PostgreSQL fails: such an error is temporary, whatever the messages are, and the caller must not skip them.
 */
export async function sendToDeadLetters(
  { pool, codec, group, producer, logger, metrics }: DeadLetterOptions,
  failed: readonly FailedMessage[],
): Promise<void> {
  const records: RecordedDeadLetter[] = [];
  for (const { received, error } of failed) {
    const version = await versionOf(codec, received);
    records.push(recordOf(received, error, version));
    // A message that waited until the gap timeout does not show where its aggregate begins.
    if (version && reasonOf(error) !== 'VERSION_GAP')
      await rememberDeadLetter(pool, { group, topic: received.topic }, version);
  }
  if (records.length > 0) await recordDeadLetters(pool, group, records);
  failpoint('consumer.before_dead_letter');
  for (const some of inParts(failed)) await sendFitting(producer, group, some);
  failpoint('consumer.dead_letter_sent');
  for (const { received, error, attempts } of failed) {
    const { topic, partition, offset } = received;
    const reason = reasonOf(error);
    metrics.deadLetters.inc({ group, topic, reason });
    logger.error(
      { err: error, topic, partition, offset: offset.toString(), reason, attempts },
      'Sent a message to the dead letters',
    );
  }
}

function reasonOf(error: Error): DeadLetterReason {
  if (error instanceof VersionGapError) return 'VERSION_GAP';
  if (error instanceof UnreadableBatchError) return 'UNREADABLE_BATCH';
  return error instanceof ContractError ? error.code : 'APPLY_FAILED';
}

const versionMax = 2_147_483_647;

/** The aggregate and version of a message: from the message itself, or from key and header when it cannot be read. */
async function versionOf(codec: Codec, received: ReceivedMessage) {
  const { aggregateId, aggregateVersion } = await codec.decode(received.value ?? Buffer.alloc(0)).catch(() => ({
    aggregateId: received.key?.toString() ?? '',
    aggregateVersion: Number(String(received.headers['ce_aggregateversion'])),
  }));
  const isValid = uuid.test(aggregateId) && Number.isInteger(aggregateVersion);
  return isValid && aggregateVersion > 0 && aggregateVersion <= versionMax
    ? { aggregateId, aggregateVersion }
    : undefined;
}

function recordOf(
  received: ReceivedMessage,
  error: Error,
  version: { aggregateId: string; aggregateVersion: number } | undefined,
): RecordedDeadLetter {
  const { topic, partition, offset, headers } = received;
  const { aggregateId = received.key?.toString() ?? null, aggregateVersion = null } = version ?? {};
  const eventId = headerText(headers, 'ce_id');
  const eventType = headerText(headers, 'ce_type');
  const reason = reasonOf(error);
  return {
    topic,
    partition,
    offset,
    aggregateId,
    aggregateVersion,
    eventId,
    eventType,
    reason,
    error: describe(error),
  };
}

/** One request of this size is taken by every broker; a larger message goes alone. */
const partBytesMax = 512 * 1024;

function inParts(failed: readonly FailedMessage[]): FailedMessage[][] {
  const parts: FailedMessage[][] = [];
  let bytes = Infinity;
  for (const each of failed) {
    const size = sizeOf(each.received);
    if (bytes + size > partBytesMax) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)!.push(each);
    bytes += size;
  }
  return parts;
}

async function sendFitting(producer: Producer, group: string, failed: readonly FailedMessage[]): Promise<void> {
  try {
    await producer.send(failed.map((each) => toDeadLetterMessage(each, group)));
  } catch (thrown) {
    if (isTemporary('dead-letter', toError(thrown))) throw thrown;
    if (failed.length === 1) await producer.send([toLocatingMessage(failed[0]!, group)]);
    else for (const each of failed) await sendFitting(producer, group, [each]);
  }
}

function toDeadLetterMessage({ received, error, attempts }: FailedMessage, group: string): OutgoingMessage {
  return {
    topic: deadLetterTopicOf(received.topic as Topic),
    key: received.key,
    value: received.value,
    headers: { ...received.headers, ...deadLetterHeaders({ place: received, error, attempts, group }) },
  };
}

const keptLengthMax = 200;

/** Without the content, and of key and headers only what is short and known: it fits into every topic. */
function toLocatingMessage({ received, error, attempts }: FailedMessage, group: string): OutgoingMessage {
  const { topic, key, value, headers } = received;
  const kept = Object.keys(cloudEventHeaderDescriptions).flatMap((name) => {
    const text = headerText(headers, name);
    return text === null || text.length > keptLengthMax ? [] : [[name, text] as const];
  });
  return {
    topic: deadLetterTopicOf(topic as Topic),
    key: key && key.length <= keptLengthMax ? key : null,
    value: null,
    headers: {
      ...Object.fromEntries(kept),
      ...deadLetterHeaders({ place: received, error, attempts, group }),
      ...locatingHeaders(value ?? Buffer.alloc(0)),
    },
  };
}

/** For a record batch that an admin skips. Rejects when Kafka fails. */
export async function sendUnreadableBatch(
  { group, producer, metrics }: DeadLetterOptions,
  { topic, partition, first, end, bytes, error }: UnreadableBatch,
): Promise<void> {
  await producer.send([
    {
      topic: deadLetterTopicOf(topic as Topic),
      key: null,
      value: null,
      headers: {
        ...deadLetterHeaders({ place: { topic, partition, offset: first }, error, attempts: 1, group }),
        ...locatingHeaders(bytes),
        dlq_last_offset: (end - 1n).toString(),
      } satisfies Record<DeadLetterHeader | LocatingHeader, string>,
    },
  ]);
  metrics.deadLetters.inc({ group, topic, reason: reasonOf(error) });
}

function deadLetterHeaders({
  place: { topic, partition, offset },
  error,
  attempts,
  group,
}: {
  place: { topic: string; partition: number; offset: bigint };
  error: Error;
  attempts: number;
  group: string;
}): Record<DeadLetterHeader, string> {
  return {
    dlq_reason: reasonOf(error),
    dlq_error: describe(error),
    dlq_topic: topic,
    dlq_partition: String(partition),
    dlq_offset: offset.toString(),
    dlq_at: new Date().toISOString(),
    dlq_attempts: String(attempts),
    dlq_consumer: group,
  };
}

function locatingHeaders(bytes: Buffer): Record<'dlq_size' | 'dlq_sha256', string> {
  return { dlq_size: String(bytes.length), dlq_sha256: createHash('sha256').update(bytes).digest('hex') };
}

function sizeOf({ key, value, headers }: ReceivedMessage): number {
  const parts = [key, value, ...Object.values(headers).flat()];
  return parts.reduce((sum, part) => sum + (part?.length ?? 0), 0);
}

/** Name, SQLSTATE or code, and text; never the detail, in which PostgreSQL quotes whole rows. */
function describe(error: Error): string {
  const { code } = error as { code?: unknown };
  const name = typeof code === 'string' ? `${error.name} ${code}` : error.name;
  return `${name}: ${error.message}`.slice(0, errorLengthMax);
}
