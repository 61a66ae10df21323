/** The row of a change, for writes and reads: the one place that knows the columns of "order_history". */

import type { EventId, ItemId, OrderId } from '@oms/contracts';
import type { Milestone } from '../domain/milestones.ts';
import type { Actor, CancelReason, Order, OrderEvent, OrderStatus } from '../domain/order.ts';
import type { Columns } from './columns.ts';

/** An event with the order after it, and the ids of its messages on order-events and, if it is known, on analytics-events. */
export type RecordedEvent = {
  readonly order: Order;
  readonly event: OrderEvent;
  readonly eventId: EventId;
  readonly analyticsEventId?: EventId | null;
  /** The W3C trace context of the request. */
  readonly traceparent?: string | null;
};

/** A change as it is read. `from` is null for the placement. */
export type HistoryEntry = {
  readonly orderId: OrderId;
  readonly version: number;
  readonly from: OrderStatus | null;
  readonly to: OrderStatus;
  readonly at: Date;
  readonly by: Actor;
  readonly reason: CancelReason | null;
  readonly note: string | null;
  readonly restock: boolean | null;
  readonly soldOutItemIds: readonly ItemId[] | null;
  /** The change is this and no step: `from` and `to` are the status then. */
  readonly milestone: Milestone | null;
  readonly eventId: EventId;
  readonly analyticsEventId: EventId | null;
  readonly traceparent: string | null;
};

export type HistoryRow = {
  orderId: OrderId;
  version: number;
  fromStatus: OrderStatus | null;
  toStatus: OrderStatus;
  at: Date;
  changedBy: string;
  changedByRole: string;
  reason: CancelReason | null;
  note: string | null;
  eventId: EventId;
  restock: boolean | null;
  soldOutItemIds: readonly ItemId[] | null;
  analyticsEventId: EventId | null;
  traceparent: string | null;
  milestone: Milestone | null;
};

export const historyColumns: Columns<HistoryRow> = {
  orderId: 'uuid',
  version: 'int',
  fromStatus: '"OrderStatus"',
  toStatus: '"OrderStatus"',
  at: 'timestamptz',
  changedBy: 'text',
  changedByRole: 'text',
  reason: 'text',
  note: 'text',
  eventId: 'uuid',
  restock: 'boolean',
  soldOutItemIds: 'jsonb',
  analyticsEventId: 'uuid',
  traceparent: 'text',
  milestone: 'text',
};

export function historyToRow(recorded: RecordedEvent): HistoryRow {
  const { order, event, eventId, analyticsEventId = null, traceparent = null } = recorded;
  const { id: orderId, version, status: toStatus } = order;
  const { at, by } = event;
  const { from: fromStatus, reason, note, restock, soldOutItemIds, milestone } = detailsOf({ order, event });
  return {
    orderId,
    version,
    fromStatus,
    toStatus,
    at,
    changedBy: by.id,
    changedByRole: by.role,
    reason,
    note,
    eventId,
    restock,
    soldOutItemIds,
    analyticsEventId,
    traceparent,
    milestone,
  };
}

export function historyFromRow(row: HistoryRow): HistoryEntry {
  const { fromStatus: from, toStatus: to, changedBy: id, changedByRole: role, ...common } = row;
  return { ...common, from, to, by: { id, role } };
}

type Details = Pick<HistoryEntry, 'from' | 'reason' | 'note' | 'restock' | 'soldOutItemIds' | 'milestone'>;
const none = { from: null, reason: null, note: null, restock: null, soldOutItemIds: null, milestone: null };

function detailsOf({ order, event }: Pick<RecordedEvent, 'order' | 'event'>): Details {
  switch (event.type) {
    case 'OrderPlaced':
      return none;
    case 'StatusChanged':
      return { ...event, milestone: null };
    case 'OrderReady':
      return { ...none, from: order.status, milestone: 'READY' };
    case 'OrderDue':
      return { ...none, from: order.status, milestone: 'DUE' };
  }
}
