// Creates topics, and corrects the settings that are planned; every other setting of a topic is its operator's and stays.

import kafkajs, { type Admin, type ITopicMetadata } from 'kafkajs';
import type { TopicDifference, TopicSettings } from './client.ts';

type Correction = {
  plans: readonly TopicSettings[];
  dryRun: boolean;
  onDifference: (difference: TopicDifference) => void;
};
type Entry = { configName: string; configValue: string | null; configSource?: number };

export async function ensureTopics(admin: Admin, { plans, dryRun, onDifference }: Correction): Promise<string[]> {
  const existing = new Set(await admin.listTopics());
  const missing = plans.filter((plan) => !existing.has(plan.name));
  if (missing.length > 0) await createTopics(admin, missing, dryRun);
  const present = plans.filter((plan) => existing.has(plan.name));
  if (present.length === 0) return missing.map((plan) => plan.name);
  const { topics } = await admin.fetchTopicMetadata({ topics: present.map((plan) => plan.name) });
  for (const plan of present) fixedDifferences(plan, topics).forEach(onDifference);
  const corrected = await correctSettings(admin, { plans: present, dryRun, onDifference });
  return [...missing.map((plan) => plan.name), ...corrected];
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
      configEntries: Object.entries(plan.config).map(([name, value]) => ({
        name,
        value,
      })),
    })),
  });
}

/** Another number of partitions would move keys to other partitions and break their order, so a person must decide it. */
function fixedDifferences(plan: TopicSettings, topics: readonly ITopicMetadata[]): TopicDifference[] {
  const partitions = topics.find(({ name }) => name === plan.name)?.partitions ?? [];
  const numbers: [setting: string, found: number | undefined, planned: number | undefined][] = [
    ['partitions', partitions.length, plan.partitions],
    ['replicationFactor', partitions[0]?.replicas.length, plan.replicationFactor],
  ];
  return numbers.flatMap(([setting, found, planned]) =>
    found === undefined || planned === undefined || found === planned
      ? []
      : [{ topic: plan.name, setting, found: String(found), planned: String(planned), action: 'left' as const }],
  );
}

async function correctSettings(admin: Admin, { plans, dryRun, onDifference }: Correction): Promise<string[]> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: plans.map(({ name }) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
  });
  const wrong = plans.flatMap(({ name, config }) => {
    const entries: Entry[] = resources.find((resource) => resource.resourceName === name)?.configEntries ?? [];
    const values = new Map(entries.map((entry) => [entry.configName, entry.configValue]));
    const different = Object.entries(config).filter(([setting, planned]) => values.get(setting) !== planned);
    for (const [setting, planned] of different) {
      const action = dryRun ? 'would be changed' : 'changed';
      onDifference({ topic: name, setting, found: values.get(setting) ?? null, planned, action });
    }
    return different.length > 0 ? [{ name, config: { ...ownSettings(entries), ...config } }] : [];
  });
  if (wrong.length > 0) {
    await admin.alterConfigs({
      validateOnly: dryRun,
      resources: wrong.map(({ name, config }) => ({
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name,
        configEntries: Object.entries(config).map(([setting, value]) => ({ name: setting, value })),
      })),
    });
  }
  return wrong.map(({ name }) => name);
}

/**
 * What is set on the topic itself. AlterConfigs, the only request of kafkajs for this, removes every setting that it does not name, so
 * these are sent with it. A setting that changes between the two requests, a few milliseconds, is lost: KIP-339 has no such gap, and
 * kafkajs 2.2.4 does not have KIP-339.
 */
function ownSettings(entries: readonly Entry[]): Record<string, string> {
  const own = entries.filter(({ configSource }) => configSource === kafkajs.ConfigSource.TOPIC_CONFIG);
  return Object.fromEntries(
    own.flatMap(({ configName, configValue }) => (configValue === null ? [] : [[configName, configValue]])),
  );
}
