/** The topics: retention, owner, readers and events of each. */
import type { EventType } from './generated/messages.ts';

export type Topic = 'order-events' | 'inventory-alerts' | 'analytics-events';

/**
 * The settings of a topic, its writers and its readers. `owner` is the service that writes to it; of analytics-events, to which order and
 * inventory write, the service that reads it. `readBy` are the services that subscribe: each has an example of every version in `fixtures/`.
 */
export type TopicPlan = {
  readonly partitions: number;
  readonly retentionMs: number;
  readonly cleanupPolicy: 'delete';
  /** For the development stack of one broker; `registerContracts` has an option for more. */
  readonly minInsyncReplicas: number;
  readonly owner: string;
  readonly readBy: readonly string[];
  /**
   * The aggregate versions on this topic. `gapless`: 1, 2, 3, one message each. `rising`: some versions have no message here, and two
   * messages may have the same version.
   */
  readonly versions: 'gapless' | 'rising';
  readonly eventTypes: readonly EventType[];
};

const dayMs = 24 * 60 * 60 * 1000;
const settings = { partitions: 6, cleanupPolicy: 'delete', minInsyncReplicas: 1 } as const;

export const topics: Readonly<Record<Topic, TopicPlan>> = {
  'order-events': {
    ...settings,
    retentionMs: 30 * dayMs,
    owner: 'order',
    readBy: ['inventory', 'analytics', 'notification'],
    versions: 'gapless',
    eventTypes: ['ORDER_PLACED', 'ORDER_STATUS_CHANGED', 'ORDER_READY', 'ORDER_DUE', 'ORDER_LATE'],
  },
  'inventory-alerts': {
    ...settings,
    retentionMs: 14 * dayMs,
    owner: 'inventory',
    readBy: ['notification'],
    // Each change of an item is a version; few changes cause an alert, and one can cause two.
    versions: 'rising',
    eventTypes: ['LOW_STOCK', 'OUT_OF_STOCK'],
  },
  'analytics-events': {
    ...settings,
    retentionMs: 30 * dayMs,
    owner: 'analytics',
    readBy: ['analytics'],
    versions: 'gapless',
    eventTypes: ['NEW_ORDER', 'ORDER_STATUS_CHANGE', 'INVENTORY_UPDATE', 'ORDER_MILESTONE'],
  },
};

/** Topics for messages that could not be applied. One partition: people read them in order of arrival. */
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
