// Traces cross Kafka in the W3C header of each message: one span for sending it, one for applying it. Without tracing nothing is done.
// The names are those of https://opentelemetry.io/docs/specs/semconv/messaging/kafka/.

import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Context } from '@opentelemetry/api';
import { headerText, type MessageHeaders, type ReceivedMessage } from './kafka/client.ts';
import type { StoredMessage } from './outbox/outbox.ts';

/** Looked up each time: tracing may be set up after this module is loaded. */
const tracer = () => trace.getTracer('@oms/messaging');

const nothing = (): void => {};

export type Sending = {
  /** Those of the message, with this span as the parent of the reader's span. */
  headers: StoredMessage['headers'];
  end(error?: Error): void;
};

/** A span from the commit of a message to the broker's acknowledgement: it shows how long the message was in the outbox. */
export function startSending(message: StoredMessage, committedAtMs: number): Sending {
  const { headers, topic } = message;
  const parent = contextOf(headers);
  if (!parent) return { headers, end: nothing };
  const attributes = {
    'messaging.system': 'kafka',
    'messaging.operation.type': 'send',
    'messaging.destination.name': topic,
    'messaging.message.id': message.eventId,
  };
  const options = { kind: SpanKind.PRODUCER, startTime: committedAtMs, attributes };
  const span = tracer().startSpan(`send ${topic} ${message.eventType}`, options, parent);
  const sentHeaders = { ...headers };
  propagation.inject(trace.setSpan(parent, span), sentHeaders);
  return {
    headers: sentHeaders,
    end(error) {
      if (error) span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
      span.end();
    },
  };
}

/** Traces `work`, which applies these messages of one topic in one transaction. A single message is the parent of the work; several are linked to it. */
export async function applying<T>(
  messages: readonly ReceivedMessage[],
  group: string,
  work: () => Promise<T>,
): Promise<T> {
  const spans = messages.flatMap((message) => startApplying(message, group) ?? []);
  const [first] = spans;
  if (!first) return outOfTraces(work);
  try {
    if (spans.length === 1) return await context.with(trace.setSpan(ROOT_CONTEXT, first), work);
    const links = spans.map((span) => ({ context: span.spanContext() }));
    return await tracer().startActiveSpan(`apply ${messages[0]!.topic}`, { links }, ROOT_CONTEXT, async (span) => {
      try {
        return await work();
      } finally {
        span.end();
      }
    });
  } finally {
    for (const span of spans) span.end();
  }
}

function startApplying({ topic, partition, offset, headers }: ReceivedMessage, group: string) {
  const parent = contextOf(headers);
  if (!parent) return undefined;
  const attributes = {
    'messaging.system': 'kafka',
    'messaging.operation.type': 'process',
    'messaging.destination.name': topic,
    'messaging.destination.partition.id': String(partition),
    'messaging.kafka.offset': Number(offset),
    'messaging.consumer.group.name': group,
  };
  return tracer().startSpan(
    `process ${topic} ${headerText(headers, 'ce_type') ?? ''}`,
    { kind: SpanKind.CONSUMER, attributes },
    parent,
  );
}

/** For work that serves many requests and continues after the request that started it has been answered. */
export function outOfTraces<T>(work: () => T): T {
  return context.with(ROOT_CONTEXT, work);
}

/** The trace that a message belongs to, if this process traces and the trace is recorded. */
function contextOf(headers: MessageHeaders): Context | undefined {
  const traceparent = headerText(headers, 'traceparent');
  if (traceparent === null) return undefined;
  const found = propagation.extract(ROOT_CONTEXT, { traceparent });
  return trace.getSpanContext(found) ? found : undefined;
}
