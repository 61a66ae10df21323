// Timelines: when each order took each step, by when it was promised, and why it was cancelled (ORDER_PLACED, ORDER_STATUS_CHANGED).
import type { Message, MessageOf } from '@oms/contracts';
import { rowPerKey } from './rows.ts';

export type Timeline = {
  orderId: string;
  placedAt: Date | null;
  /** Null when nothing was promised, or not told. */
  promisedDeliveryAt: Date | null;
  preparingAt: Date | null;
  outForDeliveryAt: Date | null;
  deliveredAt: Date | null;
  cancelledAt: Date | null;
  cancelReason: string | null;
  version: number;
};

/** Folds messages into one timeline per order; messages that tell of no step are passed over. */
export function foldTimelines(messages: readonly Message[]): Timeline[] {
  return mergeTimelines([messages.flatMap((message) => timelineOf(message) ?? [])]);
}

/** The timelines that several folds tell together. */
export function mergeTimelines(told: readonly Timeline[][]): Timeline[] {
  return rowPerKey(told.flat(), ({ orderId }) => orderId, mergeSteps);
}

/** Each step is taken once, so a known time is never replaced; that is why late messages count too, whatever their version. */
function mergeSteps(a: Timeline, b: Timeline): Timeline {
  return {
    orderId: a.orderId,
    placedAt: a.placedAt ?? b.placedAt,
    promisedDeliveryAt: a.promisedDeliveryAt ?? b.promisedDeliveryAt,
    preparingAt: a.preparingAt ?? b.preparingAt,
    outForDeliveryAt: a.outForDeliveryAt ?? b.outForDeliveryAt,
    deliveredAt: a.deliveredAt ?? b.deliveredAt,
    cancelledAt: a.cancelledAt ?? b.cancelledAt,
    cancelReason: a.cancelReason ?? b.cancelReason,
    version: Math.max(a.version, b.version),
  };
}

function timelineOf(message: Message): Timeline | undefined {
  const empty: Timeline = {
    orderId: message.aggregateId,
    placedAt: null,
    promisedDeliveryAt: null,
    preparingAt: null,
    outForDeliveryAt: null,
    deliveredAt: null,
    cancelledAt: null,
    cancelReason: null,
    version: message.aggregateVersion,
  };
  if (message.eventType === 'ORDER_PLACED') {
    return { ...empty, placedAt: message.occurredAt, promisedDeliveryAt: message.promisedDeliveryAt };
  }
  if (message.eventType === 'ORDER_STATUS_CHANGED') return { ...empty, ...stepOf(message) };
  return undefined;
}

function stepOf({ toStatus, occurredAt, reason }: MessageOf<'ORDER_STATUS_CHANGED'>): Partial<Timeline> {
  switch (toStatus) {
    case 'PENDING': // told by ORDER_PLACED; nothing leads back to it
      return {};
    case 'PREPARING':
      return { preparingAt: occurredAt };
    case 'OUT_FOR_DELIVERY':
      return { outForDeliveryAt: occurredAt };
    case 'DELIVERED':
      return { deliveredAt: occurredAt };
    case 'CANCELLED':
      return { cancelledAt: occurredAt, cancelReason: reason };
  }
}
