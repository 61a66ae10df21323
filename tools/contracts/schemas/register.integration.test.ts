import { expect, test } from 'vitest';
import { schemaFiles } from '@oms/contracts';
import { testStack } from '@oms/test-kit';
import { register } from './register.ts';

const { registryUrl, kafkaBrokers } = testStack();
const ready = { registryUrl, kafka: { brokers: kafkaBrokers } };

test('a ready cluster and registry stay as they are', async () => {
  const lines: string[] = [];
  await register(ready);
  const report = await register({ ...ready, log: (line) => lines.push(line) });
  expect(report.topics).toEqual([]);
  expect(report.schemas).toHaveLength(schemaFiles().length);
  expect(lines[0]).toBe('topics are up to date');
});

test('a dry run of a ready cluster and registry finds nothing to do', async () => {
  await register(ready);
  const report = await register({ ...ready, dryRun: true });
  expect(report.topics).toEqual([]);
  expect(report.schemas.filter(({ schemaId }) => schemaId === null)).toEqual([]);
});
