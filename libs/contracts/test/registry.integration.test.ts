import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { testStack, until } from '@oms/test-kit';
import { createCodec, createRegistry, memorySchemaCache, schemaFiles, subjectOf } from '../src/index.ts';
import { registerContracts } from '../src/register.ts';
import { eventTypes, oneMessage } from './messages.ts';
import { startRegistryProxy, type RegistryProxy } from './registry-proxy.ts';

const { registryUrl } = testStack();
const topicsAreThere = { ensureTopics: () => Promise.resolve([]) };
const placed = oneMessage('ORDER_PLACED');
let proxy: RegistryProxy;

beforeAll(async () => {
  await registerContracts({ registryUrl, kafka: topicsAreThere });
});
beforeEach(async () => {
  proxy = await startRegistryProxy(registryUrl);
});
afterEach(() => proxy.stop());

test('registering twice changes nothing', async () => {
  const first = await registerContracts({ registryUrl, kafka: topicsAreThere });
  const second = await registerContracts({ registryUrl, kafka: topicsAreThere });
  expect(second).toEqual(first);
  expect(new Set(first.schemas.map((schema) => schema.schemaId)).size).toBe(schemaFiles().length);
});

test('every subject is FULL_TRANSITIVE before it has a schema', async () => {
  const subject = `test-events-oms.test.First${Date.now()}`;
  const name = subject.split('.').at(-1) ?? '';
  const [file] = schemaFiles();
  if (file === undefined) throw new Error('There are no schemas.');
  const schema = { ...file, subject, text: `{"type":"record","name":"${name}","namespace":"oms.test","fields":[]}` };
  await registerContracts({ registryUrl: proxy.url, kafka: topicsAreThere, schemas: [schema] });
  const changes = proxy.calls.filter((call) => !call.startsWith('GET'));
  expect(changes).toEqual([`PUT /config/${subject}`, `POST /subjects/${subject}/versions`]);
});

test('two that register at once both find everything registered once', async () => {
  const [file] = schemaFiles();
  const subject = `test-events-oms.test.Twice${Date.now()}`;
  const text = `{"type":"record","name":"${subject.split('.').at(-1)}","namespace":"oms.test","fields":[]}`;
  const options = { registryUrl, kafka: topicsAreThere, schemas: [{ ...file!, subject, text }] };
  const reports = await Promise.all([
    registerContracts(options),
    registerContracts(options),
    registerContracts(options),
  ]);
  expect(new Set(reports.map(({ schemas }) => schemas[0]?.schemaId)).size).toBe(1);
});

test('a dry run names what is there and what is new, and changes nothing', async () => {
  const [file] = schemaFiles();
  const fresh = { ...file!, subject: `test-events-oms.test.Dry${Date.now()}`, version: 1 };
  const report = await registerContracts({
    registryUrl: proxy.url,
    kafka: topicsAreThere,
    schemas: [file!, fresh],
    dryRun: true,
  });
  expect(report.schemas.map(({ schemaId }) => schemaId)).toEqual([expect.any(Number), null]);
  expect(await createRegistry(registryUrl).idOf(fresh.subject, fresh.text)).toBeNull();
  expect(proxy.calls.filter((call) => call.startsWith('PUT') || /^POST \/subjects\/.*\/versions/.test(call))).toEqual(
    [],
  );
});

test.each([false, true])('the registry refuses an incompatible version, dry run: %s', async (dryRun) => {
  const file = schemaFiles().find((known) => known.eventType === 'LOW_STOCK');
  if (file === undefined) throw new Error('There is no schema of LOW_STOCK.');
  const incompatible = {
    ...file,
    version: 2,
    text: file.text.replace('"name":"quantity","type":"int"', '"name":"quantity","type":"string"'),
  };
  await expect(
    registerContracts({ registryUrl, kafka: topicsAreThere, schemas: [incompatible], dryRun }),
  ).rejects.toThrow(/Cannot register inventory-alerts\/low-stock.v2 .*FULL_TRANSITIVE/);
});

test('what one service wrote another reads, asking for its schema once, however many ask at once', async () => {
  const writer = await createCodec({ registryUrl, cache: memorySchemaCache(), publishes: eventTypes });
  const cache = memorySchemaCache();
  const reader = await createCodec({ registryUrl: proxy.url, cache, publishes: [] });
  const bytes = writer.encode(placed);
  const decoded = await Promise.all([reader.decode(bytes), reader.decode(bytes), reader.decode(bytes)]);
  expect(decoded).toEqual([placed, placed, placed]);
  expect(proxy.calls).toEqual([`GET /schemas/ids/${bytes.readInt32BE(1)}`]);

  await proxy.stop();
  const restarted = await createCodec({ registryUrl: proxy.url, cache, publishes: [] });
  expect(await restarted.decode(bytes)).toStrictEqual(placed);
});

test('a service that once knew its ids starts and writes while the registry is away', async () => {
  const cache = memorySchemaCache();
  await createCodec({ registryUrl: proxy.url, cache, publishes: ['ORDER_PLACED'] });
  expect(proxy.calls).toEqual([`POST /subjects/${subjectOf('ORDER_PLACED')}`]);
  await proxy.stop();
  const restarted = await createCodec({ registryUrl: proxy.url, cache, publishes: ['ORDER_PLACED'] });
  expect(await restarted.decode(restarted.encode(placed))).toStrictEqual(placed);
});

test('a service that knows no ids waits for the registry, says so, and can be stopped', async () => {
  await proxy.stop();
  const reasons: string[] = [];
  const stop = new AbortController();
  const waiting = createCodec({
    registryUrl: proxy.url,
    cache: memorySchemaCache(),
    publishes: ['ORDER_PLACED'],
    signal: stop.signal,
    onWait: (reason) => reasons.push(reason),
  });
  const outcome = expect(waiting).rejects.toThrow('stopped by the test');
  await until('it has tried again', () => reasons.length >= 2);
  expect(reasons[0]).toMatch(/does not answer/);
  stop.abort(new Error('stopped by the test'));
  await outcome;
});

test('an id that the registry does not know is refused for good, and not calls for again at once', async () => {
  const reader = await createCodec({ registryUrl: proxy.url, cache: memorySchemaCache(), publishes: [] });
  const bytes = Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 1]);
  await expect(reader.decode(bytes)).rejects.toMatchObject({ code: 'UNKNOWN_SCHEMA' });
  await expect(reader.decode(bytes)).rejects.toMatchObject({ code: 'UNKNOWN_SCHEMA' });
  expect(proxy.calls).toHaveLength(1);
});

test('a schema that is not registered has no id', async () => {
  const registry = createRegistry(registryUrl);
  expect(
    await registry.idOf(
      'order-events-oms.order_events.Nothing',
      '{"type":"record","name":"Nothing","namespace":"oms.order_events","fields":[]}',
    ),
  ).toBeNull();
  expect(await registry.schemaOf(2_147_483_647)).toBeNull();
});
