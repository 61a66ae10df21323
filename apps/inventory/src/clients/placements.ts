/** What the order service knows of placements. To ask is to settle: a placement it does not have can't be committed any more. */
import type { OrderId } from '@oms/contracts';
import type { HttpClient } from '@oms/service-kit';
import type { HeldReservation } from '../store/held-reservations.ts';

export type Resolved = { orderId: OrderId; outcome: 'PLACED' | 'ABANDONED' };
export type Asked = Pick<HeldReservation, 'orderId' | 'attempt'>;
export type Placements = {
  /** @throws UnreachableError when order gives no answer; then nothing may be concluded */
  resolve(held: readonly Asked[]): Promise<Resolved[]>;
};

export function createPlacements(order: HttpClient): Placements {
  return {
    async resolve(held) {
      const { results } = await order.post<{ results: Resolved[] }>('/internal/placements/resolve', {
        placements: held.map(({ orderId, attempt }) => ({ orderId, attempt })),
      });
      return results;
    },
  };
}
