/** Order ids as requests write them: UUIDs in any case, which the database and Kafka have in lower case. */

import type { OrderId } from '@oms/contracts';

export function parseOrderId(text: string): OrderId {
  return text.toLowerCase() as OrderId;
}

export function orderIdFromParams({ id }: { id: string }): OrderId {
  return parseOrderId(id);
}
