// The streams of single orders: each is sent every version of its order after the last one that it has, in sequence, once.
//
// A notification says only that an order has changed, from a commit here or from Kafka. What is sent is read from the history, for all
// orders that have changed by one statement, so neither a repeated nor a late notification does harm.

import { setTimeout as wait } from 'node:timers/promises';
import type { OrderId } from '@oms/contracts';
import type { Logger } from '@oms/service-kit';
import type { Order } from '../domain/order.ts';
import type { ChangeWithOrder, StreamReads } from '../store/changes-since.ts';
import type { HistoryEntry } from '../store/history-row.ts';
import type { Connection } from './connection.ts';
import { changeFrame, continuedFrame, resetFrame, type ResetReason } from './frames.ts';
import type { StreamMetrics } from './metrics.ts';

/** How changes and orders look in frames: as JSON, the same as in the replies of the API. */
export type Render = { change: (change: HistoryEntry) => string; order: (order: Order) => string };

export type OneOrderStreams = {
  /** The connection is sent its first frame, then what it has missed, then each change. */
  add(order: Order, lastVersion: number | undefined, connection: Connection): void;
  remove(orderId: OrderId, connection: Connection): void;
  changed(orderId: OrderId): void;
  /** Notifications may have been missed: looks at all orders that somebody follows. */
  checkAll(): void;
  stop(): Promise<void>;
};

type Stream = { orderId: OrderId; version: number; connection: Connection; isSlow: boolean };

const ordersMax = 500;
const retryMs = 500;

export function createOneOrderStreams({
  reads,
  render,
  metrics,
  logger,
}: {
  reads: StreamReads;
  render: Render;
  metrics: StreamMetrics;
  logger: Logger;
}): OneOrderStreams {
  const streamsOf = new Map<OrderId, Set<Stream>>();
  const changedIds = new Set<OrderId>();
  const stopping = new AbortController();
  let working: Promise<void> | undefined;

  return {
    add(order, lastVersion, connection) {
      const stream: Stream = { orderId: order.id, version: lastVersion ?? 0, connection, isSlow: false };
      if (lastVersion === undefined) reset(stream, order, 'NEW');
      else if (lastVersion > order.version) reset(stream, order, 'UNKNOWN');
      else {
        metrics.continued('order');
        connection.write(continuedFrame(String(lastVersion)));
      }
      const streams = streamsOf.get(order.id) ?? new Set();
      streamsOf.set(order.id, streams.add(stream));
      // It may have changed since it was read.
      changed(order.id);
    },
    remove(orderId, connection) {
      const streams = streamsOf.get(orderId);
      for (const stream of streams ?? []) if (stream.connection === connection) streams?.delete(stream);
      if (streams?.size === 0) streamsOf.delete(orderId);
    },
    changed,
    checkAll: () => streamsOf.forEach((_, orderId) => changed(orderId)),
    async stop() {
      stopping.abort();
      await working;
    },
  };

  function changed(orderId: OrderId): void {
    if (!streamsOf.has(orderId)) return;
    changedIds.add(orderId);
    working ??= work().finally(() => (working = undefined));
  }

  /** What changes during a read is in the next one. */
  async function work(): Promise<void> {
    while (changedIds.size > 0 && !stopping.signal.aborted) {
      const after = new Map<OrderId, number>();
      for (const orderId of changedIds) {
        changedIds.delete(orderId);
        const versions = [...(streamsOf.get(orderId) ?? [])].filter(isReading).map(({ version }) => version);
        if (versions.length > 0) after.set(orderId, Math.min(...versions));
        if (after.size === ordersMax) break;
      }
      if (after.size > 0) await send(after);
    }
  }

  async function send(after: Map<OrderId, number>): Promise<void> {
    let found: ChangeWithOrder[];
    try {
      found = await reads.changesSince(after);
    } catch (err) {
      logger.warn({ err, orders: after.size }, 'The changes of orders cannot be read for their streams; trying again');
      for (const orderId of after.keys()) changedIds.add(orderId);
      await wait(retryMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      return;
    }
    for (const [orderId, changes] of byOrder(found)) {
      const rendered = changes.map(renderedOnce);
      for (const stream of streamsOf.get(orderId) ?? []) if (isReading(stream)) deliver(stream, rendered);
    }
  }

  function deliver(stream: Stream, changes: Rendered[]): void {
    const { connection, orderId } = stream;
    for (const { version, order, frame } of changes) {
      if (version <= stream.version) continue;
      // A slow client gets the rest when it has read the buffer: so much is sent at once, it is the rest of one order.
      if (connection.isBehind() && !stream.isSlow) {
        stream.isSlow = true;
        connection.onDrained(() => changed(orderId));
        return;
      }
      if (version === stream.version + 1) {
        connection.write(frame());
        metrics.sent('order');
        stream.version = version;
      } else {
        // The history lacks a version: it was lost with a database.
        reset(stream, order, 'GONE');
      }
    }
    if (stream.isSlow) connection.close('SLOW');
  }

  function reset(stream: Stream, order: Order, reason: ResetReason): void {
    stream.version = order.version;
    metrics.reset('order', reason);
    stream.connection.write(resetFrame(reason, String(order.version), render.order(order)));
  }

  /** Of several streams of one order, the first renders. */
  function renderedOnce({ change, order }: ChangeWithOrder): Rendered {
    let text: string | undefined;
    const { version } = change;
    const frame = () => (text ??= changeFrame(String(version), render.change(change), render.order(order)));
    return { version, order, frame };
  }
}

type Rendered = { version: number; order: Order; frame: () => string };

/** A slow one reads again once its buffer is empty. */
function isReading({ connection, isSlow }: Stream): boolean {
  return connection.isOpen() && !(isSlow && connection.isBehind());
}

function byOrder(changes: readonly ChangeWithOrder[]): Map<OrderId, ChangeWithOrder[]> {
  const groups = new Map<OrderId, ChangeWithOrder[]>();
  for (const each of changes) {
    const { orderId } = each.change;
    const group = groups.get(orderId);
    if (group) group.push(each);
    else groups.set(orderId, [each]);
  }
  return groups;
}
