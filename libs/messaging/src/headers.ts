// The headers of a message in Kafka, and what each one means. Documents import the descriptions; the compiler compares them with the code.
// Messages follow the CloudEvents 1.0 Kafka binding in binary mode: what a message is about can be read without its schema.

import type { OutgoingMessage } from '@oms/contracts';

/** On every message. */
export const cloudEventHeaderDescriptions = {
  ce_specversion: 'Version of CloudEvents: 1.0.',
  ce_id: 'Identifies the message for ever: its eventId.',
  ce_source: 'The service that published it.',
  ce_type: 'What happened: its eventType.',
  ce_time: 'When it happened: its occurredAt, as RFC 3339 in UTC.',
  ce_subject: 'What it is about: its aggregateId, which is also the Kafka key.',
  ce_datacontenttype: 'The format of the bytes: application/vnd.confluent.avro.',
  ce_aggregateversion: 'The version of the aggregate after this change: its aggregateVersion.',
} as const;

/** On a message that comes from a traced request. */
export const traceHeaderDescriptions = {
  traceparent: 'W3C trace context of the request that it comes from.',
} as const;

/** On a message that was redriven from the dead letters. */
export const redriveHeaderDescriptions = {
  dlq_redrives: 'How often it was put back from the dead letters.',
  dlq_redriven_by: 'Who put it back the last time.',
  dlq_redriven_at: 'When it was put back the last time, as RFC 3339 in UTC.',
} as const;

/** On a dead letter, in addition to the headers that the message had. */
export const deadLetterHeaderDescriptions = {
  dlq_reason: 'Why: the code of what is wrong with the bytes, VERSION_GAP, or APPLY_FAILED.',
  dlq_error: 'The error as text, at most 500 characters.',
  dlq_topic: 'The topic it came from.',
  dlq_partition: 'Its partition there.',
  dlq_offset: 'Its offset there.',
  dlq_at: 'When it became a dead letter, as RFC 3339 in UTC.',
  dlq_attempts: 'How often it was tried.',
  dlq_consumer: 'The consumer group that could not apply it.',
} as const;

/** On a dead letter that has no content, because the message does not fit into the topic or cannot be read: where the message lies. */
export const locatingHeaderDescriptions = {
  dlq_size: 'How many bytes the message has there, or the record batch that cannot be read.',
  dlq_sha256: 'Their SHA-256, in hexadecimal: of the value of the message, or of the record batch.',
  dlq_last_offset: 'The last offset of the record batch that cannot be read.',
} as const;

export type CloudEventHeader = keyof typeof cloudEventHeaderDescriptions;
export type TraceHeader = keyof typeof traceHeaderDescriptions;
export type RedriveHeader = keyof typeof redriveHeaderDescriptions;
export type DeadLetterHeader = keyof typeof deadLetterHeaderDescriptions;
export type LocatingHeader = keyof typeof locatingHeaderDescriptions;

export function cloudEventHeaders(
  message: OutgoingMessage,
  source: string,
  traceparent: string | undefined,
): Record<string, string> {
  return {
    ce_specversion: '1.0',
    ce_id: message.eventId,
    ce_source: source,
    ce_type: message.eventType,
    ce_time: message.occurredAt.toISOString(),
    ce_subject: message.aggregateId,
    ce_datacontenttype: 'application/vnd.confluent.avro',
    ce_aggregateversion: String(message.aggregateVersion),
    ...(traceparent === undefined ? {} : { traceparent }),
  } satisfies Record<CloudEventHeader, string> & { [header in TraceHeader]?: string };
}
