/** The codec, fetched in the background: the service answers reads while the registry has not told it its message ids yet. */

import { setTimeout as wait } from 'node:timers/promises';
import { createCodec, type Codec, type EventType, type SchemaCache } from '@oms/contracts';
import { Refusal, type Logger } from '@oms/service-kit';

export type LateCodec = Codec & {
  ready(): boolean;
  /** Throws Refusal STARTING until the ids are there. */
  assertReady(): void;
  stop(): void;
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
  void fetchCodec();
  return {
    encode: (message) => arrived().encode(message),
    decode: (bytes) => arrived().decode(bytes),
    ready: () => codec !== undefined,
    assertReady: () => void arrived(),
    stop: () => stopping.abort(),
  };

  function arrived(): Codec {
    if (codec !== undefined) return codec;
    throw new Refusal(
      'STARTING',
      'The ids of our messages are not known yet, so nothing can be written. Try again shortly.',
    );
  }

  /** `createCodec` waits for the registry by itself, and gives up when the database is away. */
  async function fetchCodec(): Promise<void> {
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
        return;
      } catch (err) {
        if (signal.aborted) return;
        o.logger.warn({ err }, 'the ids of our messages cannot be loaded or kept; trying again');
        await wait(againMs, undefined, { signal }).catch(() => {});
      }
    }
  }
}
