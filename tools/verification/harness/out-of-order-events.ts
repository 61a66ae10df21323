// News of dishes that never were, the second piece before the first: analytics has to put the second aside and wait.

import { randomUUID } from 'node:crypto';
import { createCodec, memorySchemaCache, type EventId, type InventoryUpdate, type ItemId } from '@oms/contracts';
import type { Producer } from '@oms/messaging';

export type EarlyNews = {
  /** By turns the second piece of a dish and the first one of the dish before. */
  next(): Promise<void>;
  /** Says what is still owed. */
  stop(): Promise<void>;
};

export function createEarlyNews(o: { producer: Producer; registryUrl: string }): EarlyNews {
  const stopping = new AbortController();
  const codec = createCodec({
    ...{ registryUrl: o.registryUrl, cache: memorySchemaCache(), publishes: ['INVENTORY_UPDATE'] },
    signal: stopping.signal,
  });
  codec.catch(() => undefined);
  let owed: InventoryUpdate | undefined;

  return {
    async next() {
      if (owed) return pay();
      const itemId = randomUUID() as string as ItemId;
      // Owed before the other is said: whether Kafka took that one is not known when its answer is lost.
      owed = goneDish(itemId, 1);
      await say(goneDish(itemId, 2));
    },
    async stop() {
      for (let tries = 0; owed && tries < 10; tries++) await pay().catch(() => undefined);
      stopping.abort();
    },
  };

  async function pay(): Promise<void> {
    if (!owed) return;
    await say(owed);
    owed = undefined;
  }

  async function say(message: InventoryUpdate): Promise<void> {
    const value = (await codec).encode(message);
    // The mark tells the books that nobody's order is in it, should Kafka be away for longer than the second piece waits.
    await o.producer.send([{ topic: 'analytics-events', key: message.aggregateId, value, headers: { early: '1' } }]);
  }
}

/** Deleted at once, so that it is on no list. */
function goneDish(aggregateId: ItemId, aggregateVersion: number): InventoryUpdate {
  return {
    ...{ eventId: randomUUID() as string as EventId, eventType: 'INVENTORY_UPDATE', occurredAt: new Date() },
    ...{ aggregateId, aggregateVersion, itemName: 'Nothing', category: 'none', unit: 'piece' },
    ...{ delta: 0, quantity: 0, threshold: 0, price: 0, reason: 'DELETED', orderId: null },
  };
}
