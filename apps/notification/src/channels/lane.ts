// One channel's sender loop: leases what is due, sends it outside any transaction, a few at a time, and records what became of it.
import { failpoint } from '@oms/failpoint';
import type { Logger } from '@oms/service-kit';
import { settle, type Outcome, type Settled } from '../domain/notification.ts';
import type { Channel } from '../domain/rules.ts';
import type { Deliveries, LeasedDelivery } from '../store/deliveries.ts';
import type { Sender } from './channel.ts';

export type LaneOptions = {
  channel: Channel;
  sender: Sender;
  deliveries: Deliveries;
  logger: Logger;
  /** Told of every attempt. */
  onSettled: (settled: Settled, durationMs: number) => void;
  /** How often the table is looked at when nobody wakes the lane. */
  pollMs: number;
  /** Longer than an attempt and its record can take, so that no lease runs out under a sender that lives. */
  leaseMs: number;
  concurrencyMax: number;
  random: () => number;
};

export type Lane = { start(): void; wake(): void; stop(): Promise<void> };

const recordAgainMs = 500;

export function createLane(o: LaneOptions): Lane {
  const inFlight = new Map<string, Promise<void>>();
  let stopping = false;
  let rung = false;
  let ring = () => {};
  let running = Promise.resolve();

  return {
    start() {
      running = run();
    },
    wake,
    async stop() {
      stopping = true;
      wake();
      await running;
      await Promise.all(inFlight.values());
    },
  };

  async function run(): Promise<void> {
    while (!stopping) {
      const room = o.concurrencyMax - inFlight.size;
      const claimed = room === 0 ? 0 : await claim(room);
      // A full claim means that there may be more: the next one is made when half of the room is free again.
      if (claimed < room || inFlight.size > o.concurrencyMax / 2) await pause(o.pollMs);
    }
  }

  async function claim(countMax: number): Promise<number> {
    try {
      const { channel, leaseMs } = o;
      const leased = await o.deliveries.claim({ channel, countMax, leaseMs, inFlight: [...inFlight.keys()] });
      if (leased.length > 0) failpoint('notifier.leased');
      for (const delivery of leased) {
        const attempt = attemptDelivery(delivery).finally(() => {
          inFlight.delete(delivery.id);
          if (inFlight.size <= o.concurrencyMax / 2) wake();
        });
        inFlight.set(delivery.id, attempt);
      }
      return leased.length;
    } catch (err) {
      if (!stopping)
        o.logger.warn({ err, channel: o.channel }, 'due notifications could not be leased; looking again shortly');
      return 0;
    }
  }

  async function attemptDelivery(delivery: LeasedDelivery): Promise<void> {
    const startMs = performance.now();
    failpoint('notifier.before_send');
    const outcome = await o.sender.send(delivery);
    failpoint('notifier.answered');
    const settled = settle(delivery.attempts, outcome, o.random());
    o.onSettled(settled, performance.now() - startMs);
    if (outcome.kind !== 'accepted') logFailure(delivery, outcome, settled);
    await record(delivery, settled);
  }

  // The receiver has answered: this must be written down, or the lease runs out and the delivery is repeated.
  async function record({ id, lease }: LeasedDelivery, settled: Settled): Promise<void> {
    const endMs = performance.now() + o.leaseMs;
    for (;;) {
      try {
        const mine = await o.deliveries.settle({ id, lease, ...settled });
        failpoint('notifier.recorded');
        if (mine) return;
        o.logger.warn(
          { notification: id, channel: o.channel },
          'the outcome was recorded already, or its lease has gone to another sender',
        );
        return;
      } catch (err) {
        const giveUp = stopping || performance.now() > endMs;
        o.logger.warn({ err, notification: id, giveUp }, 'the outcome of a delivery could not be recorded');
        if (giveUp) return;
        await new Promise((resolve) => setTimeout(resolve, recordAgainMs));
      }
    }
  }

  // Without the reason: it may name addresses. The notification's lastError has it.
  function logFailure({ id, attempts }: LeasedDelivery, { kind }: Outcome, { status, delayMs }: Settled): void {
    const level = status === 'FAILED' ? 'error' : 'info';
    o.logger[level](
      { notification: id, channel: o.channel, attempts, kind, status, delayMs },
      'a delivery did not succeed',
    );
  }

  function wake(): void {
    rung = true;
    ring();
  }

  async function pause(ms: number): Promise<void> {
    if (!rung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        ring = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    ring = () => {};
    rung = false;
  }
}
