/** The schema ids of the events that a service publishes: from its cache, else from the registry, with retries until it answers. */
import { setTimeout as wait } from 'node:timers/promises';
import type { EventType } from './generated/messages.ts';
import type { Registry } from './registry.ts';
import type { CachedSchema } from './schema-cache.ts';
import { newestSchemaOf } from './schema-files.ts';

const firstWaitMs = 250;
const longestWaitMs = 5_000;

/** The id of each event, and the new rows for the cache. */
export type PublishedIds = { ids: ReadonlyMap<EventType, number>; found: CachedSchema[] };

/**
 * Looks up every id that `known` lacks, with growing pauses between retries; `onWait` gets the reason of each retry. Rejects only with
 * the reason of `signal`.
 */
export async function publishedIds({
  publishes,
  known,
  registry,
  signal,
  onWait,
}: {
  publishes: readonly EventType[];
  known: readonly CachedSchema[];
  registry: Registry;
  signal?: AbortSignal;
  onWait: (reason: string) => void;
}): Promise<PublishedIds> {
  const ids = new Map<EventType, number>();
  const found: CachedSchema[] = [];
  for (const eventType of new Set(publishes)) {
    const { subject, fingerprint, text } = newestSchemaOf(eventType);
    const row = known.find((each) => each.subject === subject && each.fingerprint === fingerprint);
    const schemaId = row?.schemaId ?? (await lookUp({ registry, signal, onWait, subject, schema: text }));
    if (row === undefined) found.push({ schemaId, subject, fingerprint, schema: text });
    ids.set(eventType, schemaId);
  }
  return { ids, found };
}

async function lookUp({
  registry,
  signal,
  onWait,
  subject,
  schema,
}: {
  registry: Registry;
  signal: AbortSignal | undefined;
  onWait: (reason: string) => void;
  subject: string;
  schema: string;
}): Promise<number> {
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    signal?.throwIfAborted();
    const answer = await registry.idOf(subject, schema).catch((error: Error) => error);
    if (typeof answer === 'number') return answer;
    onWait(
      answer?.message ??
        `The schema registry does not have this build's schema of "${subject}". Register it: npm run oms -- schemas register`,
    );
    // random, so that services that start together do not call the registry together
    await wait(waitMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
}
