// Topics and offsets; connects when first asked, and anew after a failure.

import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import type { KafkaAdmin, TopicSettings } from './client.ts';
import type { Standing } from './kafka-health.ts';

export function createKafkaAdmin(client: Kafka, standing: Standing): KafkaAdmin {
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
    offsetsAt: (topics, moment) =>
      use(`look at ${topics.join(', ')}`, async (admin) => {
        const found = await Promise.all(
          topics.map(async (topic) => {
            const partitions = await admin.fetchTopicOffsetsByTimestamp(topic, moment.getTime());
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

  async function use<T>(wish: string, work: (admin: Admin) => Promise<T>): Promise<T> {
    const connecting = (live ??= connect());
    try {
      const answer = await work(await connecting);
      standing.worked(wish);
      return answer;
    } catch (error) {
      if (live === connecting) live = undefined;
      void disconnect(connecting);
      throw standing.failed(wish, error);
    }
  }

  async function connect(): Promise<Admin> {
    const admin = client.admin();
    await admin.connect();
    return admin;
  }
}

/** Of two that make the same topics at once, one makes each, and both go on. */
async function createTopics(admin: Admin, plans: readonly TopicSettings[], validateOnly: boolean): Promise<void> {
  await admin.createTopics({
    validateOnly,
    waitForLeaders: !validateOnly,
    topics: plans.map((plan) => ({
      topic: plan.name,
      numPartitions: plan.partitions,
      // -1 is the brokers' own default.
      replicationFactor: plan.replicationFactor ?? -1,
      configEntries: Object.entries(plan.config).map(([name, value]) => ({ name, value })),
    })),
  });
}

/** Settings only: another number of partitions would send keys elsewhere and break their order, so that is a person's decision. */
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
      ([key, value]) => entries.find((e) => e.configName === key)?.configValue !== value,
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
    // It never was connected, or is not any more.
  }
}
