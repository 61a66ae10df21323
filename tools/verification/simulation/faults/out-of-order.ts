// Events of orders that never were, the second before the first: notification has to buffer the second until the first has come.

import type { Codec, EventId, OrderId } from '@oms/contracts';
import { changeOfUnknownOrder } from '../../harness/out-of-order-events.ts';
import { outOfOrderHeader } from '../../invariants/published.ts';
import type { Broker } from '../broker/broker.ts';
import type { Database } from '../postgres/database.ts';
import type { World } from '../world/world.ts';

export type OutOfOrder = {
  /** The second event of a new order now, the first one a while later. */
  publish(): void;
  /** Whether each first event was applied before its second one. */
  check(notification: Database): Promise<void>;
};

const topic = 'order-events';

export function createOutOfOrder(world: World, broker: Broker, codec: Codec): OutOfOrder {
  const { scheduler, random } = world;
  const pairs: { orderId: OrderId; first: EventId; second: EventId }[] = [];
  return {
    publish() {
      const orderId = random.uuid() as OrderId;
      const [first, second] = [random.uuid() as EventId, random.uuid() as EventId];
      pairs.push({ orderId, first, second });
      append(orderId, second, 2);
      scheduler.after(random.uniform(100, 2_500), null, () => append(orderId, first, 1));
    },
    async check({ control }) {
      const { rows } = await control.query<{ eventId: string; atMs: number }>(
        `SELECT "eventId", extract(epoch FROM "appliedAt") * 1000 AS "atMs" FROM messaging.inbox WHERE "eventId" = ANY ($1)`,
        [pairs.flatMap(({ first, second }) => [first, second])],
      );
      const appliedAt = new Map(rows.map(({ eventId, atMs }) => [eventId, Number(atMs)]));
      for (const { orderId, first, second } of pairs) {
        if ((appliedAt.get(first) ?? Infinity) > (appliedAt.get(second) ?? Infinity))
          world.violate(3, `event 2 of order ${orderId} was applied before event 1, which had come`, orderId);
      }
    },
  };

  function append(aggregateId: OrderId, eventId: EventId, aggregateVersion: number): void {
    const value = codec.encode(
      changeOfUnknownOrder({ eventId, aggregateId, aggregateVersion, occurredAt: new Date(world.trueMs()) }),
    );
    broker.append([{ topic, key: aggregateId, value, headers: { [outOfOrderHeader]: eventId } }]);
  }
}
