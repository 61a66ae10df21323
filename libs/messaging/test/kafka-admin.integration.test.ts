import { randomUUID } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { testStack } from '@oms/test-kit';
import { createKafka } from '../src/index.ts';
import { logger } from './fixture.ts';

const { admin } = createKafka({ clientId: 'topics', brokers: testStack().kafkaBrokers, logger });
const other = createKafka({ clientId: 'topics too', brokers: testStack().kafkaBrokers, logger }).admin;
const made: string[] = [];
afterAll(async () => {
  await admin.deleteTopics(made);
  await Promise.all([admin.close(), other.close()]);
});

function plans(retention: string) {
  const config = { 'retention.ms': retention };
  return ['first', 'second'].map((name) => ({ name: `test-${name}-${randomUUID()}`, partitions: 2, config }));
}

test('two that make the same topics at once both go on, and both topics are there', async () => {
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
