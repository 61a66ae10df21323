// Traces cross Kafka in the W3C header of each message: a span for what is sent, one for what is applied.
// By the names of https://opentelemetry.io/docs/specs/semconv/messaging/kafka/. Where nothing is traced, nothing is done.

import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Context } from '@opentelemetry/api';
import type { MessageHeaders, ReceivedMessage } from './kafka/client.ts';
import { headerText } from './kafka/header-text.ts';
import type { StoredMessage } from './outbox/outbox.ts';

/** Asked for each time: what tells of traces may be started after this module. */
const tracer = () => trace.getTracer('@oms/messaging');

const nothing = (): void => {};

export type Sending = {
  /** Those of the message; whoever reads it goes on from this span. */
  headers: StoredMessage['headers'];
  end(error?: Error): void;
};

/** From the commit of a message to the broker's acknowledgement: how long it lay in the outbox can be seen. */
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
  const carried = { ...headers };
  propagation.inject(trace.setSpan(parent, span), carried);
  return {
    headers: carried,
    end(error) {
      if (error) span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
      span.end();
    },
  };
}

/** `work` applies these messages of one topic in one transaction. A message alone is the parent of what it does; several are linked. */
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

/** What is done for many, and goes on when whoever began it has long been answered. */
export function outOfTraces<T>(work: () => T): T {
  return context.with(ROOT_CONTEXT, work);
}

/** The trace that a message belongs to, when this process traces at all and the trace is one that is kept. */
function contextOf(headers: MessageHeaders): Context | undefined {
  const traceparent = headerText(headers, 'traceparent');
  if (traceparent === null) return undefined;
  const found = propagation.extract(ROOT_CONTEXT, { traceparent });
  return trace.getSpanContext(found) ? found : undefined;
}
