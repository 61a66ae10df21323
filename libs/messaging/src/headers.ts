// What each header of a message says, in words: for documents, by a path of its own, as no service needs them. The compiler holds them to the code.

export { cloudEventHeaders } from './outbox/cloud-events.ts';

/** On every message. */
export const cloudEventHeaderDescriptions = {
  ce_specversion: 'Version of CloudEvents: 1.0.',
  ce_id: 'Identifies the message for ever: its eventId.',
  ce_source: 'The service that said it.',
  ce_type: 'What happened: its eventType.',
  ce_time: 'When it happened: its occurredAt, as RFC 3339 in UTC.',
  ce_subject: 'What it is about: its aggregateId, which is the Kafka key too.',
  ce_datacontenttype: 'What the bytes are: application/vnd.confluent.avro.',
  ce_aggregateversion: 'Which change of the aggregate it tells of: its aggregateVersion.',
} as const;

/** Where the request that a message comes from had one. */
export const traceHeaderDescriptions = {
  traceparent: 'W3C trace context of the request that it comes from.',
} as const;

/** On a message that was put back from the dead letters. */
export const redriveHeaderDescriptions = {
  dlq_redrives: 'How often it was put back from the dead letters.',
  dlq_redriven_by: 'Who put it back the last time.',
  dlq_redriven_at: 'When it was put back the last time, as RFC 3339 in UTC.',
} as const;

/** On a dead letter, beside the headers that the message had. */
export const deadLetterHeaderDescriptions = {
  dlq_reason: 'Why: the code of what is wrong with the bytes, VERSION_GAP, or APPLY_FAILED.',
  dlq_error: 'The error in words, 500 letters at most.',
  dlq_topic: 'The topic it lay on.',
  dlq_partition: 'Its partition there.',
  dlq_offset: 'Its offset there.',
  dlq_at: 'When it became a dead letter, as RFC 3339 in UTC.',
  dlq_attempts: 'How often it was tried.',
  dlq_consumer: 'The consumer group that could not apply it.',
} as const;

export type CloudEventHeader = keyof typeof cloudEventHeaderDescriptions;
export type TraceHeader = keyof typeof traceHeaderDescriptions;
export type RedriveHeader = keyof typeof redriveHeaderDescriptions;
export type DeadLetterHeader = keyof typeof deadLetterHeaderDescriptions;
