/** What is known of one order over all services, as its explanation needs it. Times are texts, because most of them come from other services. */

import type { Milestone, Milestones } from './milestones.ts';
import type { Order, OrderStatus } from './order.ts';

export type Evidence = {
  readonly order: ExplainedOrder;
  /** The changes of the order, the oldest first. */
  readonly changes: readonly ExplainedChange[];
  /** Messages of the order that Kafka does not have yet. */
  readonly unpublished: readonly UnpublishedMessage[];
  readonly services: readonly ServiceEvidence[];
  readonly now: Date;
  /** Preparing is late so long after the kitchen has accepted; 0: never. */
  readonly preparationMinutes: number;
};

export type ExplainedOrder = Milestones &
  Pick<Order, 'status' | 'version' | 'createdAt' | 'updatedAt' | 'promisedDeliveryAt'>;

export type ExplainedChange = {
  readonly version: number;
  readonly from: OrderStatus | null;
  readonly to: OrderStatus;
  readonly at: Date;
  readonly by: { readonly id: string; readonly role: string };
  readonly reason: string | null;
  readonly note: string | null;
  /** The change is this and no step. */
  readonly milestone: Milestone | null;
  /** The change's message on order-events. */
  readonly eventId: string;
  /** Its message on analytics-events; null if it was written by an earlier release or by recover. */
  readonly analyticsEventId: string | null;
  readonly traceId: string | null;
};

export type UnpublishedMessage = {
  readonly topic: string;
  readonly eventType: string;
  readonly version: number;
  readonly since: string;
};

export type ServiceEvidence = AnsweredService | { readonly service: ServiceName; readonly silent: string };

export type AnsweredService = {
  readonly service: ServiceName;
  readonly silent?: never;
  readonly messages: MessageEvidence;
  readonly entries: readonly { at: string; kind: string; text: string }[];
  readonly retries: readonly Retry[];
  readonly missing: readonly Missing[];
  /** Of inventory only; null when it holds none. */
  readonly reservation?: { state: string; attempt: number; since: string } | null;
};

export type MessageEvidence = {
  readonly consumer: { group: string };
  readonly partitions: readonly {
    topic: string;
    partition: number;
    committed: string;
    lag: number;
    stopped: { offset: string; error: string; since: string } | null;
  }[];
  readonly applied: readonly {
    eventId: string;
    topic: string;
    partition: number | null;
    offset: string | null;
    at: string;
  }[];
  readonly versions: readonly { topic: string; version: number }[];
  readonly waiting: readonly { topic: string; partition: number; offset: string; version: number; since: string }[];
  readonly deadLetters: readonly {
    topic: string;
    partition: number;
    offset: string;
    eventType: string | null;
    version: number | null;
    reason: string;
    error: string;
    at: string;
    applied: boolean;
  }[];
  readonly missing: readonly Missing[];
};

export type Retry = { what: string; attempts: number; nextAt: string | null; error: string | null };
export type Missing = { what: string; reason: string };

/** The services that read the messages of orders, the topics that each reads, and its consumer group. */
export const readers = {
  inventory: { topics: ['order-events'], group: 'oms-inventory' },
  notification: { topics: ['order-events'], group: 'oms-notification' },
  analytics: { topics: ['order-events', 'analytics-events'], group: 'oms-analytics' },
} as const;
export type ServiceName = keyof typeof readers;
export const serviceNames = Object.keys(readers) as ServiceName[];

/** The two messages of each change; an id that is null is not known. */
export function messagesOfChange({ version, milestone, eventId, analyticsEventId }: ExplainedChange) {
  const placed = version === 1;
  return [
    {
      topic: 'order-events',
      eventType: placed ? 'ORDER_PLACED' : milestone ? `ORDER_${milestone}` : 'ORDER_STATUS_CHANGED',
      eventId,
    },
    {
      topic: 'analytics-events',
      eventType: placed ? 'NEW_ORDER' : milestone ? 'ORDER_MILESTONE' : 'ORDER_STATUS_CHANGE',
      eventId: analyticsEventId,
    },
  ] as const;
}
