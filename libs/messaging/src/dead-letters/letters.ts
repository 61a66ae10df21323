// What a dead letter says of itself, and what it becomes when it is put back: its own bytes, key and headers again.

import type { MessageHeaders, OutgoingMessage, ReceivedMessage } from '../kafka/client.ts';
import { headerText } from '../kafka/header-text.ts';
import type { RedriveHeader } from '../headers.ts';

export type DeadLetter = {
  /** `<topic>-<partition>-<offset>`, of where it lies in `<topic>.dlq`. */
  id: string;
  topic: string;
  reason: string;
  error: string;
  /** Null when the message has no such header. */
  eventType: string | null;
  eventId: string | null;
  aggregateId: string | null;
  aggregateVersion: number | null;
  /** Where it lay when it could not be applied. */
  partition: number;
  offset: string;
  at: string;
  attempts: number;
  /** How often it had been put back before it became this letter. */
  redrives: number;
  /** The last time that this letter was put back; `sent` is false when it is not known whether Kafka took it. */
  redriven: { by: string; at: string; force: boolean; sent: boolean } | null;
};

export type DeadLetterFilter = {
  topic?: string | undefined;
  reason?: string | undefined;
  eventType?: string | undefined;
  aggregateId?: string | undefined;
  /** When it became a letter: from this moment on, and before that one. */
  from?: string | undefined;
  to?: string | undefined;
  redriven?: boolean | undefined;
};

export type DeadLetterPosition = { topic: string; partition: number; offset: bigint };

const suffix = '.dlq';

export function letterOf(received: ReceivedMessage): DeadLetter {
  const text = (name: string) => headerText(received.headers, name);
  const version = Number(text('ce_aggregateversion') ?? NaN);
  return {
    id: idOf(received),
    topic: received.topic.slice(0, -suffix.length),
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
    redrives: redrivesOf(received.headers),
    redriven: null,
  };
}

export function idOf({ topic, partition, offset }: DeadLetterPosition): string {
  return `${topic.slice(0, -suffix.length)}-${partition}-${offset}`;
}

/** Undefined for a text that no letter has as its id. */
export function placeOf(id: string): DeadLetterPosition | undefined {
  const [, topic, partition, offset] = /^([a-z][a-z-]{0,99})-(\d{1,9})-(\d{1,18})$/.exec(id) ?? [];
  if (topic === undefined) return undefined;
  return { topic: topic + suffix, partition: Number(partition), offset: BigInt(offset!) };
}

export function isOf(received: ReceivedMessage, group: string): boolean {
  return headerText(received.headers, 'dlq_consumer') === group;
}

export function matches(letter: DeadLetter, filter: DeadLetterFilter): boolean {
  const same = (wanted: string | undefined, is: string | null) => wanted === undefined || wanted === is;
  const atMs = Date.parse(letter.at);
  return (
    same(filter.topic, letter.topic) &&
    same(filter.reason, letter.reason) &&
    same(filter.eventType, letter.eventType) &&
    same(filter.aggregateId?.toLowerCase(), letter.aggregateId?.toLowerCase() ?? null) &&
    (filter.from === undefined || atMs >= Date.parse(filter.from)) &&
    (filter.to === undefined || atMs < Date.parse(filter.to)) &&
    (filter.redriven === undefined || filter.redriven === (letter.redriven !== null))
  );
}

/** The message as it was, on the topic where it was; its headers tell that it was put back, how often, by whom and when. */
export function putBack(received: ReceivedMessage, o: { by: string; at: Date }): OutgoingMessage {
  const own = Object.entries(received.headers).filter(([name]) => !name.startsWith('dlq_'));
  const redriven: Record<RedriveHeader, string> = {
    dlq_redrives: String(redrivesOf(received.headers) + 1),
    dlq_redriven_by: o.by,
    dlq_redriven_at: o.at.toISOString(),
  };
  return {
    topic: received.topic.slice(0, -suffix.length),
    key: received.key,
    value: received.value,
    headers: { ...Object.fromEntries(own), ...redriven },
  };
}

/** Headers for people: text, and hex where it is none. */
export function readableHeaders(headers: MessageHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value].flat().map(readable).join(', ')]),
  );
}

function readable(value: Buffer | string): string {
  const bytes = Buffer.from(value as string);
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes) && !text.includes('\0') ? text : `0x${bytes.toString('hex')}`;
}

function redrivesOf(headers: MessageHeaders): number {
  const count = Number(headerText(headers, 'dlq_redrives') ?? 0);
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}
