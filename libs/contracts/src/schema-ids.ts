// Under which ids the events that a service publishes are registered: from its own memory, else from the registry, however long that takes.
import { setTimeout as wait } from 'node:timers/promises';
import type { EventType } from './generated/messages.ts';
import type { Registry } from './registry.ts';
import type { CachedSchema } from './schema-cache.ts';
import { newestSchemaOf } from './schema-files.ts';

const firstWaitMs = 250;
const longestWaitMs = 5_000;

/** An id for each event, and the rows that were not known before. */
export type PublishedIds = { ids: ReadonlyMap<EventType, number>; found: CachedSchema[] };

/**
 * Asks again, less and less often, until the registry has told every id that `known` lacks; `onWait` hears why it still waits.
 * Rejects only with the reason of `signal`.
 */
export async function publishedIds(o: {
  publishes: readonly EventType[];
  known: readonly CachedSchema[];
  registry: Registry;
  signal?: AbortSignal;
  onWait: (reason: string) => void;
}): Promise<PublishedIds> {
  const ids = new Map<EventType, number>();
  const found: CachedSchema[] = [];
  for (const eventType of new Set(o.publishes)) {
    const { subject, fingerprint, text } = newestSchemaOf(eventType);
    const row = o.known.find((known) => known.subject === subject && known.fingerprint === fingerprint);
    const schemaId = row?.schemaId ?? (await askUntilTold(o, subject, text));
    if (row === undefined) found.push({ schemaId, subject, fingerprint, schema: text });
    ids.set(eventType, schemaId);
  }
  return { ids, found };
}

async function askUntilTold(
  o: { registry: Registry; signal?: AbortSignal; onWait: (reason: string) => void },
  subject: string,
  schema: string,
): Promise<number> {
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    o.signal?.throwIfAborted();
    const answer = await o.registry.idOf(subject, schema).catch((error: Error) => error);
    if (typeof answer === 'number') return answer;
    o.onWait(
      answer?.message ??
        `The schema registry does not have this build's schema of "${subject}". Register it: npm run oms -- schemas register`,
    );
    // spread, so that services that were started together do not ask together
    await wait(waitMs * (0.5 + Math.random() / 2), undefined, { signal: o.signal }).catch(() =>
      o.signal?.throwIfAborted(),
    );
  }
}
