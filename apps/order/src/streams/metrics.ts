// What the event streams do, by whether they are of one order or of all.

import { Counter, Gauge } from 'prom-client';
import type { MetricsRegistry } from '@oms/service-kit';
import type { CloseReason, ResetReason } from './frames.ts';

export type StreamKind = 'order' | 'all';

export type StreamMetrics = {
  opened(kind: StreamKind): void;
  /** @param reason CLIENT: the client has left */
  closed(kind: StreamKind, reason: CloseReason | 'CLIENT'): void;
  refused(reason: 'caller' | 'capacity'): void;
  sent(kind: StreamKind): void;
  continued(kind: StreamKind): void;
  reset(kind: StreamKind, reason: ResetReason): void;
  watchFollower(answerAgeSeconds: () => number): void;
};

const kinds = ['order', 'all'] as const satisfies StreamKind[];
const startResults = ['CONTINUED', 'NEW', 'GONE', 'BEHIND', 'UNKNOWN'] as const satisfies ('CONTINUED' | ResetReason)[];
const closeReasons = ['SHUTDOWN', 'TOKEN_EXPIRED', 'SLOW', 'CLIENT'] as const;

export function createStreamMetrics(registry: MetricsRegistry): StreamMetrics {
  const registers = [registry];
  const open = new Gauge({
    name: 'order_streams_open',
    help: 'Event streams that are open now',
    labelNames: ['kind'] as const,
    registers,
  });
  const changes = new Counter({
    name: 'order_stream_changes_sent_total',
    help: 'Changes that were sent to event streams',
    labelNames: ['kind'] as const,
    registers,
  });
  const starts = new Counter({
    name: 'order_stream_starts_total',
    help: 'First frames, and later resets, of event streams: CONTINUED, or why the changes before are not sent',
    labelNames: ['kind', 'result'] as const,
    registers,
  });
  const closed = new Counter({
    name: 'order_streams_closed_total',
    help: 'Event streams that have ended, by reason; SLOW: the client read more slowly than changes came',
    labelNames: ['kind', 'reason'] as const,
    registers,
  });
  const refused = new Counter({
    name: 'order_streams_refused_total',
    help: 'Event streams that were refused because their caller, or the process, has as many as it may have',
    labelNames: ['reason'] as const,
    registers,
  });
  // A counter that first appears with its first event shows no increase for that event.
  for (const kind of kinds) {
    open.set({ kind }, 0);
    changes.inc({ kind }, 0);
    for (const reason of closeReasons) closed.inc({ kind, reason }, 0);
    for (const result of startResults) starts.inc({ kind, result }, 0);
  }
  for (const reason of ['caller', 'capacity']) refused.inc({ reason }, 0);
  return {
    opened: (kind) => open.inc({ kind }),
    closed(kind, reason) {
      open.dec({ kind });
      closed.inc({ kind, reason });
    },
    refused: (reason) => refused.inc({ reason }),
    sent: (kind) => changes.inc({ kind }),
    continued: (kind) => starts.inc({ kind, result: 'CONTINUED' }),
    reset: (kind, reason) => starts.inc({ kind, result: reason }),
    watchFollower(answerAgeSeconds) {
      new Gauge({
        name: 'order_streams_kafka_answer_age_seconds',
        help: 'Time since Kafka last answered the reader that tells event streams of changes; it answers about twice a second',
        registers,
        collect() {
          this.set(answerAgeSeconds());
        },
      });
    },
  };
}
