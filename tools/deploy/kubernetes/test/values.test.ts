// The values of the chart agree with the code: the services, their calls, their topics.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { topics, type Topic } from '@oms/contracts';
import { topicSettings } from '@oms/contracts/register';
import { parse, parseAllDocuments } from 'yaml';
import { readServices } from '../../../contracts/asyncapi/services.ts';
import { read } from '../../../repo/tidy/repository.ts';
import { services, type Service } from '../../../dev/stack/services.ts';
import { chart, valuesOf } from '../chart.ts';
import { kafkaUsers } from '../kafka-users.ts';

type Values = {
  service: string;
  calls?: string[];
  calledBy?: string[];
  needs?: Record<string, boolean>;
  consumes?: { topics?: string[]; partitions: number };
};

const defaults = parse(readFileSync(join(chart, 'values.yaml'), 'utf8')) as Values;
const valuesFor = (service: Service) => ({
  ...defaults,
  ...(parse(readFileSync(valuesOf(service), 'utf8')) as Values),
});
/** The services whose addresses are among its settings. */
const called = (service: Service) =>
  services.filter((other) => read(`apps/${service}/src/config.ts`).includes(`  ${other.toUpperCase()}_URL:`));

test('there is a values file for each service, and no other', () => {
  const files = readdirSync(dirname(valuesOf('order')));
  expect(files.toSorted()).toEqual(services.map((service) => `${service}.yaml`).toSorted());
  const schema = JSON.parse(readFileSync(join(chart, 'values.schema.json'), 'utf8')) as {
    properties: { service: { enum: string[] } };
  };
  expect(schema.properties.service.enum.toSorted()).toEqual([...services].toSorted());
});

describe.each([...services])('%s', (service) => {
  const values = valuesFor(service);

  test('has its own name', () => expect(values.service).toBe(service));

  test('calls those whose addresses its settings have', () => {
    expect(values.calls?.toSorted()).toEqual(called(service).toSorted());
  });

  test('accepts only those who call it', () => {
    const callers = services.filter((other) => valuesFor(other).calls?.includes(service));
    expect(values.calledBy?.toSorted()).toEqual(callers.toSorted());
  });

  test('has a database, messages, a client and channels if its settings ask for them', () => {
    const config = read(`apps/${service}/src/config.ts`);
    expect({ ...defaults.needs, ...values.needs }).toEqual({
      database: config.includes('...databaseSettings'),
      messages: config.includes('...kafkaSettings'),
      client: config.includes('...serviceClientSettings'),
      channels: config.includes('SMTP_URL'),
    });
  });

  test('is scaled by the topics that it reads', () => {
    const reads = readServices().find((one) => one.service === service)?.subscribes;
    expect((values.consumes?.topics ?? []).toSorted()).toEqual(reads?.toSorted());
  });
});

test('there are at most as many pods as a topic has partitions', () => {
  const fewest = Math.min(...(Object.keys(topics) as Topic[]).map((topic) => topics[topic].partitions));
  expect(defaults.consumes?.partitions).toBe(fewest);
});

test("the users that Strimzi makes are those that the chart's pods are, and none may more than its canvas says", () => {
  const found = parseAllDocuments(read('k8s/operators/users.yaml')).map((document) => {
    const { metadata, spec } = document.toJS() as {
      metadata: { name: string };
      spec: { authorization: { acls: { resource: object; operations: string[] }[] } };
    };
    const { acls } = spec.authorization;
    return { name: metadata.name, rules: acls.map(({ resource, operations }) => ({ ...resource, operations })) };
  });
  expect(found, '`npm run oms -- schemas generate` writes the file').toEqual(kafkaUsers());
  const speaking = services.filter((service) => valuesFor(service).needs?.['messages']);
  const { registrar } = (defaults as unknown as { kafka: { registrar: { name: string } } }).kafka;
  expect(found.map(({ name }) => name).toSorted()).toEqual(
    [...speaking.map((service) => `oms-${service}`), registrar.name].toSorted(),
  );
});

test('a new consumer may read, redrive and write dead letters; a new publisher may write and read back; neither may anything else', () => {
  const [courier, kitchen] = kafkaUsers([
    { service: 'courier', publishes: [], subscribes: ['order-events'] },
    { service: 'kitchen', publishes: ['LOW_STOCK'], subscribes: [] },
    { service: 'bar', publishes: [], subscribes: [] },
  ]);
  expect(courier).toEqual({
    name: 'oms-courier',
    rules: [
      { type: 'topic', name: 'order-events', operations: ['Read', 'Write'] },
      { type: 'topic', name: 'order-events.dlq', operations: ['Read', 'Write'] },
      { type: 'group', name: 'oms-courier', operations: ['Read'] },
    ],
  });
  expect(kitchen).toEqual({
    name: 'oms-kitchen',
    rules: [{ type: 'topic', name: 'inventory-alerts', operations: ['Read', 'Write'] }],
  });
});

test("Strimzi's topics are those of the contracts, safe on three brokers", () => {
  const wanted = topicSettings({ minInsyncReplicas: 2 }).map(({ name, partitions, config }) => ({
    name,
    spec: { partitions, replicas: 3, config },
  }));
  const found = parseAllDocuments(read('k8s/operators/topics.yaml')).map((document) => {
    const { metadata, spec } = document.toJS() as {
      metadata: { name: string };
      spec: { config: Record<string, unknown> };
    };
    const config = Object.fromEntries(Object.entries(spec.config).map(([key, value]) => [key, String(value)]));
    return { name: metadata.name, spec: { ...spec, config } };
  });
  expect(found).toEqual(wanted);
});
