// The event streams of a process: how many there may be, what keeps them alive, and how they end.

import type { OrderId } from '@oms/contracts';
import { createFollower, type Kafka } from '@oms/messaging';
import { Refusal, type EventStreamReply, type Logger, type MetricsRegistry } from '@oms/service-kit';
import type { Order } from '../domain/order.ts';
import type { StreamReads } from '../store/changes-since.ts';
import { createAllOrderStreams, type ChangeFilter } from './all-orders.ts';
import { createConnection, type Connection } from './connection.ts';
import { createStreamMetrics, type StreamKind } from './metrics.ts';
import { createOneOrderStreams, type Render } from './one-order.ts';
import type { Position } from './positions.ts';
import { createPublishedChanges, orderIdOf } from './published-changes.ts';

export type EventStreams = {
  /**
   * A place for one stream of the caller. The stream begins by `ofOrder` or `ofAll`; without them, the place is given back by `leave`.
   *
   * @throws Refusal TOO_MANY_STREAMS (the caller has as many as one may have), TOO_BUSY (the process has), or STARTING (it is stopping)
   */
  enter(callerId: string): Place;
  /** An order was changed by a commit of this process. */
  changed(orderId: OrderId): void;
  start(): void;
  /** Ends all streams in order. */
  stop(): Promise<void>;
};

export type Place = {
  ofOrder(stream: EventStreamReply & { order: Order; lastVersion: number | undefined }): void;
  ofAll(stream: EventStreamReply & { filter: ChangeFilter; last: Position | undefined }): void;
  leave(): void;
};

export type StreamSettings = {
  streamsMax: number;
  callerStreamsMax: number;
  bufferBytesMax: number;
  heartbeatMs: number;
  missedMax: number;
};

export type EventStreamsOptions = {
  kafka: Kafka;
  reads: StreamReads;
  render: Render;
  settings: StreamSettings;
  metrics: MetricsRegistry;
  logger: Logger;
};

const topic = 'order-events';
const tickMs = 1_000;
/** For clients to read the last frame. */
const stopMs = 1_000;

export function createEventStreams(options: EventStreamsOptions): EventStreams {
  const { kafka, reads, render, settings, metrics: registry, logger } = options;
  const { streamsMax, callerStreamsMax, bufferBytesMax, heartbeatMs, missedMax } = settings;
  const metrics = createStreamMetrics(registry);
  const ofOrders = createOneOrderStreams({ reads, render, metrics, logger });
  const ofAll = createAllOrderStreams({
    kafka,
    topic,
    createChanges: () => createPublishedChanges(reads, render, logger),
    missedMax,
    metrics,
    logger,
  });
  const follower = createFollower({
    kafka,
    topic,
    logger,
    onStart(positions) {
      ofAll.start(positions);
      ofOrders.checkAll();
    },
    async onBatch(batch) {
      for (const message of batch.messages) {
        const orderId = orderIdOf(message);
        if (orderId !== undefined) ofOrders.changed(orderId);
      }
      await ofAll.publish(batch);
    },
    onMissed(partition, next) {
      ofAll.missed(partition, next);
      ofOrders.checkAll();
    },
  });
  metrics.watchFollower(() => follower.answerAgeSeconds());

  const open = new Set<Connection>();
  const streamsOf = new Map<string, number>();
  let places = 0;
  let ticking: NodeJS.Timeout | undefined;
  let isStopping = false;
  let onAllEnded = () => {};

  return {
    enter,
    changed: (orderId) => ofOrders.changed(orderId),
    start() {
      follower.start();
      ticking = setInterval(() => {
        const nowMs = Date.now();
        for (const connection of open) connection.tick(nowMs);
      }, tickMs);
    },
    async stop() {
      isStopping = true;
      ofAll.stop();
      for (const connection of open) connection.close('SHUTDOWN');
      await allEnded();
      clearInterval(ticking);
      await Promise.all([ofOrders.stop(), follower.stop()]);
    },
  };

  function enter(callerId: string): Place {
    if (isStopping) throw new Refusal('STARTING', 'The service is stopping; connect again shortly.');
    const ofCaller = streamsOf.get(callerId) ?? 0;
    if (ofCaller >= callerStreamsMax) {
      metrics.refused('caller');
      throw new Refusal(
        'TOO_MANY_STREAMS',
        `You have ${ofCaller} event streams open, which is as many as one caller may have; close one of them.`,
      );
    }
    if (places >= streamsMax) {
      metrics.refused('capacity');
      throw new Refusal('TOO_BUSY', 'There are too many event streams at the moment; connect again shortly.');
    }
    places += 1;
    streamsOf.set(callerId, ofCaller + 1);
    let hasLeft = false;
    return { ofOrder, ofAll: ofAllOrders, leave };

    function leave(): void {
      if (hasLeft) return;
      hasLeft = true;
      places -= 1;
      const left = (streamsOf.get(callerId) ?? 0) - 1;
      if (left > 0) streamsOf.set(callerId, left);
      else streamsOf.delete(callerId);
    }

    function ofOrder({ order, lastVersion, ...opening }: Parameters<Place['ofOrder']>[0]): void {
      const connection = connect('order', opening, () => ofOrders.remove(order.id, connection));
      ofOrders.add(order, lastVersion, connection);
    }

    function ofAllOrders({ filter, last, ...opening }: Parameters<Place['ofAll']>[0]): void {
      const connection: Connection = connect(
        'all',
        opening,
        () => ofAll.remove(connection),
        () => ofAll.movedTo(connection),
      );
      ofAll.add(filter, last, connection);
    }

    function connect(
      kind: StreamKind,
      opening: EventStreamReply,
      remove: () => void,
      heartbeatId?: () => string | undefined,
    ) {
      const connection = createConnection({
        ...opening,
        bufferBytesMax,
        heartbeatMs,
        ...(heartbeatId && { heartbeatId }),
        onEnd(reason) {
          open.delete(connection);
          remove();
          leave();
          metrics.closed(kind, reason ?? 'CLIENT');
          if (open.size === 0) onAllEnded();
        },
      });
      open.add(connection);
      metrics.opened(kind);
      // It was accepted before the process began to stop.
      if (isStopping) connection.close('SHUTDOWN');
      return connection;
    }
  }

  /** A client that does not read its last frame is disconnected. */
  async function allEnded(): Promise<void> {
    if (open.size === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      onAllEnded = resolve;
      timer = setTimeout(resolve, stopMs);
    });
    clearTimeout(timer);
    for (const connection of open) connection.destroy();
  }
}
