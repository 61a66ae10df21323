// Messages to bytes and back, in Confluent's wire format, by the schemas of this build and of whoever wrote the bytes.
import type { EventType, Message, OutgoingMessage } from './generated/messages.ts';
import { createMessageReader } from './message-reader.ts';
import { createMessageWriter } from './message-writer.ts';
import { createRegistry } from './registry.ts';
import type { SchemaCache } from './schema-cache.ts';
import { publishedIds } from './schema-ids.ts';

export type Codec = {
  /** Throws ContractError: UNKNOWN_EVENT when it is not one of `publishes`, UNREADABLE when a field is wrong, TOO_LARGE above 1 MiB. */
  encode(message: OutgoingMessage): Buffer;
  /**
   * Rejects with ContractError when the bytes are bad for good, and with RegistryUnavailableError when their schema is not
   * known yet and the registry can't be asked: try that again.
   */
  decode(bytes: Buffer): Promise<Message>;
};

/**
 * Ids of `publishes` come from `cache`, else from the registry, which is asked until it answers: a service whose cache is
 * filled starts while the registry is away. `onWait` hears what is being waited for. Rejects when `cache` can't be loaded or
 * saved, or `signal` aborts.
 */
export async function createCodec(o: {
  registryUrl: string;
  cache: SchemaCache;
  publishes: readonly EventType[];
  signal?: AbortSignal;
  onWait?: (reason: string) => void;
}): Promise<Codec> {
  const registry = createRegistry(o.registryUrl);
  const onWait = o.onWait ?? (() => {});
  const known = await o.cache.load();
  const { ids, found } = await publishedIds({
    publishes: o.publishes,
    known,
    registry,
    onWait,
    ...(o.signal ? { signal: o.signal } : {}),
  });
  if (found.length > 0) await o.cache.save(found);
  const schemas = new Map([...known, ...found].map((row) => [row.schemaId, row.schema]));
  return {
    encode: createMessageWriter(ids),
    decode: createMessageReader({ schemas, registry, cache: o.cache, onWait }),
  };
}
