/** The codec of our messages, fetched in the background: reads are answered while the registry has not told us our ids yet. */
import { setTimeout as wait } from 'node:timers/promises';
import { createCodec, type Codec, type EventType, type SchemaCache } from '@oms/contracts';
import type { Logger } from '@oms/service-kit';
import { Refusal } from '@oms/service-kit/refusal';

export type LateCodec = Codec & {
  /** Begins to fetch; `arrived` is called once the ids are there. */
  start(arrived: () => Promise<void>): void;
  /** Whether the ids are there. */
  isReady(): boolean;
  /** Throws Refusal STARTING until the ids are there. */
  assertReady(): void;
  stop(): Promise<void>;
};

const againMs = 1_000;

export function createLateCodec(o: {
  registryUrl: string;
  cache: SchemaCache;
  publishes: readonly EventType[];
  logger: Logger;
}): LateCodec {
  const stopping = new AbortController();
  let codec: Codec | undefined;
  let fetching: Promise<void> | undefined;
  return {
    encode: (message) => known().encode(message),
    decode: (bytes) => known().decode(bytes),
    start(arrived) {
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
    throw new Refusal(
      'STARTING',
      'The ids of our messages are not known yet, so no stock can be changed. Try again shortly.',
    );
  }

  /** createCodec waits for the registry by itself; it gives up when our own database is away. */
  async function fetchCodec(arrived: () => Promise<void>): Promise<void> {
    const { signal } = stopping;
    while (!signal.aborted) {
      try {
        const onWait = (reason: string) => o.logger.warn({ reason }, 'waiting for the ids of our messages');
        codec = await createCodec({
          registryUrl: o.registryUrl,
          cache: o.cache,
          publishes: o.publishes,
          signal,
          onWait,
        });
        await arrived();
        return;
      } catch (err) {
        if (signal.aborted) return;
        o.logger.warn({ err }, 'the ids of our messages cannot be loaded or kept; trying again');
        await wait(againMs, undefined, { signal }).catch(() => {});
      }
    }
  }
}
