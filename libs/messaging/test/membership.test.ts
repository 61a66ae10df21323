import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { pino } from 'pino';
import { until } from '@oms/test-kit';
import type { KafkaConsumerOptions, Kafka } from '../src/kafka/client.ts';
import { createMembership } from '../src/consumer/membership.ts';
import { createSocketFactory } from '../src/kafka/kafka.ts';

test('whatever ends a membership, a fresh one is begun', async () => {
  const { membership, begun } = observedMembership();

  membership.start();
  begun[0]?.options.onCrash(new Error('KafkaJSNonRetriableError: Failed to find group coordinator'));

  await until('the second membership has begun', () => begun.length === 2);
  await membership.stop();
  expect(begun).toHaveLength(2);
});

test('memberships that join and achieve nothing follow each other ever more slowly, and one that reads something ends that', async () => {
  const { membership, begun } = observedMembership();
  const joinAndCrash = async (read: boolean) => {
    const { options } = begun.at(-1)!;
    const count = begun.length;
    options.onAssigned([], 'member');
    if (read) await options.onBatch({} as Parameters<KafkaConsumerOptions['onBatch']>[0]);
    const atMs = performance.now();
    options.onCrash(new Error('it does not work'));
    await until('the next one has begun', () => begun.length > count);
    return begun.at(-1)!.atMs - atMs;
  };
  membership.start();
  const pausesMs: number[] = [];
  for (let times = 0; times < 4; times++) pausesMs.push(await joinAndCrash(false));
  expect(pausesMs[3]).toBeGreaterThan(2 * pausesMs[1]!);
  expect(await joinAndCrash(true)).toBeLessThan(pausesMs[3]!);
  await membership.stop();
});

test('a socket that was closed long ago gets no more listeners, however often it is disconnected', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  const request = { host: '127.0.0.1', port, ssl: undefined, onConnect: () => undefined };
  const socket = createSocketFactory()(request as unknown as Parameters<ReturnType<typeof createSocketFactory>>[0]);
  await once(socket, 'error').catch(() => undefined);
  const before = socket.listenerCount('connect');
  for (let times = 0; times < 20; times++) {
    socket.end();
    socket.unref();
  }
  expect(socket.listenerCount('connect')).toBe(before);
});

/** A membership over a Kafka that only records when each consumer was created, and with what. */
function observedMembership() {
  const begun: { options: KafkaConsumerOptions; atMs: number }[] = [];
  const kafka = {
    createConsumer(options: KafkaConsumerOptions) {
      begun.push({ options, atMs: performance.now() });
      return { start: () => Promise.resolve(), stop: () => Promise.resolve() };
    },
  } as unknown as Kafka;
  const membership = createMembership({
    kafka,
    logger: pino({ level: 'silent' }),
    group: 'test',
    topics: ['order-events'],
    onAssigned: () => undefined,
    onBatch: () => Promise.resolve(),
    onUnreadable: () => Promise.resolve(),
    onOutOfRange: () => undefined,
  });
  return { membership, begun };
}
