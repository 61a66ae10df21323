// From messages on order-events to the changes that streams of all orders send: what a message says is read from the history.
//
// A message names its order and version in its headers, so no schema is needed, and an event that this release does not know is
// sent too if it changed an order. Messages of other aggregates have no history and are left out.

import { setTimeout as wait } from 'node:timers/promises';
import type { OrderId } from '@oms/contracts';
import { headerText, type ReceivedMessage } from '@oms/messaging';
import type { Logger } from '@oms/service-kit';
import type { OrderStatus } from '../domain/order.ts';
import type { ChangeWithOrder, OrderVersion, StreamReads } from '../store/changes-since.ts';
import type { Render } from './one-order.ts';

export type PublishedChange = {
  /** The offset after its message. */
  readonly end: bigint;
  readonly customerId: string;
  readonly from: OrderStatus | null;
  readonly to: OrderStatus;
  /** JSON; rendered at the first call, as many streams send the same change. */
  readonly json: () => { change: string; order: string };
};

type Ref = OrderVersion & { end: bigint };

export type PublishedChanges = {
  /** In the sequence of the messages. Tries again while the database is away; none when `signal` aborts. */
  of(messages: readonly ReceivedMessage[], signal: AbortSignal): Promise<PublishedChange[]>;
};

const retryMs = 500;
/** The latest versions of so many orders are remembered, to leave out messages that were published twice. */
const rememberedMax = 10_000;

/** Remembers what it has seen: one for each sequence of messages. */
export function createPublishedChanges(reads: StreamReads, render: Render, logger: Logger): PublishedChanges {
  const seen = new Map<OrderId, number>();

  return {
    async of(messages, signal) {
      const refs = messages.flatMap((message) => newRefOf(message) ?? []);
      const found = refs.length === 0 ? [] : await read(refs, signal);
      return found.flatMap((each, at) => (each ? publishedChange(each, refs[at]!.end) : []));
    },
  };

  function newRefOf(message: ReceivedMessage): Ref | undefined {
    const ref = refOf(message);
    if (ref === undefined || (seen.get(ref.orderId) ?? 0) >= ref.version) return undefined;
    // The order that changed last is remembered longest.
    seen.delete(ref.orderId);
    seen.set(ref.orderId, ref.version);
    if (seen.size > rememberedMax) seen.delete(seen.keys().next().value!);
    return ref;
  }

  async function read(refs: readonly OrderVersion[], signal: AbortSignal): Promise<(ChangeWithOrder | null)[]> {
    while (!signal.aborted) {
      try {
        return await reads.changesAt(refs);
      } catch (err) {
        logger.warn({ err, changes: refs.length }, 'Published changes cannot be read for streams; trying again');
        await wait(retryMs, undefined, { signal }).catch(() => undefined);
      }
    }
    return [];
  }

  function publishedChange({ change, order }: ChangeWithOrder, end: bigint): PublishedChange {
    const { from, to } = change;
    let rendered: { change: string; order: string } | undefined;
    const json = () => (rendered ??= { change: render.change(change), order: render.order(order) });
    return { end, customerId: order.customerId, from, to, json };
  }
}

/** The order of a message; undefined if it names none. */
export function orderIdOf({ key }: ReceivedMessage): OrderId | undefined {
  const text = key?.toString();
  return text !== undefined && uuid.test(text) ? (text as OrderId) : undefined;
}

function refOf(message: ReceivedMessage): Ref | undefined {
  const orderId = orderIdOf(message);
  const version = Number(headerText(message.headers, 'ce_aggregateversion'));
  // A message that was put back from the dead letters was published before.
  if (orderId === undefined || !Number.isInteger(version) || headerText(message.headers, 'dlq_redrives') !== null) {
    return undefined;
  }
  return { orderId, version, end: message.offset + 1n };
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
