/** Tells whether the events of an order are still in flight: only when they are not, a difference between the services counts. */
import type { OrderId } from '@oms/contracts';
import type { KafkaAdmin } from '@oms/messaging';
import type pg from 'pg';
import type { OrderStateWithEvents } from '../clients/order.ts';

export type EventProgress = {
  /** Of orders whose state was just read: those whose newest event is applied here, or is certainly not in flight any more. */
  settled(orders: readonly OrderStateWithEvents[]): Promise<Set<OrderId>>;
};

export type EventProgressOptions = {
  pool: pg.Pool;
  admin: Pick<KafkaAdmin, 'offsetRanges' | 'committedOffsets'>;
  topic: string;
  /** The consumer group of this service. */
  group: string;
};

const catchUpMs = 5_000;
const pollMs = 100;
/** How long a group that lags is not checked again. Meanwhile all that it has not read counts as in flight. */
const lagKnownMs = 15_000;

export function createEventProgress({ pool, admin, topic, group }: EventProgressOptions): EventProgress {
  let lagsUntilMs = -1;
  return {
    async settled(orders) {
      const applied = await appliedEvents(orders.flatMap(({ eventId }) => eventId ?? []));
      const isApplied = ({ eventId }: OrderStateWithEvents) => eventId !== null && applied.has(eventId);
      // Kafka has these events, and they are not applied: in flight, or among the dead letters, or lost. They are no longer in flight once
      // our group has passed all that was in the topic when the order service answered, unless they wait in the out-of-order buffer.
      const missing = orders.filter((order) => order.published && !isApplied(order));
      const caughtUp = missing.length > 0 && performance.now() > lagsUntilMs && (await hasCaughtUp());
      if (missing.length > 0 && !caughtUp) lagsUntilMs = performance.now() + lagKnownMs;
      const buffered = caughtUp ? await ordersWithBufferedEvents(missing.map(({ orderId }) => orderId)) : new Set();
      const isLost = ({ orderId, published }: OrderStateWithEvents) => published && caughtUp && !buffered.has(orderId);
      return new Set(orders.filter((order) => isApplied(order) || isLost(order)).map(({ orderId }) => orderId));
    },
  };

  async function appliedEvents(eventIds: readonly string[]): Promise<Set<string>> {
    const { rows } = await pool.query<{ eventId: string }>(
      'SELECT "eventId" FROM messaging.inbox WHERE "eventId" = ANY ($1::uuid[]) AND consumer = $2',
      [eventIds, group],
    );
    return new Set(rows.map(({ eventId }) => eventId));
  }

  /** Orders with an event that was read and waits for an earlier one of the same order. */
  async function ordersWithBufferedEvents(orderIds: readonly OrderId[]): Promise<Set<OrderId>> {
    const { rows } = await pool.query<{ aggregateId: OrderId }>(
      `SELECT DISTINCT "aggregateId" FROM messaging.parked
       WHERE "consumer" = $1 AND "topic" = $2 AND "aggregateId" = ANY ($3::uuid[])`,
      [group, topic, orderIds],
    );
    return new Set(rows.map(({ aggregateId }) => aggregateId));
  }

  /** Waits a few seconds for the group. False also while Kafka does not answer. */
  async function hasCaughtUp(): Promise<boolean> {
    try {
      const ranges = await admin.offsetRanges([topic]);
      const endsMs = performance.now() + catchUpMs;
      for (;;) {
        const committed = await admin.committedOffsets(group, [topic]);
        const offsets = new Map(committed.map(({ partition, offset }) => [partition, offset]));
        if (ranges.every(({ partition, first, end }) => first === end || (offsets.get(partition) ?? -1n) >= end)) {
          return true;
        }
        if (performance.now() > endsMs) return false;
        await new Promise((resolve) => setTimeout(resolve, pollMs));
      }
    } catch {
      return false;
    }
  }
}
