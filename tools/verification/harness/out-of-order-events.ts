// Events of orders that do not exist, the second before the first: notification must buffer the second and wait. No rule of notification, no
// reservation and no figure is concerned.

import { randomUUID } from 'node:crypto';
import {
  createCodec,
  memorySchemaCache,
  type CustomerId,
  type EventId,
  type OrderId,
  type OutgoingMessage,
} from '@oms/contracts';
import type { Producer } from '@oms/messaging';
import { outOfOrderHeader } from '../invariants/published.ts';

type StatusChanged = Extract<OutgoingMessage, { eventType: 'ORDER_STATUS_CHANGED' }>;

export type OutOfOrderEvents = {
  /** By turns the second event of a new order and the first one of the order before. */
  next(): Promise<void>;
  /** Publishes what is still due. */
  stop(): Promise<void>;
};

const triesMax = 10;
const unknownCustomer = '00000000-0000-4000-8000-000000000000' as string as CustomerId;

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
    publishes: ['ORDER_STATUS_CHANGED'],
    signal: stopping.signal,
  });
  codec.catch(() => undefined);
  let due: StatusChanged | undefined;

  return {
    async next() {
      if (due) return publishDue();
      const orderId = randomUUID() as string as OrderId;
      // Due before the other is sent: when its acknowledgement is lost, it is unknown whether Kafka has it.
      due = eventOf(orderId, 1);
      await publish(eventOf(orderId, 2));
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

  async function publish(event: StatusChanged): Promise<void> {
    const value = (await codec).encode(event);
    // The header tells the invariants that there is no such order, should Kafka be away for longer than the second event may wait.
    const headers = { [outOfOrderHeader]: event.eventId };
    await producer.send([{ topic: 'order-events', key: event.aggregateId, value, headers }]);
  }
}

/** Version 1 begins to cook, version 2 is on its way. */
export function changeOfUnknownOrder(
  identity: Pick<StatusChanged, 'eventId' | 'aggregateId' | 'aggregateVersion' | 'occurredAt'>,
): StatusChanged {
  const isFirst = identity.aggregateVersion === 1;
  return {
    ...identity,
    eventType: 'ORDER_STATUS_CHANGED',
    customerId: unknownCustomer,
    fromStatus: isFirst ? 'PENDING' : 'PREPARING',
    toStatus: isFirst ? 'PREPARING' : 'OUT_FOR_DELIVERY',
    changedBy: 'fault run',
    changedByRole: 'service',
    reason: null,
    note: null,
  };
}

function eventOf(aggregateId: OrderId, aggregateVersion: number): StatusChanged {
  const eventId = randomUUID() as string as EventId;
  return changeOfUnknownOrder({ eventId, aggregateId, aggregateVersion, occurredAt: new Date() });
}
