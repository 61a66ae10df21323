// The topics there are: how each is kept, who answers for it, what is said on it.
import type { EventType } from './generated/messages.ts';

export type Topic = 'order-events' | 'inventory-alerts' | 'analytics-events';

/**
 * How a topic is kept, and by whom it is written and read. `owner` answers for its plan: the service that writes to it, and for
 * analytics-events, which order and inventory both write to, the service that it is for. `readBy` are the services that subscribe
 * to it: each has an example of every version in `fixtures/`.
 */
export type TopicPlan = {
  readonly partitions: number;
  readonly retentionMs: number;
  readonly cleanupPolicy: 'delete';
  /** What the development stack can keep; more is asked for by `registerContracts`' options. */
  readonly minInsyncReplicas: number;
  readonly owner: string;
  readonly readBy: readonly string[];
  /**
   * What the versions of one aggregate do on this topic. `gapless`: 1, 2, 3, each on one message. `rising`: some are told of
   * elsewhere only, and two messages may share one.
   */
  readonly versions: 'gapless' | 'rising';
  readonly eventTypes: readonly EventType[];
};

const dayMs = 24 * 60 * 60 * 1000;
const kept = { partitions: 6, cleanupPolicy: 'delete', minInsyncReplicas: 1 } as const;

export const topics: Readonly<Record<Topic, TopicPlan>> = {
  'order-events': {
    ...kept,
    retentionMs: 30 * dayMs,
    owner: 'order',
    readBy: ['inventory', 'analytics', 'notification'],
    versions: 'gapless',
    eventTypes: ['ORDER_PLACED', 'ORDER_STATUS_CHANGED'],
  },
  'inventory-alerts': {
    ...kept,
    retentionMs: 14 * dayMs,
    owner: 'inventory',
    readBy: ['notification'],
    // Each change of an item is a version; few of them set off an alert, and one may set off two.
    versions: 'rising',
    eventTypes: ['LOW_STOCK', 'OUT_OF_STOCK'],
  },
  'analytics-events': {
    ...kept,
    retentionMs: 30 * dayMs,
    owner: 'analytics',
    readBy: ['analytics'],
    versions: 'gapless',
    eventTypes: ['NEW_ORDER', 'ORDER_STATUS_CHANGE', 'INVENTORY_UPDATE'],
  },
};

/** Where messages go that could not be applied. One partition: they are read by people, in order of arrival. */
export const deadLetterPlan = {
  partitions: 1,
  retentionMs: 30 * dayMs,
  cleanupPolicy: 'delete',
  minInsyncReplicas: 1,
} as const;

export function deadLetterTopicOf<T extends Topic>(topic: T): `${T}.dlq` {
  return `${topic}.dlq`;
}

export const topicOf = Object.fromEntries(
  Object.entries(topics).flatMap(([topic, plan]) => plan.eventTypes.map((eventType) => [eventType, topic])),
) as Readonly<Record<EventType, Topic>>;
