/** What requests say of orders outside their bodies: ids in paths, versions as strong entity tags, the trace. */

import type { OrderId } from '@oms/contracts';
import type { Seen } from '../domain/order.ts';

type Headed = { headers: { readonly [name: string]: string | string[] | undefined } };

export function etagOf(version: number): string {
  return `"${version}"`;
}

/** The versions that If-Match names; undefined when any will do. Weak or foreign tags match nothing (RFC 9110 13.1.1). */
export function versionsIn(ifMatch: string | undefined): Seen | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  return tagsIn(ifMatch).flatMap(({ weak, tag }) => (!weak && /^[1-9]\d{0,9}$/.test(tag) ? Number(tag) : []));
}

/** Whether If-None-Match names `version`; weak tags do here (RFC 9110 13.1.2). */
export function isKnown(ifNoneMatch: string | undefined, version: number): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.trim() === '*' || tagsIn(ifNoneMatch).some(({ tag }) => tag === String(version));
}

export function orderIdIn({ id }: { id: string }): OrderId {
  return id.toLowerCase() as OrderId;
}

/** The W3C trace context, if it is one. */
export function traceparentOf({ headers }: Headed): string | undefined {
  const traceparent = headers['traceparent'];
  if (typeof traceparent !== 'string') return undefined;
  return /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(traceparent) ? traceparent : undefined;
}

function tagsIn(header: string): { weak: boolean; tag: string }[] {
  return [...header.matchAll(/(W\/)?"([^"]*)"/g)].map(([, weak, tag = '']) => ({ weak: weak !== undefined, tag }));
}
