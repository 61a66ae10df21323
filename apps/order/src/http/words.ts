/** What requests say of orders outside their bodies: ids in paths. */

import type { OrderId } from '@oms/contracts';

export function orderIdIn({ id }: { id: string }): OrderId {
  return id.toLowerCase() as OrderId;
}
