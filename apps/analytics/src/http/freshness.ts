// How fresh a reply is. It is looked up before the rows are read: rows may be fresher than told, never staler.
import type { ConsumerState } from '@oms/messaging';

export type Freshness = { asOf: string | null; lagMs: number | null };

/**
 * `lagMs` is 0 when the consumer's last look (one every few seconds) found every partition that this process reads read to
 * its end; otherwise it is the time since a look first found messages waiting. `asOf` is now minus that. Both are null while
 * nobody knows: while Kafka does not answer, and in a process that has no partition.
 */
export function freshnessOf({ assigned, lagMs }: Pick<ConsumerState, 'assigned' | 'lagMs'>, now: Date): Freshness {
  if (assigned === 0 || lagMs === null) return { asOf: null, lagMs: null };
  return { asOf: new Date(now.getTime() - lagMs).toISOString(), lagMs };
}
