// Measures the codec: our decode beside the registry library's and JSON.parse's, and the bytes of each form. Needs no stack.
// Run: npm run bench -- codec [--seconds 2]
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import {
  createCodec,
  memorySchemaCache,
  schemaFiles,
  type CustomerId,
  type EventId,
  type ItemId,
  type OrderId,
  type OutgoingMessage,
} from '@oms/contracts';

type Row = { what: string; perSecond: number };
type Call = [what: string, call: () => unknown];

const rounds = 5;
const newest = schemaFiles().findLast((file) => file.eventType === 'ORDER_PLACED');
if (newest === undefined) throw new Error('No schema of ORDER_PLACED.');
const { text, subject, fingerprint } = newest;
/** What a newer producer would write: one more field, which today's reader does not know. */
const newerText = text.replace('"fields":[', '"fields":[{"name":"channel","type":["null","string"],"default":null},');
const schemas = new Map([
  [1, text],
  [2, newerText],
]);

type OrderPlaced = Extract<OutgoingMessage, { eventType: 'ORDER_PLACED' }>;
const order = exampleOrder(3);

/** Prints a line for each way, the best of its rounds, `seconds` in all for each. */
export async function measureCodec(seconds: number): Promise<void> {
  const rows = await measureAll((seconds * 1_000) / rounds);
  const slowest = Math.min(...rows.map((row) => row.perSecond));
  for (const { what, perSecond } of rows) {
    console.log(
      `${what.padEnd(58)}${Math.round(perSecond).toLocaleString('en').padStart(12)}/s${(perSecond / slowest).toFixed(1).padStart(9)} x`,
    );
  }
}

async function measureAll(roundMs: number): Promise<Row[]> {
  const server = await serveSchemas();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    return await measureWith(url, roundMs);
  } finally {
    server.close();
  }
}

async function measureWith(registryUrl: string, roundMs: number): Promise<Row[]> {
  const cache = memorySchemaCache([{ schemaId: 1, subject, fingerprint, schema: text }]);
  const codec = await createCodec({ registryUrl, cache, publishes: ['ORDER_PLACED'] });
  const library = new SchemaRegistry({ host: registryUrl });
  const bytes = codec.encode(order);
  const newer = await newerBytes(library);
  const json = Buffer.from(JSON.stringify(order));
  const reader = {
    [SchemaType.AVRO]: { readerSchema: JSON.parse(text) as { type: 'record'; name: string; fields: [] } },
  };

  console.log(
    `ORDER_PLACED with ${order.items.length} items: ${bytes.length} bytes as Avro, ${json.length} as JSON (${(json.length / bytes.length).toFixed(2)} x)\n`,
  );
  return bestOf(roundMs, [
    ['library: decode with reader schema, other version', () => library.decode(newer, reader)],
    ['library: decode with reader schema, same version', () => library.decode(bytes, reader)],
    ['library: decode as written (no reader schema)', () => library.decode(bytes)],
    ['ours: decode, other version', () => codec.decode(newer)],
    ['ours: decode, same version', () => codec.decode(bytes)],
    ['JSON.parse of the same bytes (no Dates, no checks)', () => JSON.parse(json.toString('utf8')) as unknown],
    ['library: encode (its decimals made by hand)', () => library.encode(1, wireForm(order))],
    ['ours: encode', () => codec.encode(order)],
    ['JSON.stringify to bytes', () => Buffer.from(JSON.stringify(order))],
  ]);
}

/** Every call in turn, round after round, and the best round of each: other work on the machine hits them alike. */
async function bestOf(roundMs: number, calls: readonly Call[]): Promise<Row[]> {
  const best = new Map<string, number>();
  for (let round = 0; round < rounds; round += 1) {
    for (const [what, call] of calls) best.set(what, Math.max(best.get(what) ?? 0, await perSecondOf(roundMs, call)));
  }
  return [...best].map(([what, perSecond]) => ({ what, perSecond }));
}

/** Ten calls between two looks at the clock, so that the clock is not what is measured. */
async function perSecondOf(roundMs: number, call: () => unknown): Promise<number> {
  const startedAt = performance.now();
  let calls = 0;
  while (performance.now() - startedAt < roundMs) {
    for (let index = 0; index < 10; index += 1) await call();
    calls += 10;
  }
  return (calls / (performance.now() - startedAt)) * 1_000;
}

function newerBytes(library: SchemaRegistry): Promise<Buffer> {
  return library.encode(2, { channel: 'web', ...wireForm(order) });
}

/** The same order as the library takes it, without logical types: money as bytes, times as milliseconds. */
function wireForm(placed: OrderPlaced): Record<string, unknown> {
  const money = (cents: number) => {
    const bytes = Buffer.alloc(5);
    bytes.writeIntBE(cents, 0, 5);
    return bytes;
  };
  return {
    ...placed,
    occurredAt: placed.occurredAt.getTime(),
    promisedDeliveryAt: placed.promisedDeliveryAt?.getTime() ?? null,
    totalAmount: money(placed.totalAmount),
    items: placed.items.map((item) => ({
      ...item,
      unitPrice: money(item.unitPrice),
      lineTotal: money(item.lineTotal),
    })),
  };
}

function exampleOrder(itemCount: number): OrderPlaced {
  const id = (digit: number) => `00000000-0000-4000-8000-${String(digit).padStart(12, '0')}`;
  const items = Array.from({ length: itemCount }, (_, index) => ({
    itemId: id(index) as ItemId,
    itemName: `Dish number ${index}`,
    quantity: 2,
    unitPrice: 1_250,
    lineTotal: 2_500,
  }));
  return {
    eventId: id(90) as EventId,
    eventType: 'ORDER_PLACED',
    occurredAt: new Date('2026-11-23T12:00:00.000Z'),
    aggregateId: id(91) as OrderId,
    aggregateVersion: 1,
    customerId: id(92) as CustomerId,
    totalAmount: itemCount * 2_500,
    items,
    deliveryAddress: {
      line1: 'High Street 1',
      line2: null,
      city: 'Springfield',
      postalCode: '12345',
      country: 'NL',
      instructions: null,
    },
    promisedDeliveryAt: new Date('2026-11-23T12:45:00.000Z'),
  };
}

function serveSchemas(): Promise<Server> {
  const server = createServer((request, response) => {
    const schema = schemas.get(Number(request.url?.split('/').at(-1)));
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ schema }));
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
