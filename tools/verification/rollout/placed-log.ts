// Every ORDER_PLACED on Kafka, with the version that wrote it and its place in the log.

import {
  createCodec,
  createRegistry,
  memorySchemaCache,
  schemaFiles,
  type Codec,
  type OrderPlaced,
  type SchemaFile,
} from '@oms/contracts';
import type { Kafka } from '@oms/messaging';
import type { Version } from './version.ts';

export type PlacedMessage = { partition: number; offset: bigint; writer: Version; message: OrderPlaced };
export type PlacedLog = {
  /** Each order once, by its id: repeats are left out. */
  read(): Promise<Map<string, PlacedMessage>>;
};

const topic = 'order-events';
/** The version of ORDER_PLACED that is rolled out. */
const addedIn = 2;

export async function createPlacedLog(kafka: Kafka, registryUrl: string): Promise<PlacedLog> {
  const codec = await createCodec({ registryUrl, cache: memorySchemaCache(), publishes: [] });
  const writers = await writersById(registryUrl);
  return {
    async read() {
      const placed = new Map<string, PlacedMessage>();
      for (const { partition, first, end } of await kafka.admin.offsetRanges([topic])) {
        await kafka.read({
          topic,
          partition,
          from: first,
          to: end,
          async onMessages(messages) {
            for (const { headers, value, offset } of messages) {
              if (String(headers['ce_type']) !== 'ORDER_PLACED' || value === null) continue;
              const message = await decode(codec, value);
              const writer = writers.get(value.readInt32BE(1));
              if (!writer) throw new Error(`${topic}/${partition}/${offset} was written with an unknown schema.`);
              if (!placed.has(message.aggregateId))
                placed.set(message.aggregateId, { partition, offset, writer, message });
            }
            return true;
          },
        });
      }
      return placed;
    },
  };
}

async function decode(codec: Codec, value: Buffer): Promise<OrderPlaced> {
  const message = await codec.decode(value);
  if (message.eventType === 'ORDER_PLACED') return message;
  throw new Error(`A message whose headers say ORDER_PLACED is ${message.eventType}.`);
}

async function writersById(registryUrl: string): Promise<Map<number, Version>> {
  const registry = createRegistry(registryUrl);
  const files = schemaFiles().filter(({ eventType }) => eventType === 'ORDER_PLACED');
  const rows = files.map(async ({ subject, text, version }: SchemaFile) => {
    const id = await registry.idOf(subject, text);
    if (id === null) throw new Error(`ORDER_PLACED v${version} is not registered.`);
    return [id, version < addedIn ? 'v1' : 'v2'] as const satisfies [number, Version];
  });
  return new Map(await Promise.all(rows));
}
