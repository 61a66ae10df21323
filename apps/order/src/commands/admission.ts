/**
 * Limits the placements in progress: one too many is refused before anything is begun for it, above all before its
 * stock is reserved. The queues behind it have capacity for every admitted placement, so none is refused half-way.
 */

import { countRefused, QueueFullError } from '@oms/group-commit';
import type { MetricsRegistry } from '@oms/service-kit';

export type Admission = {
  /**
   * Admits one more placement and returns the function that ends it.
   * @throws QueueFullError when the limit is reached, for all or for this caller, who may have half of it
   */
  enter(caller: string): () => void;
};

export function createAdmission({ max, metrics }: { max: number; metrics: MetricsRegistry }): Admission {
  const countRefusal = countRefused('placements', metrics);
  const inProgress = new Map<string, number>();
  let total = 0;
  return {
    enter(caller) {
      const own = inProgress.get(caller) ?? 0;
      if (total >= max || own >= Math.ceil(max / 2)) {
        countRefusal();
        throw new QueueFullError('placements', max);
      }
      inProgress.set(caller, own + 1);
      total += 1;
      return () => {
        const left = (inProgress.get(caller) ?? 0) - 1;
        if (left > 0) inProgress.set(caller, left);
        else inProgress.delete(caller);
        total -= 1;
      };
    },
  };
}
