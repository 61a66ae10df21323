// Topics and offsets. Connects at the first request, and again after a failure.

import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import type { KafkaAdmin, TopicSettings } from './client.ts';
import type { KafkaHealth } from './kafka-health.ts';

export function createKafkaAdmin(client: Kafka, health: KafkaHealth): KafkaAdmin {
  let live: Promise<Admin> | undefined;

  return {
    ensureTopics: (plans, { dryRun: validateOnly = false } = {}) =>
      use('make and correct topics', async (admin) => {
        const existing = new Set(await admin.listTopics());
        const missing = plans.filter((plan) => !existing.has(plan.name));
        if (missing.length > 0) await createTopics(admin, missing, validateOnly);
        const present = plans.filter((plan) => existing.has(plan.name));
        return [...missing.map((plan) => plan.name), ...(await correctSettings(admin, present, validateOnly))];
      }),
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

/** Two processes may create the same topics at once: each topic is created by one of them, and both continue. */
async function createTopics(admin: Admin, plans: readonly TopicSettings[], validateOnly: boolean): Promise<void> {
  await admin.createTopics({
    validateOnly,
    waitForLeaders: !validateOnly,
    topics: plans.map((plan) => ({
      topic: plan.name,
      numPartitions: plan.partitions,
      // -1 means the default of the brokers.
      replicationFactor: plan.replicationFactor ?? -1,
      configEntries: Object.entries(plan.config).map(([name, value]) => ({ name, value })),
    })),
  });
}

/** Corrects settings only. Another number of partitions would move keys to other partitions and break their order, so a person must decide it. */
async function correctSettings(
  admin: Admin,
  plans: readonly TopicSettings[],
  validateOnly: boolean,
): Promise<string[]> {
  const withConfig = plans.filter((plan) => Object.keys(plan.config).length > 0);
  if (withConfig.length === 0) return [];
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: withConfig.map(({ name, config }) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name,
      configNames: Object.keys(config),
    })),
  });
  const wrong = withConfig.filter(({ name, config }) => {
    const entries = resources.find((resource) => resource.resourceName === name)?.configEntries ?? [];
    return Object.entries(config).some(
      ([key, value]) => entries.find((entry) => entry.configName === key)?.configValue !== value,
    );
  });
  if (wrong.length > 0) {
    await admin.alterConfigs({
      validateOnly,
      resources: wrong.map(({ name, config }) => ({
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name,
        configEntries: Object.entries(config).map(([key, value]) => ({ name: key, value })),
      })),
    });
  }
  return wrong.map((plan) => plan.name);
}

async function disconnect(admin: Promise<Admin> | undefined): Promise<void> {
  try {
    await (await admin)?.disconnect();
  } catch {
    // It was never connected, or has already been disconnected.
  }
}
