// What a dead letter in `<topic>.dlq` says: why the message could not be applied, and where it came from.

import { contractErrorCodes } from '@oms/contracts';
import type { LocatingHeader, RedriveHeader } from '../headers.ts';
import {
  headerText,
  type HeaderValue,
  type MessageHeaders,
  type OutgoingMessage,
  type ReceivedMessage,
} from '../kafka/client.ts';

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

export const deadLetterReasons = [...contractErrorCodes, 'VERSION_GAP', 'APPLY_FAILED', 'UNREADABLE_BATCH'] as const;
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

const dlqSuffix = '.dlq';

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

/** Whether a dead letter has the content of its message. One without it only says where the message lies, and cannot be redriven. */
export function hasContent(received: ReceivedMessage): boolean {
  return headerText(received.headers, 'dlq_sha256' satisfies LocatingHeader) === null;
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

function toReadable(value: HeaderValue): string {
  if (value === null) return '';
  const bytes = Buffer.from(value as string);
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes) && !text.includes('\0') ? text : `0x${bytes.toString('hex')}`;
}

function countRedrives(headers: MessageHeaders): number {
  const count = Number(headerText(headers, 'dlq_redrives') ?? 0);
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}
