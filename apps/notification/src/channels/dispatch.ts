// Sends what is due: a lane for each configured channel, so that a slow Slack holds no mail back.
import type { Logger, MetricsRegistry } from '@oms/service-kit';
import { Counter, Histogram } from 'prom-client';
import type { Channel } from '../domain/rules.ts';
import type { Deliveries } from '../store/deliveries.ts';
import { sendMsMax, type Senders } from './channel.ts';
import { createLane } from './lane.ts';

export type DispatchOptions = {
  senders: Senders;
  deliveries: Deliveries;
  logger: Logger;
  metrics: MetricsRegistry;
  pollMs?: number;
  leaseMs?: number;
  random?: () => number;
};

export type Dispatch = {
  start(): void;
  /** There may be something due. */
  readonly wake: () => void;
  /** Takes nothing new, and resolves when the sends in flight are over and recorded. */
  stop(): Promise<void>;
};

const concurrencyMax: Readonly<Record<Channel, number>> = { EMAIL: 8, SLACK: 4, WEBHOOK: 8 };

export function createDispatch(o: DispatchOptions): Dispatch {
  const { pollMs = 1_000, leaseMs = 2 * sendMsMax, random = Math.random, deliveries, logger } = o;
  const attempts = new Counter({
    name: 'notification_attempts_total',
    help: 'Attempts to deliver a notification, by the status they led to',
    labelNames: ['channel', 'status'] as const,
    registers: [o.metrics],
  });
  const durations = new Histogram({
    name: 'notification_attempt_duration_seconds',
    help: 'Time a provider took for an attempt',
    labelNames: ['channel'] as const,
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 15],
    registers: [o.metrics],
  });
  const channels = Object.keys(o.senders) as Channel[];
  const lanes = channels.flatMap((channel) => {
    const sender = o.senders[channel];
    if (!sender) return [];
    const onSettled = ({ status }: { status: string }, durationMs: number) => {
      attempts.inc({ channel, status });
      durations.observe({ channel }, durationMs / 1000);
    };
    for (const status of ['SENT', 'PENDING', 'FAILED']) attempts.inc({ channel, status }, 0);
    const room = concurrencyMax[channel];
    return [
      createLane({ channel, sender, deliveries, logger, onSettled, pollMs, leaseMs, concurrencyMax: room, random }),
    ];
  });
  return {
    start: () => lanes.forEach((lane) => lane.start()),
    wake: () => lanes.forEach((lane) => lane.wake()),
    async stop() {
      await Promise.all(lanes.map((lane) => lane.stop()));
      Object.values(o.senders).forEach((sender) => sender.close());
    },
  };
}
