/** Ids as requests write them: UUIDs in any case, which the database and Kafka have in lower case. */

import type { ItemId, OrderId } from '@oms/contracts';

export function parseOrderId(text: string): OrderId {
  return text.toLowerCase() as OrderId;
}

export function parseItemId(text: string): ItemId {
  return text.toLowerCase() as ItemId;
}

export function orderIdFromParams({ id }: { id: string }): OrderId {
  return parseOrderId(id);
}
