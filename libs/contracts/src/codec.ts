/** Encodes and decodes messages in Confluent's wire format, with the schemas of this build and of the writer. */
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
   * Rejects with ContractError when the bytes can never be decoded, and with RegistryUnavailableError when their schema is unknown and
   * the registry does not answer: retry that.
   */
  decode(bytes: Buffer): Promise<Message>;
};

/**
 * The ids of `publishes` come from `cache`, else from the registry, with retries until it answers: a service with a filled cache starts
 * without a registry. `onWait` gets the reason of each retry. Rejects when `cache` cannot be loaded or saved, or `signal` aborts.
 */
export async function createCodec({
  registryUrl,
  cache,
  publishes,
  signal,
  onWait = () => {},
}: {
  registryUrl: string;
  cache: SchemaCache;
  publishes: readonly EventType[];
  signal?: AbortSignal;
  onWait?: (reason: string) => void;
}): Promise<Codec> {
  const registry = createRegistry(registryUrl);
  const known = await cache.load();
  const { ids, found } = await publishedIds({
    publishes,
    known,
    registry,
    onWait,
    ...(signal && { signal }),
  });
  if (found.length > 0) await cache.save(found);
  const schemas = new Map([...known, ...found].map((row) => [row.schemaId, row.schema]));
  return {
    encode: createMessageWriter(ids),
    decode: createMessageReader({ schemas, registry, cache, onWait }),
  };
}
