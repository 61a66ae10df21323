// The CloudEvents 1.0 Kafka binding (binary mode): what a message is about, readable without its schema.

import type { OutgoingMessage } from '@oms/contracts';
import type { CloudEventHeader, TraceHeader } from '../headers.ts';

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
