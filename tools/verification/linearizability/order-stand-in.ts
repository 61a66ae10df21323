// Stands in for the order service in a recording: it answers the outcome of attempts, and publishes that orders were placed and cancelled.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createCodec,
  memorySchemaCache,
  type CustomerId,
  type EventId,
  type Message,
  type OrderId,
} from '@oms/contracts';
import { createKafka } from '@oms/messaging';
import { createLogger } from '@oms/service-kit';
import type { Random } from '../harness/random.ts';
import type { Recorder } from './recorder.ts';

export type OrderStandIn = {
  url: string;
  /** From now on everything goes into this recording. */
  recordInto(recorder: Recorder, random: Random): void;
  /** Publishes that the order was placed and cancelled. The function it answers records that inventory has released its stock. */
  cancel(orderId: string): Promise<() => void>;
  close(): Promise<void>;
};

type Attempt = { orderId: string; attempt: number };

export async function openOrderStandIn({
  registryUrl,
  kafkaBrokers,
}: {
  registryUrl: string;
  kafkaBrokers: string[];
}): Promise<OrderStandIn> {
  const logger = createLogger({ name: 'recording', level: 'silent' });
  const publishes = ['ORDER_PLACED', 'ORDER_STATUS_CHANGED'] as const;
  const codec = await createCodec({ registryUrl, cache: memorySchemaCache(), publishes });
  const producer = createKafka({ clientId: 'recording', brokers: kafkaBrokers, logger }).createProducer();
  let into: { recorder: Recorder; random: Random } | undefined;
  const answered = new Map<string, 'PLACED' | 'ABANDONED'>();

  /** The same attempt always gets the same answer: order's primary key guarantees it. */
  function resolve({ orderId, attempt }: Attempt) {
    const name = `${orderId} ${attempt}`;
    let outcome = answered.get(name);
    if (outcome === undefined) {
      outcome = into?.random.chance(0.6) ? 'ABANDONED' : 'PLACED';
      answered.set(name, outcome);
      // PLACED moves no stock, and only rules out that the same attempt is abandoned, which does not come then.
      if (outcome === 'ABANDONED') into?.recorder.begin('sweeper', { type: 'Release', orderId, attempt });
    }
    return { orderId, outcome };
  }

  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => (text += part));
    request.on('end', () => {
      const { placements } = JSON.parse(text) as { placements: Attempt[] };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ results: placements.map(resolve) }));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    recordInto(recorder, random) {
      into = { recorder, random };
    },
    async cancel(orderId) {
      // That it was placed is published at the same time, and moves no stock.
      const isDone = into!.recorder.begin('order events', { type: 'Release', orderId, attempt: null });
      const messages = messagesOf(orderId as OrderId);
      await producer.send(
        messages.map((message) => ({
          topic: 'order-events',
          key: orderId,
          value: codec.encode(message),
          headers: {},
        })),
      );
      return isDone;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await producer.close();
    },
  };
}

function messagesOf(aggregateId: OrderId): Message[] {
  const common = { occurredAt: new Date(), aggregateId, customerId: randomUUID() as string as CustomerId };
  const deliveryAddress = { line1: '1 Harbour Street', line2: null, city: 'Lisbon', postalCode: '1100-148' };
  return [
    {
      ...common,
      eventId: randomUUID() as string as EventId,
      eventType: 'ORDER_PLACED',
      aggregateVersion: 1,
      totalAmount: 100,
      items: [],
      deliveryAddress: { ...deliveryAddress, country: 'PT', instructions: null },
      promisedDeliveryAt: null,
      placedBy: null,
      placedByRole: null,
      deliverAt: null,
      dueAt: null,
      acceptBy: null,
    },
    {
      ...common,
      eventId: randomUUID() as string as EventId,
      eventType: 'ORDER_STATUS_CHANGED',
      aggregateVersion: 2,
      fromStatus: 'PENDING',
      toStatus: 'CANCELLED',
      reason: 'CUSTOMER',
      note: null,
      restock: null,
      soldOutItemIds: null,
      changedBy: 'somebody',
      changedByRole: 'customer',
    },
  ];
}
