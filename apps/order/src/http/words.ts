/** What requests say of orders outside their bodies: ids in paths, the trace. */

import type { OrderId } from '@oms/contracts';

type Headed = { headers: { readonly [name: string]: string | string[] | undefined } };

export function orderIdIn({ id }: { id: string }): OrderId {
  return id.toLowerCase() as OrderId;
}

/** The W3C trace context, if it is one. */
export function traceparentOf({ headers }: Headed): string | undefined {
  const traceparent = headers['traceparent'];
  if (typeof traceparent !== 'string') return undefined;
  return /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(traceparent) ? traceparent : undefined;
}
