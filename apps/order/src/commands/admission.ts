/**
 * How many placements may be under way: what does not fit is refused before anything is begun for it, above all before its
 * stock is taken. The queues further in have room for all that is let in, so none of it is refused half-way.
 */

import type { CustomerId } from '@oms/contracts';
import { countRefused, QueueFullError } from '@oms/group-commit';
import type { MetricsRegistry } from '@oms/service-kit';

export type Admission = {
  /**
   * Lets one more in and answers how it leaves.
   * @throws QueueFullError when it is full, for everybody or for this customer, who may have half of it
   */
  enter(customerId: CustomerId): () => void;
};

export function createAdmission({ max, metrics }: { max: number; metrics: MetricsRegistry }): Admission {
  const refused = countRefused('placements', metrics);
  const underWay = new Map<CustomerId, number>();
  let all = 0;
  return {
    enter(customerId) {
      const own = underWay.get(customerId) ?? 0;
      if (all >= max || own >= Math.ceil(max / 2)) {
        refused();
        throw new QueueFullError('placements', max);
      }
      underWay.set(customerId, own + 1);
      all += 1;
      return () => {
        const left = (underWay.get(customerId) ?? 0) - 1;
        if (left > 0) underWay.set(customerId, left);
        else underWay.delete(customerId);
        all -= 1;
      };
    },
  };
}
