/** What every command takes from its request: the caller, the time, the trace, the idempotency key, and ids in canonical form. */
import { createHash, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { ItemId, OrderId } from '@oms/contracts';
import { traceparentOf, type Caller } from '@oms/service-kit';
import type { Idempotency } from '../domain/stock.ts';

type Request = { caller: Caller; headers: IncomingHttpHeaders };

export function requestContext({ caller, headers }: Request, at: Date) {
  return { by: caller.id, at, traceparent: traceparentOf(headers) };
}

/**
 * A request without an Idempotency-Key gets a random one, so that the service can repeat its own commit when the answer to it is lost.
 * @param content what distinguishes this request from another one of the same caller
 */
export function idempotencyOf({ caller }: Request, key: string | undefined, content: readonly unknown[]): Idempotency {
  const requestHash = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  return { callerId: caller.id, key: key ?? randomUUID(), requestHash };
}

/** A UUID may be written in capitals; PostgreSQL returns it in lower case. */
export function parseItemId(text: string): ItemId {
  return text.toLowerCase() as ItemId;
}

export function parseOrderId(text: string): OrderId {
  return text.toLowerCase() as OrderId;
}
