// The streams of all orders: published changes as Kafka has them, from the client's position on.
//
// A stream that connects takes part in the live changes at once, and keeps them until it has sent what it missed before them.

import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { FollowedBatch, Kafka } from '@oms/messaging';
import type { Logger } from '@oms/service-kit';
import type { OrderStatus } from '../domain/order.ts';
import type { Connection } from './connection.ts';
import { changeFrame, continuedFrame, resetFrame, type ResetReason } from './frames.ts';
import type { StreamMetrics } from './metrics.ts';
import { formatPosition, planResume, type Position, type Range } from './positions.ts';
import type { PublishedChange, PublishedChanges } from './published-changes.ts';

/** Changes of which the status before or after is one of these, so that a client also sees what leaves its list. */
export type ChangeFilter = { readonly statuses?: readonly OrderStatus[]; readonly customerId?: string };

export type AllOrderStreams = {
  /** Where the live changes begin. */
  start(positions: Position): void;
  publish(batch: FollowedBatch): Promise<void>;
  missed(partition: number, next: bigint): void;
  add(filter: ChangeFilter, last: Position | undefined, connection: Connection): void;
  remove(connection: Connection): void;
  /** The position of a stream, if it moved on since its last frame. */
  movedTo(connection: Connection): string | undefined;
  stop(): void;
};

export type AllOrderStreamsOptions = {
  kafka: Pick<Kafka, 'admin' | 'read'>;
  topic: string;
  createChanges: () => PublishedChanges;
  /** More missed messages than so many are not sent again. */
  missedMax: number;
  metrics: StreamMetrics;
  logger: Logger;
};

type Batch = { partition: number; end: bigint; changes: readonly PublishedChange[]; missed?: true };
type Stream = {
  filter: ChangeFilter;
  connection: Connection;
  position: Map<number, bigint>;
  /** The id of the last frame. */
  sent: string;
  /** Live batches, while it sends what came before them; then null. */
  waiting: Batch[] | null;
  waitingChanges: number;
  isSlow: boolean;
  ended: AbortController;
};

const catchUpsMax = 4;
/** Between two looks at how much the client has read. */
const sliceMax = 50;
const retryMs = 1_000;

export function createAllOrderStreams(options: AllOrderStreamsOptions): AllOrderStreams {
  const { kafka, topic, createChanges, missedMax, metrics, logger } = options;
  const streams = new Map<Connection, Stream>();
  const stopping = new AbortController();
  const liveChanges = createChanges();
  const live = new Map<number, bigint>();
  const started = Promise.withResolvers<void>();
  const catchUps = createTurns(catchUpsMax);

  return {
    start(positions) {
      for (const [partition, next] of positions) live.set(partition, next);
      started.resolve();
    },
    async publish({ partition, messages, end }) {
      const changes = streams.size === 0 ? [] : await liveChanges.of(messages, stopping.signal);
      send({ partition, end, changes });
    },
    missed: (partition, next) => send({ partition, end: next, changes: [], missed: true }),
    add(filter, last, connection) {
      const stream: Stream = {
        filter,
        connection,
        position: new Map(),
        sent: '',
        waiting: [],
        waitingChanges: 0,
        isSlow: false,
        ended: new AbortController(),
      };
      streams.set(connection, stream);
      void begin(stream, last);
    },
    remove(connection) {
      streams.get(connection)?.ended.abort();
      streams.delete(connection);
    },
    movedTo(connection) {
      const stream = streams.get(connection);
      if (stream === undefined || stream.waiting !== null || stream.isSlow) return undefined;
      const position = formatPosition(stream.position);
      if (position === stream.sent) return undefined;
      return (stream.sent = position);
    },
    stop() {
      stopping.abort();
      for (const { ended } of streams.values()) ended.abort();
    },
  };

  /** No stream can join between the two: what it does not get here is after its position. */
  function send(batch: Batch): void {
    live.set(batch.partition, batch.end);
    for (const stream of streams.values()) {
      if (stream.waiting === null) deliver(stream, batch);
      else {
        stream.waiting.push(batch);
        stream.waitingChanges += batch.changes.length;
        // It catches up more slowly than changes come: it goes on from its position when it connects again.
        if (stream.waitingChanges > missedMax) stream.connection.close('SLOW');
      }
    }
  }

  async function begin(stream: Stream, last: Position | undefined): Promise<void> {
    const { connection, ended } = stream;
    await Promise.race([started.promise, once(ended.signal, 'abort')]);
    if (ended.signal.aborted) return;
    const from = new Map(live);
    // From here on it is in time for all later batches, which wait.
    stream.waiting = [];
    stream.waitingChanges = 0;
    if (last === undefined) reset(stream, from, 'NEW');
    else await catchUps(() => catchUp(stream, last, from));
    while (!ended.signal.aborted && stream.waiting !== null) {
      const batch = stream.waiting.shift();
      if (batch) deliver(stream, batch);
      else stream.waiting = null;
      await readSoFar(stream);
    }
    if (!connection.isOpen()) stream.waiting = null;
  }

  /** Tries again while Kafka is away: the client keeps its connection, and its position counts. */
  async function catchUp(stream: Stream, last: Position, live: Position): Promise<void> {
    const { ended, connection } = stream;
    const changes = createChanges();
    let hasBegun = false;
    while (!ended.signal.aborted && connection.isOpen()) {
      try {
        const ranges: Range[] = await kafka.admin.offsetRanges([topic]);
        const plan = planResume(hasBegun ? stream.position : last, { live, ranges, missedMax });
        if ('reset' in plan) return reset(stream, live, plan.reset);
        if (!hasBegun) {
          stream.position = new Map(last);
          stream.sent = formatPosition(last);
          metrics.continued('all');
          connection.write(continuedFrame(stream.sent));
          hasBegun = true;
        }
        for (const { partition, from, to } of plan.resume) {
          await kafka.read({
            topic,
            partition,
            from,
            to,
            onUnreadable: () => {},
            async onMessages(messages) {
              for (let at = 0; at < messages.length && connection.isOpen(); at += sliceMax) {
                const slice = messages.slice(at, at + sliceMax);
                const found = await changes.of(slice, ended.signal);
                if (ended.signal.aborted) return false;
                deliver(stream, { partition, end: slice.at(-1)!.offset + 1n, changes: found });
                await readSoFar(stream);
              }
              return connection.isOpen();
            },
          });
          stream.position.set(partition, to);
        }
        return;
      } catch (err) {
        if (ended.signal.aborted) return;
        logger.warn({ err }, 'What a stream of all orders missed cannot be read; trying again');
        await wait(retryMs, undefined, { signal: ended.signal }).catch(() => undefined);
      }
    }
  }

  /** A client that catches up may read as slowly as it can, as long as it reads. */
  async function readSoFar({ connection, ended }: Stream): Promise<void> {
    if (!connection.isBehind()) return;
    await new Promise<void>((resolve) => {
      connection.onDrained(resolve);
      ended.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  function deliver(stream: Stream, { partition, end, changes, missed }: Batch): void {
    const { connection, position } = stream;
    if (stream.isSlow || !connection.isOpen()) return;
    if (missed) {
      reset(stream, position.set(partition, end), 'GONE');
      return;
    }
    for (const each of changes) {
      if (!matches(stream.filter, each) || each.end <= (position.get(partition) ?? 0n)) continue;
      if (connection.isBehind() && stream.waiting === null) {
        // Nothing is lost: its position is that of its last frame.
        stream.isSlow = true;
        connection.onDrained(() => connection.close('SLOW'));
        return;
      }
      position.set(partition, each.end);
      stream.sent = formatPosition(position);
      const { change, order } = each.json();
      connection.write(changeFrame(stream.sent, change, order));
      metrics.sent('all');
    }
    if (end > (position.get(partition) ?? 0n)) position.set(partition, end);
  }

  function reset(stream: Stream, position: Position, reason: ResetReason): void {
    stream.position = new Map(position);
    stream.sent = formatPosition(position);
    metrics.reset('all', reason);
    stream.connection.write(resetFrame(reason, stream.sent));
  }
}

function matches({ statuses, customerId }: ChangeFilter, { customerId: of, from, to }: PublishedChange): boolean {
  if (customerId !== undefined && customerId !== of) return false;
  return statuses === undefined || statuses.includes(to) || (from !== null && statuses.includes(from));
}

/** So many at a time; each reads Kafka by a connection of its own. */
function createTurns(max: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work: () => Promise<void>): Promise<void> => {
    if (running >= max) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
