// What arrives wrongly from outside during a fault run: reservations whose order never comes, unreadable messages, and events out of order.

import { randomUUID } from 'node:crypto';
import { signIn } from '../../dev/client/client.ts';
import { openKafka, unreadableHeader } from './kafka.ts';
import { createOutOfOrderEvents } from './out-of-order-events.ts';
import { pause } from './pause.ts';
import type { Random } from './random.ts';
import type { SystemUnderTest } from './system-under-test.ts';

export type BadInputs = { stop(): Promise<void> };

const everyMs = 1_500;
const unreadableEvery = 3;

export function startBadInputs({ stack, processes, items, admin }: SystemUnderTest, random: Random): BadInputs {
  const inventory = { gatewayUrl: processes.urls.inventory, issuerUrl: stack.issuerUrl };
  const producer = openKafka(stack).createProducer();
  const outOfOrder = createOutOfOrderEvents({ producer, registryUrl: stack.registryUrl });
  let rounds = 0;
  const stopping = new AbortController();
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
      await outOfOrder.stop();
      await producer.close();
    },
  };

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await reserve().catch(() => undefined);
      await outOfOrder.next().catch(() => undefined);
      rounds += 1;
      if (rounds % unreadableEvery === 0) await publishUnreadable().catch(() => undefined);
      await redrive().catch(() => undefined);
      await pause(everyMs, stopping.signal);
    }
  }

  /** As order does, and then never places it: inventory has to ask. */
  async function reserve(): Promise<void> {
    const order = await signIn(inventory, 'service');
    const lines = [{ itemId: random.pick(items), quantity: 1 }];
    await order.post('/internal/reservations', { reservations: [{ orderId: randomUUID(), lines }] });
  }

  /** The message stays unreadable: what is exercised is its redrive and its return. */
  async function redrive(): Promise<void> {
    await admin.post('/v1/analytics/dead-letters/redrive', { topic: 'order-events', limit: 1 });
  }

  async function publishUnreadable(): Promise<void> {
    await producer.send([
      {
        topic: 'order-events',
        key: randomUUID(),
        value: Buffer.from('this is no message'),
        headers: { [unreadableHeader]: '1' },
      },
    ]);
  }
}
