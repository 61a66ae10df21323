// A message that cannot be applied goes to `<topic>.dlq`: with its own bytes, key and headers, and headers that say why and where it came from.

import { ContractError, contractErrorCodes, deadLetterTopicOf, type Codec, type Topic } from '@oms/contracts';
import { failpoint } from '@oms/failpoint';
import type pg from 'pg';
import type { Logger } from 'pino';
import { rememberDeadLetter } from '../consumer/inbox.ts';
import type { DeadLetterHeader, RedriveHeader } from '../headers.ts';
import {
  headerText,
  type MessageHeaders,
  type OutgoingMessage,
  type Producer,
  type ReceivedMessage,
} from '../kafka/client.ts';
import type { ConsumerMetrics } from '../metrics.ts';

export type FailedMessage = { received: ReceivedMessage; error: Error; attempts: number };

export type DeadLetter = {
  /** `<topic>-<partition>-<offset>` of its position in `<topic>.dlq`. */
  id: string;
  topic: string;
  reason: string;
  error: string;
  /** Null when the message has no such header. */
  eventType: string | null;
  eventId: string | null;
  aggregateId: string | null;
  aggregateVersion: number | null;
  /** The position at which it could not be applied. */
  partition: number;
  offset: string;
  at: string;
  attempts: number;
  /** How often the message had been redriven before it became this dead letter. */
  redrives: number;
  /** The last redrive of this dead letter; `sent` is false when it is unknown whether Kafka took the message. */
  redriven: { by: string; at: string; force: boolean; sent: boolean } | null;
};

export type DeadLetterFilter = {
  topic?: string | undefined;
  reason?: string | undefined;
  eventType?: string | undefined;
  aggregateId?: string | undefined;
  /** When it became a dead letter: from this moment, and before the other one. */
  from?: string | undefined;
  to?: string | undefined;
  redriven?: boolean | undefined;
};

/** A position in a dead-letter topic. */
export type DeadLetterPosition = { topic: string; partition: number; offset: bigint };

export const deadLetterReasons = [...contractErrorCodes, 'VERSION_GAP', 'APPLY_FAILED'] as const;
export type DeadLetterReason = (typeof deadLetterReasons)[number];

/** An earlier version of the same aggregate did not arrive: this message was not tried. */
export class VersionGapError extends Error {
  constructor({ aggregateId, awaited, waitedMs }: { aggregateId: string; awaited: number; waitedMs: number }) {
    super(
      `Waited ${Math.round(waitedMs / 1_000)} s for version ${awaited} of ${aggregateId}. Put that one back first, then this one.`,
    );
    this.name = 'VersionGapError';
  }
}

export type DeadLetterOptions = {
  pool: pg.Pool;
  codec: Codec;
  group: string;
  producer: Producer;
  logger: Logger;
  metrics: ConsumerMetrics;
};

const dlqSuffix = '.dlq';
const errorLengthMax = 500;

/** Sends messages to their dead-letter topics. Rejects when Kafka or PostgreSQL fails: then the caller must not skip the messages. */
export async function sendToDeadLetters(
  { pool, codec, group, producer, logger, metrics }: DeadLetterOptions,
  failed: readonly FailedMessage[],
): Promise<void> {
  for (const { received, error } of failed) {
    // A message that waited until the gap timeout does not show where its aggregate begins.
    const version = reasonOf(error) === 'VERSION_GAP' ? undefined : await versionOf(codec, received);
    if (version) await rememberDeadLetter(pool, { group, topic: received.topic }, version);
  }
  failpoint('consumer.before_dead_letter');
  await producer.send(failed.map((message) => toDeadLetterMessage(message, group)));
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
  return error instanceof ContractError ? error.code : 'APPLY_FAILED';
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
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

function toDeadLetterMessage({ received, error, attempts }: FailedMessage, group: string): OutgoingMessage {
  const added: Record<DeadLetterHeader, string> = {
    dlq_reason: reasonOf(error),
    dlq_error: describe(error),
    dlq_topic: received.topic,
    dlq_partition: String(received.partition),
    dlq_offset: received.offset.toString(),
    dlq_at: new Date().toISOString(),
    dlq_attempts: String(attempts),
    dlq_consumer: group,
  };
  return {
    topic: deadLetterTopicOf(received.topic as Topic),
    key: received.key,
    value: received.value,
    headers: { ...received.headers, ...added },
  };
}

/** Name, SQLSTATE or code, and text; never the detail, in which PostgreSQL quotes whole rows. */
function describe(error: Error): string {
  const { code } = error as { code?: unknown };
  const name = typeof code === 'string' ? `${error.name} ${code}` : error.name;
  return `${name}: ${error.message}`.slice(0, errorLengthMax);
}

export function toDeadLetter(received: ReceivedMessage): DeadLetter {
  const text = (name: string) => headerText(received.headers, name);
  const version = Number(text('ce_aggregateversion') ?? NaN);
  return {
    id: deadLetterId(received),
    topic: received.topic.slice(0, -dlqSuffix.length),
    reason: text('dlq_reason') ?? 'UNKNOWN',
    error: text('dlq_error') ?? '',
    eventType: text('ce_type'),
    eventId: text('ce_id'),
    aggregateId: text('ce_subject') ?? received.key?.toString() ?? null,
    aggregateVersion: Number.isSafeInteger(version) ? version : null,
    partition: Number(text('dlq_partition') ?? 0),
    offset: text('dlq_offset') ?? '0',
    at: text('dlq_at') ?? new Date(0).toISOString(),
    attempts: Number(text('dlq_attempts') ?? 0),
    redrives: countRedrives(received.headers),
    redriven: null,
  };
}

export function deadLetterId({ topic, partition, offset }: DeadLetterPosition): string {
  return `${topic.slice(0, -dlqSuffix.length)}-${partition}-${offset}`;
}

/** Undefined for a text that is not the id of a dead letter. */
export function parseDeadLetterId(id: string): DeadLetterPosition | undefined {
  const [, topic, partition, offset] = /^([a-z][a-z-]{0,99})-(\d{1,9})-(\d{1,18})$/.exec(id) ?? [];
  if (topic === undefined) return undefined;
  return { topic: topic + dlqSuffix, partition: Number(partition), offset: BigInt(offset!) };
}

export function belongsToGroup(received: ReceivedMessage, group: string): boolean {
  return headerText(received.headers, 'dlq_consumer') === group;
}

export function matchesFilter(deadLetter: DeadLetter, filter: DeadLetterFilter): boolean {
  const { topic, reason, eventType, aggregateId, from, to, redriven } = filter;
  const matches = (wanted: string | undefined, actual: string | null) => wanted === undefined || wanted === actual;
  const atMs = Date.parse(deadLetter.at);
  return (
    matches(topic, deadLetter.topic) &&
    matches(reason, deadLetter.reason) &&
    matches(eventType, deadLetter.eventType) &&
    matches(aggregateId?.toLowerCase(), deadLetter.aggregateId?.toLowerCase() ?? null) &&
    (from === undefined || atMs >= Date.parse(from)) &&
    (to === undefined || atMs < Date.parse(to)) &&
    (redriven === undefined || redriven === (deadLetter.redriven !== null))
  );
}

/** The original message for its original topic. Its headers also say how often, by whom and when it was redriven. */
export function toRedrivenMessage(received: ReceivedMessage, { by, at }: { by: string; at: Date }): OutgoingMessage {
  const own = Object.entries(received.headers).filter(([name]) => !name.startsWith('dlq_'));
  const added: Record<RedriveHeader, string> = {
    dlq_redrives: String(countRedrives(received.headers) + 1),
    dlq_redriven_by: by,
    dlq_redriven_at: at.toISOString(),
  };
  return {
    topic: received.topic.slice(0, -dlqSuffix.length),
    key: received.key,
    value: received.value,
    headers: { ...Object.fromEntries(own), ...added },
  };
}

/** Headers as text, or as hex where they are no text. */
export function readableHeaders(headers: MessageHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value].flat().map(toReadable).join(', ')]),
  );
}

function toReadable(value: Buffer | string): string {
  const bytes = Buffer.from(value as string);
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes) && !text.includes('\0') ? text : `0x${bytes.toString('hex')}`;
}

function countRedrives(headers: MessageHeaders): number {
  const count = Number(headerText(headers, 'dlq_redrives') ?? 0);
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}
