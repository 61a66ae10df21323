// How fresh a reply is. It is read before the rows, so the rows may be fresher than the reply says, never staler.
import type { ConsumerState } from '@oms/messaging';

export type Freshness = { asOf: string | null; lagMs: number | null };

/**
 * `lagMs` is 0 if the consumer's last check (one every few seconds) found that this process has read all its partitions to
 * their end; otherwise it is the time since a check first found messages waiting. `asOf` is `now` minus that. Both are null while
 * the lag is unknown: while Kafka does not answer, and in a process that has no partition.
 */
export function freshnessOf({ assigned, lagMs }: Pick<ConsumerState, 'assigned' | 'lagMs'>, now: Date): Freshness {
  if (assigned === 0 || lagMs === null) return { asOf: null, lagMs: null };
  return { asOf: new Date(now.getTime() - lagMs).toISOString(), lagMs };
}
