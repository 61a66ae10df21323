// How fresh a reply is. It is looked up before the rows are read: rows may be fresher than told, never staler.
import type { ConsumerState } from '@oms/messaging';

export type Freshness = { asOf: string | null; lagMs: number | null };

/**
 * `lagMs` is 0 when every partition this process reads is read to its end, otherwise how long the oldest message that is
 * not applied yet has been waiting, as far as is known; `asOf` is now minus that. Both are null while nobody knows: before
 * Kafka has answered for the first time, and in a process that has no partition.
 */
export function freshnessOf({ assigned, lagMs }: Pick<ConsumerState, 'assigned' | 'lagMs'>, now: Date): Freshness {
  if (assigned === 0 || lagMs === null) return { asOf: null, lagMs: null };
  return { asOf: new Date(now.getTime() - lagMs).toISOString(), lagMs };
}
