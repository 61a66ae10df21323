// Topics and offsets. Connects at the first request, and again after a failure.

import type { Admin, Kafka } from 'kafkajs';
import type { KafkaAdmin } from './client.ts';
import type { KafkaHealth } from './kafka-health.ts';
import { ensureTopics } from './topic-settings.ts';

export function createKafkaAdmin(client: Kafka, health: KafkaHealth): KafkaAdmin {
  let live: Promise<Admin> | undefined;

  return {
    ensureTopics: (plans, { dryRun = false, onDifference = () => {} } = {}) =>
      use('make and correct topics', (admin) => ensureTopics(admin, { plans, dryRun, onDifference })),
    deleteTopics: (names) => use('delete topics', (admin) => admin.deleteTopics({ topics: [...names] })),
    offsetRanges: (topics) =>
      use(`look at ${topics.join(', ')}`, async (admin) => {
        const found = await Promise.all(
          topics.map(async (topic) => {
            const partitions = await admin.fetchTopicOffsets(topic);
            return partitions.map(({ partition, low, high }) => ({
              topic,
              partition,
              first: BigInt(low),
              end: BigInt(high),
            }));
          }),
        );
        return found.flat();
      }),
    offsetsAt: (topics, timestamp) =>
      use(`look at ${topics.join(', ')}`, async (admin) => {
        const found = await Promise.all(
          topics.map(async (topic) => {
            const partitions = await admin.fetchTopicOffsetsByTimestamp(topic, timestamp.getTime());
            return partitions.map(({ partition, offset }) => ({ topic, partition, offset: BigInt(offset) }));
          }),
        );
        return found.flat();
      }),
    committedOffsets: (group, topics) =>
      use(`look at group ${group}`, async (admin) => {
        const found = await admin.fetchOffsets({ groupId: group, topics: [...topics] });
        return found.flatMap(({ topic, partitions }) =>
          partitions.map(({ partition, offset }) => ({ topic, partition, offset: BigInt(offset) })),
        );
      }),
    async close() {
      const closing = live;
      live = undefined;
      await disconnect(closing);
    },
  };

  async function use<T>(operation: string, work: (admin: Admin) => Promise<T>): Promise<T> {
    const connecting = (live ??= connect());
    try {
      const result = await work(await connecting);
      health.succeeded(operation);
      return result;
    } catch (error) {
      if (live === connecting) live = undefined;
      void disconnect(connecting);
      throw health.failed(operation, error);
    }
  }

  async function connect(): Promise<Admin> {
    const admin = client.admin();
    await admin.connect();
    return admin;
  }
}

async function disconnect(admin: Promise<Admin> | undefined): Promise<void> {
  try {
    await (await admin)?.disconnect();
  } catch {
    // It was never connected, or has already been disconnected.
  }
}
