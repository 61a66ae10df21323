// What goes wrong beside the services: reservations whose order never comes, messages that no contract reads, and some out of turn.

import { randomUUID } from 'node:crypto';
import { createKafka, type Kafka } from '@oms/messaging';
import { createLogger } from '@oms/service-kit';
import { signIn } from '../../dev/client/client.ts';
import type { Random } from './random.ts';
import { createEarlyNews } from './out-of-order-events.ts';
import type { Town } from './system-under-test.ts';

export type Ghosts = { poisoned(): number; stop(): Promise<void> };

const everyMs = 1_500;
const poisonEvery = 3;

export function kafkaOf({ kafkaBrokers: brokers }: { kafkaBrokers: string[] }): Kafka {
  return createKafka({
    clientId: 'chaos',
    brokers,
    logger: createLogger({ name: 'chaos', level: 'silent' }),
  });
}

export function startGhosts(town: Town, random: Random): Ghosts {
  const doors = { gatewayUrl: town.victims.urls.inventory, issuerUrl: town.stack.issuerUrl };
  const producer = kafkaOf(town.stack).createProducer();
  const early = createEarlyNews({ producer, registryUrl: town.stack.registryUrl });
  let poisoned = 0;
  let turns = 0;
  let stopping = false;
  const running = run();
  return {
    poisoned: () => poisoned,
    async stop() {
      stopping = true;
      await running;
      await early.stop();
      await producer.close();
    },
  };

  async function run(): Promise<void> {
    while (!stopping) {
      await reserve().catch(() => undefined);
      await early.next().catch(() => undefined);
      turns += 1;
      if (turns % poisonEvery === 0) await poison().catch(() => undefined);
      await putBack().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }

  /** As order does, and then never places it: inventory has to ask. */
  async function reserve(): Promise<void> {
    const order = await signIn(doors, 'service');
    const lines = [{ itemId: random.pick(town.items), quantity: 1 }];
    await order.post('/internal/reservations', { reservations: [{ orderId: randomUUID(), lines }] });
  }

  /** Poison, which stays what it is: its way there and back is what can be died on. */
  async function putBack(): Promise<void> {
    await town.admin.post('/v1/analytics/dead-letters/redrive', { topic: 'order-events', limit: 1 });
  }

  async function poison(): Promise<void> {
    await producer.send([
      {
        topic: 'order-events',
        key: randomUUID(),
        value: Buffer.from('this is no message'),
        headers: { poison: String(poisoned) },
      },
    ]);
    poisoned += 1;
  }
}
