// Timelines: the time of each step of an order, its promised time, and why it was cancelled (ORDER_PLACED, ORDER_STATUS_CHANGED).
import type { Message, MessageOf } from '@oms/contracts';
import { rowPerKey } from './rows.ts';

export type Timeline = {
  orderId: string;
  placedAt: Date | null;
  /** Null if no time was promised, or the placement has not arrived. */
  promisedDeliveryAt: Date | null;
  preparingAt: Date | null;
  outForDeliveryAt: Date | null;
  deliveredAt: Date | null;
  cancelledAt: Date | null;
  cancelReason: string | null;
  version: number;
};

/** Folds messages into one timeline per order; other messages are ignored. */
export function foldTimelines(messages: readonly Message[]): Timeline[] {
  return mergeTimelines([messages.flatMap((message) => timelineOf(message) ?? [])]);
}

/** Merges the timelines of several folds. */
export function mergeTimelines(folds: readonly Timeline[][]): Timeline[] {
  return rowPerKey(folds.flat(), ({ orderId }) => orderId, mergeSteps);
}

/** Each step is taken once, so a known time is never replaced, and late messages count whatever their version. */
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
  // Changes without a step: they count for the version.
  if (message.eventType === 'ORDER_READY' || message.eventType === 'ORDER_DUE') return empty;
  return undefined;
}

function stepOf({ toStatus, occurredAt, reason }: MessageOf<'ORDER_STATUS_CHANGED'>): Partial<Timeline> {
  switch (toStatus) {
    case 'PENDING': // ORDER_PLACED has its time; no order becomes PENDING again
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
