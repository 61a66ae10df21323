/**
 * Limits the placements in progress: one too many is refused before anything is begun for it, above all before its
 * stock is reserved. The queues behind it have capacity for every admitted placement, so none is refused half-way.
 */

import type { CustomerId } from '@oms/contracts';
import { countRefused, QueueFullError } from '@oms/group-commit';
import type { MetricsRegistry } from '@oms/service-kit';

export type Admission = {
  /**
   * Admits one more placement and returns the function that ends it.
   * @throws QueueFullError when the limit is reached, for all or for this customer, who may have half of it
   */
  enter(customerId: CustomerId): () => void;
};

export function createAdmission({ max, metrics }: { max: number; metrics: MetricsRegistry }): Admission {
  const countRefusal = countRefused('placements', metrics);
  const inProgress = new Map<CustomerId, number>();
  let total = 0;
  return {
    enter(customerId) {
      const own = inProgress.get(customerId) ?? 0;
      if (total >= max || own >= Math.ceil(max / 2)) {
        countRefusal();
        throw new QueueFullError('placements', max);
      }
      inProgress.set(customerId, own + 1);
      total += 1;
      return () => {
        const left = (inProgress.get(customerId) ?? 0) - 1;
        if (left > 0) inProgress.set(customerId, left);
        else inProgress.delete(customerId);
        total -= 1;
      };
    },
  };
}
