/** Explains one order to staff: what it waits for now, one timeline over all services, retries under way, and what could not be found out. */

import type { OrderId } from '@oms/contracts';
import type { AskServices } from '../clients/explanations.ts';
import { messagesOfChange, type Retry } from '../domain/evidence.ts';
import type { Order } from '../domain/order.ts';
import type { StuckCause, StuckOrder } from '../domain/stuck.ts';
import { missingOf, timelineOf, type TimelineEntry } from '../domain/timeline.ts';
import type { Wait } from '../domain/wait.ts';
import { waitsFor } from '../domain/waits-for.ts';
import type { OrderEvidence } from '../store/order-evidence.ts';

export type Explanation = {
  /** Null for a final order whose messages are all applied. */
  waitsFor: Wait | null;
  alsoWaitsFor: Wait[];
  timeline: TimelineEntry[];
  /** Why it counts as stuck; empty: it does not. */
  stuck: { cause: StuckCause; source: string; since: string }[];
  retries: (Retry & { service: string })[];
  missing: { what: string; reason: string }[];
  /** The trace of the placement. */
  traceId: string | null;
};

export type ExplainOrder = (order: Order) => Promise<Explanation>;

export type ExplainOrderOptions = {
  readEvidence: (orderId: OrderId) => Promise<OrderEvidence>;
  stuckOf: (orderId: OrderId) => Promise<StuckOrder[]>;
  askServices: AskServices;
  /** Preparing is late so long after the kitchen has accepted; 0: never. */
  preparationMinutes: number;
  now: () => Date;
};

export function createExplainOrder(options: ExplainOrderOptions): ExplainOrder {
  const { readEvidence, stuckOf, askServices, preparationMinutes, now } = options;
  return async (order) => {
    const [{ changes, unpublished }, stuck] = await Promise.all([readEvidence(order.id), stuckOf(order.id)]);
    const eventIds = changes.flatMap((change) => messagesOfChange(change).flatMap(({ eventId }) => eventId ?? []));
    const services = await askServices(order.id, eventIds);
    const evidence = { order, changes, unpublished, services, preparationMinutes, now: now() };
    const [first = null, ...others] = waitsFor(evidence);
    return {
      waitsFor: first,
      alsoWaitsFor: others,
      timeline: timelineOf(evidence),
      stuck: stuck.map(({ cause, source, since }) => ({ cause, source, since: since.toISOString() })),
      retries: services.flatMap((each) =>
        each.silent === undefined ? each.retries.map((retry) => ({ ...retry, service: each.service })) : [],
      ),
      missing: missingOf(evidence),
      traceId: changes[0]?.traceId ?? null,
    };
  };
}
