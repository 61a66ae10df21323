// Events of items that do not exist, the second before the first: analytics must buffer the second and wait.

import { randomUUID } from 'node:crypto';
import { createCodec, memorySchemaCache, type EventId, type InventoryUpdate, type ItemId } from '@oms/contracts';
import type { Producer } from '@oms/messaging';
import { outOfOrderHeader } from '../invariants/published.ts';

export type OutOfOrderEvents = {
  /** By turns the second event of a new item and the first one of the item before. */
  next(): Promise<void>;
  /** Publishes what is still due. */
  stop(): Promise<void>;
};

const triesMax = 10;

export function createOutOfOrderEvents({
  producer,
  registryUrl,
}: {
  producer: Producer;
  registryUrl: string;
}): OutOfOrderEvents {
  const stopping = new AbortController();
  const codec = createCodec({
    registryUrl,
    cache: memorySchemaCache(),
    publishes: ['INVENTORY_UPDATE'],
    signal: stopping.signal,
  });
  codec.catch(() => undefined);
  let due: InventoryUpdate | undefined;

  return {
    async next() {
      if (due) return publishDue();
      const itemId = randomUUID() as string as ItemId;
      // Due before the other is sent: when its acknowledgement is lost, it is unknown whether Kafka has it.
      due = eventOf(itemId, 1);
      await publish(eventOf(itemId, 2));
    },
    async stop() {
      for (let tries = 0; due && tries < triesMax; tries++) await publishDue().catch(() => undefined);
      stopping.abort();
    },
  };

  async function publishDue(): Promise<void> {
    if (!due) return;
    await publish(due);
    due = undefined;
  }

  async function publish(event: InventoryUpdate): Promise<void> {
    const value = (await codec).encode(event);
    // The header tells the invariants that no order is in it, should Kafka be away for longer than the second event may wait.
    const headers = { [outOfOrderHeader]: event.eventId };
    await producer.send([{ topic: 'analytics-events', key: event.aggregateId, value, headers }]);
  }
}

/** Of an item that was deleted at once, so that no list shows it. */
export function deletedItemEvent(
  identity: Pick<InventoryUpdate, 'eventId' | 'aggregateId' | 'aggregateVersion' | 'occurredAt'>,
): InventoryUpdate {
  return {
    ...identity,
    eventType: 'INVENTORY_UPDATE',
    itemName: 'Nothing',
    category: 'none',
    unit: 'piece',
    delta: 0,
    quantity: 0,
    threshold: 0,
    price: 0,
    reason: 'DELETED',
    orderId: null,
  };
}

function eventOf(aggregateId: ItemId, aggregateVersion: number): InventoryUpdate {
  const eventId = randomUUID() as string as EventId;
  return deletedItemEvent({ eventId, aggregateId, aggregateVersion, occurredAt: new Date() });
}
