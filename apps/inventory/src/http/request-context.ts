/** What a request says of a wish: who asks, when, under which number of their own, and in which trace. */
import { createHash, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { ItemId, OrderId } from '@oms/contracts';
import { traceparentOf, type Caller } from '@oms/service-kit';
import type { Receipt } from '../domain/stock.ts';

type Asking = { caller: Caller; headers: IncomingHttpHeaders };

export function toldBy({ caller, headers }: Asking, at: Date) {
  return { by: caller.id, at, traceparent: traceparentOf(headers) };
}

/**
 * The receipt for a wish, by its Idempotency-Key. A wish without one gets a number of our own, so that it can be repeated safely when the
 * answer to its commit is lost.
 * @param wish what tells this wish from another one of the same caller
 */
export function receiptOf({ caller }: Asking, key: string | undefined, wish: readonly unknown[]): Receipt {
  const requestHash = createHash('sha256').update(JSON.stringify(wish)).digest('hex');
  return { callerId: caller.id, key: key ?? randomUUID(), requestHash };
}

/** A UUID may come in capitals; we go by the spelling that PostgreSQL answers with. */
export function itemIdOf(text: string): ItemId {
  return canonical(text) as ItemId;
}

export function orderIdOf(text: string): OrderId {
  return canonical(text) as OrderId;
}

function canonical(uuid: string): string {
  return uuid.toLowerCase();
}
