// A service can start while the schema registry is away: its codec gets the schema ids in the background, and keeps them in its database.

import { setTimeout as wait } from 'node:timers/promises';
import { createCodec, type CachedSchema, type Codec, type EventType, type SchemaCache } from '@oms/contracts';
import type pg from 'pg';
import type { Logger } from 'pino';

export type LazyCodec = Codec & {
  /** Starts loading the schema ids; `onReady` is called once they are loaded. A second call does nothing. */
  start(onReady?: () => Promise<void>): void;
  isReady(): boolean;
  /** @throws what `notReadyError` returns, until the schema ids are loaded; `encode` and `decode` throw it too */
  assertReady(): void;
  stop(): Promise<void>;
};

const retryMs = 1_000;

export function createLazyCodec({
  registryUrl,
  cache,
  publishes,
  notReadyError,
  logger,
}: {
  registryUrl: string;
  cache: SchemaCache;
  publishes: readonly EventType[];
  /** The error for a caller that needs the codec too early. */
  notReadyError: () => Error;
  logger: Logger;
}): LazyCodec {
  const stopping = new AbortController();
  let codec: Codec | undefined;
  let loading: Promise<void> | undefined;
  return {
    encode: (message) => readyCodec().encode(message),
    decode: (bytes) => readyCodec().decode(bytes),
    start(onReady = () => Promise.resolve()) {
      loading ??= load(onReady);
    },
    isReady: () => codec !== undefined,
    assertReady: () => void readyCodec(),
    async stop() {
      stopping.abort();
      await loading;
    },
  };

  function readyCodec(): Codec {
    if (codec) return codec;
    throw notReadyError();
  }

  /** createCodec itself waits for the registry. It throws when our own database is away. */
  async function load(onReady: () => Promise<void>): Promise<void> {
    const { signal } = stopping;
    const onWait = (reason: string) => logger.warn({ reason }, 'waiting for the schema ids of our messages');
    while (!signal.aborted) {
      try {
        codec = await createCodec({ registryUrl, cache, publishes, signal, onWait });
        await onReady();
        return;
      } catch (err) {
        if (signal.aborted) return;
        logger.warn({ err }, 'the schema ids of our messages cannot be loaded or stored; trying again');
        await wait(retryMs, undefined, { signal }).catch(() => {});
      }
    }
  }
}

/** Schema ids and texts in the service's own database, for starting and decoding while the registry is away. */
export function createSchemaCache(pool: pg.Pool): SchemaCache {
  return {
    async load() {
      const { rows } = await pool.query<CachedSchema>(
        'SELECT "schemaId", "subject", "fingerprint", "schema" FROM messaging.contract_ids ORDER BY "schemaId"',
      );
      return rows;
    },
    async save(found) {
      if (found.length === 0) return;
      // The schema of an id never changes; only its subject may become known later.
      await pool.query(
        `INSERT INTO messaging.contract_ids ("schemaId", "subject", "fingerprint", "schema")
         SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::text[])
         ON CONFLICT ("schemaId") DO UPDATE SET "subject" = excluded."subject" WHERE excluded."subject" IS NOT NULL`,
        [
          found.map((row) => row.schemaId),
          found.map((row) => row.subject),
          found.map((row) => row.fingerprint),
          found.map((row) => row.schema),
        ],
      );
    },
  };
}
