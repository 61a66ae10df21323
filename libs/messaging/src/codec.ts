// The codec of a service's messages, fetched in the background: it reads and answers while the registry has not told it their ids yet.

import { setTimeout as wait } from 'node:timers/promises';
import { createCodec, type Codec, type EventType, type SchemaCache } from '@oms/contracts';
import type { Logger } from 'pino';

export type LazyCodec = Codec & {
  /** Begins to fetch; `arrived` is called once the ids are there. A second call changes nothing. */
  start(arrived?: () => Promise<void>): void;
  /** Whether the ids are there. */
  isReady(): boolean;
  /** @throws what `notReadyError` makes, until the ids are there; `encode` and `decode` do as well */
  assertReady(): void;
  stop(): Promise<void>;
};

const againMs = 1_000;

export function createLazyCodec(o: {
  registryUrl: string;
  cache: SchemaCache;
  publishes: readonly EventType[];
  /** What a caller hears who wants something said before that. */
  notReadyError: () => Error;
  logger: Logger;
}): LazyCodec {
  const stopping = new AbortController();
  let codec: Codec | undefined;
  let fetching: Promise<void> | undefined;
  return {
    encode: (message) => known().encode(message),
    decode: (bytes) => known().decode(bytes),
    start(arrived = () => Promise.resolve()) {
      fetching ??= fetchCodec(arrived);
    },
    isReady: () => codec !== undefined,
    assertReady: () => void known(),
    async stop() {
      stopping.abort();
      await fetching;
    },
  };

  function known(): Codec {
    if (codec) return codec;
    throw o.notReadyError();
  }

  /** createCodec waits for the registry by itself; it gives up when our own database is away. */
  async function fetchCodec(arrived: () => Promise<void>): Promise<void> {
    const { registryUrl, cache, publishes, logger } = o;
    const { signal } = stopping;
    while (!signal.aborted) {
      try {
        const onWait = (reason: string) => logger.warn({ reason }, 'waiting for the ids of our messages');
        codec = await createCodec({ registryUrl, cache, publishes, signal, onWait });
        await arrived();
        return;
      } catch (err) {
        if (signal.aborted) return;
        logger.warn({ err }, 'the ids of our messages cannot be loaded or kept; trying again');
        await wait(againMs, undefined, { signal }).catch(() => {});
      }
    }
  }
}
