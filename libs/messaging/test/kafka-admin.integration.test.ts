import { randomUUID } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { testStack } from '@oms/test-kit';
import kafkajs from 'kafkajs';
import { createKafka, type TopicDifference } from '../src/index.ts';
import { logger } from './fixture.ts';

const { admin } = createKafka({ clientId: 'topics', brokers: testStack().kafkaBrokers, logger });
const other = createKafka({ clientId: 'topics too', brokers: testStack().kafkaBrokers, logger }).admin;
const operator = new kafkajs.Kafka({
  clientId: 'operator',
  brokers: testStack().kafkaBrokers,
  logLevel: kafkajs.logLevel.NOTHING,
}).admin();
const made: string[] = [];
afterAll(async () => {
  await operator.disconnect();
  await admin.deleteTopics(made);
  await Promise.all([admin.close(), other.close()]);
});

function plans(retention: string) {
  const config = { 'retention.ms': retention };
  return ['first', 'second'].map((name) => ({ name: `test-${name}-${randomUUID()}`, partitions: 2, config }));
}

test('two that make the same topics at once both continue, and both topics are there', async () => {
  const wanted = plans('60000');
  made.push(...wanted.map(({ name }) => name));
  await Promise.all([admin.ensureTopics(wanted), other.ensureTopics(wanted)]);
  expect(await admin.ensureTopics(wanted)).toEqual([]);
  expect(await admin.offsetRanges(made)).toHaveLength(4);
});

test('a dry run names what is missing and what differs, and changes neither', async () => {
  const [missing, differs] = plans('60000');
  made.push(differs!.name);
  await admin.ensureTopics([differs!]);
  const wanted = [missing!, { ...differs!, config: { 'retention.ms': '120000' } }];
  const names = wanted.map(({ name }) => name);
  expect(await admin.ensureTopics(wanted, { dryRun: true })).toEqual(names);
  expect(await admin.ensureTopics(wanted, { dryRun: true })).toEqual(names);
  expect(await admin.ensureTopics([differs!])).toEqual([]);
});

test('settings that cannot be are refused, dry run or not', async () => {
  const impossible = plans('for ever');
  await expect(admin.ensureTopics(impossible, { dryRun: true })).rejects.toThrow();
  await expect(admin.ensureTopics(impossible)).rejects.toThrow();
});

/** What is set on the topic itself. */
async function settingsOf(name: string): Promise<Record<string, string>> {
  const { resources } = await operator.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name }],
  });
  const own = resources[0]!.configEntries.filter(
    ({ configSource }) => configSource === kafkajs.ConfigSource.TOPIC_CONFIG,
  );
  return Object.fromEntries(own.map(({ configName, configValue }) => [configName, configValue]));
}

async function setByOperator(name: string, settings: Record<string, string>): Promise<void> {
  const configEntries = Object.entries(settings).map(([setting, value]) => ({ name: setting, value }));
  await operator.alterConfigs({
    validateOnly: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name, configEntries }],
  });
}

test('settings of the operator survive a correction of ours, and each difference of ours is reported', async () => {
  const [plan] = plans('60000');
  const { name } = plan!;
  made.push(name);
  await admin.ensureTopics([plan!]);
  const theirs = {
    'retention.bytes': '1073741824',
    'segment.ms': '3600000',
    'compression.type': 'zstd',
    'min.insync.replicas': '1',
  };
  await setByOperator(name, { ...theirs, 'retention.ms': '7000' });
  const wanted = { ...plan!, partitions: 3 };

  const found: TopicDifference[] = [];
  const onDifference = (difference: TopicDifference) => found.push(difference);
  expect(await admin.ensureTopics([wanted], { dryRun: true, onDifference })).toEqual([name]);
  expect(await settingsOf(name)).toEqual({ ...theirs, 'retention.ms': '7000' });
  expect(await admin.ensureTopics([wanted], { onDifference })).toEqual([name]);
  expect(await settingsOf(name)).toEqual({ ...theirs, 'retention.ms': '60000' });
  const partitions = { topic: name, setting: 'partitions', found: '2', planned: '3', action: 'left' };
  const retention = { topic: name, setting: 'retention.ms', found: '7000', planned: '60000' };
  expect(found).toEqual([
    partitions,
    { ...retention, action: 'would be changed' },
    partitions,
    { ...retention, action: 'changed' },
  ]);

  await setByOperator(name, { ...theirs, 'retention.ms': '60000' });
  expect(await admin.ensureTopics([wanted])).toEqual([]);
});
