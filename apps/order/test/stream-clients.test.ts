/** Clients of event streams on real sockets: each gets what it has not, once; what waits for a slow one is bounded, and it continues without loss. */

import { randomUUID } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OrderId } from '@oms/contracts';
import type { Kafka, ReceivedMessage } from '@oms/messaging';
import { createLogger, createMetrics } from '@oms/service-kit';
import { openEventStream, until, type EventStreamClient } from '@oms/test-kit';
import type { Order } from '../src/domain/order.ts';
import type { ChangeWithOrder, StreamReads } from '../src/store/changes-since.ts';
import { createAllOrderStreams } from '../src/streams/all-orders.ts';
import { createConnection, type Connection } from '../src/streams/connection.ts';
import { createStreamMetrics } from '../src/streams/metrics.ts';
import { createOneOrderStreams } from '../src/streams/one-order.ts';
import type { PublishedChange } from '../src/streams/published-changes.ts';

const bufferBytesMax = 65_536;
/** More than the buffers of the operating system hold. */
const backlog = `:${'x'.repeat(10_000)}\n\n`.repeat(1_500);
const orderId = randomUUID() as string as OrderId;
const logger = createLogger({ name: 'order', level: 'silent' });

let url: string;
let response: ServerResponse;
let closed: (string | undefined)[];
let stopServer: () => Promise<void>;
let open: EventStreamClient[];

beforeEach(async () => {
  [closed, open] = [[], []];
  const server = createServer((_request, reply) => {
    response = reply.writeHead(200, { 'content-type': 'text/event-stream', connection: 'close' });
    response.flushHeaders();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  stopServer = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
});
afterEach(async () => {
  for (const client of open) client.close();
  await stopServer();
});

async function connect(lastEventId?: string): Promise<{ client: EventStreamClient; connection: Connection }> {
  const client = await openEventStream(url, { token: '', ...(lastEventId !== undefined && { lastEventId }) });
  open.push(client);
  // A connection of the test before may end late.
  const ends = closed;
  const connection = createConnection({
    response,
    bufferBytesMax,
    heartbeatMs: 15_000,
    expiresAtMs: Infinity,
    onEnd: (reason) => ends.push(reason),
  });
  return { client, connection };
}

const newMetrics = () => createStreamMetrics(createMetrics('order'));

describe('clients of one order', () => {
  const readsUpTo = (version: () => number) => ({
    changesSince(after: ReadonlyMap<OrderId, number>) {
      const last = after.get(orderId)!;
      const latest = version();
      const versions = Array.from({ length: latest - last }, (_, at) => last + 1 + at);
      return Promise.resolve(versions.map((each) => changeOf(each, latest)));
    },
    changesAt: () => Promise.resolve([]),
  });

  test('with different versions get each later one once', async () => {
    let version = 4;
    const streams = streamsOfOrders(readsUpTo(() => version));
    const [old, young] = [await connect(), await connect()];
    streams.add(orderOf(4), 1, old.connection);
    streams.add(orderOf(4), 3, young.connection);
    await until('both are up to date', () => old.client.events.length === 4 && young.client.events.length === 2);
    version = 5;
    streams.changed(orderId);
    streams.changed(orderId);
    await until('both have the next', () => old.client.lastEventId() === '5' && young.client.lastEventId() === '5');
    const ids = ({ client }: { client: EventStreamClient }) => client.events.map(({ id }) => id);
    expect([ids(old), ids(young)]).toEqual([
      ['1', '2', '3', '4', '5'],
      ['3', '4', '5'],
    ]);
    await streams.stop();
  });

  test('get a change that came after the order was read and before the stream began', async () => {
    const streams = streamsOfOrders(readsUpTo(() => 2));
    const { client, connection } = await connect();
    streams.add(orderOf(1), undefined, connection);
    expect([(await client.next()).id, (await client.next()).id]).toEqual(['1', '2']);
    await streams.stop();
  });
});

describe('a slow client of one order', () => {
  test('gets nothing more until it reads, then the rest up to the latest state, and is closed', async () => {
    let version = 1;
    const reads: number[] = [];
    const streams = streamsOfOrders({
      changesSince(after) {
        const last = after.get(orderId)!;
        reads.push(last);
        const versions = Array.from({ length: version - last }, (_, at) => last + 1 + at);
        return Promise.resolve(versions.map((each) => changeOf(each, version)));
      },
      changesAt: () => Promise.resolve([]),
    });
    const { client, connection } = await connect();
    streams.add(orderOf(1), 1, connection);
    await client.next();
    client.pause();
    connection.write(backlog);
    for (version = 2; version < 5; version += 1) streams.changed(orderId);
    version = 5;
    streams.changed(orderId);
    await until('the changes were looked at', () => reads.length > 1);
    expect(connection.isBehind()).toBe(true);
    client.resume();
    await until('it is closed', () => closed.length === 1);
    await until('it has read everything', () => client.ended() !== undefined);
    expect(client.events.map(({ event, id }) => `${event} ${id}`)).toEqual([
      'continued 1',
      'change 2',
      'change 3',
      'change 4',
      'change 5',
      'closed undefined',
    ]);
    expect([closed, client.events.at(-1)?.data]).toEqual([['SLOW'], { reason: 'SLOW' }]);
    await streams.stop();
  });

  test('that never reads is disconnected', async () => {
    const { client, connection } = await connect();
    client.pause();
    connection.write(backlog);
    await until('it is behind', () => connection.isBehind());
    const nowMs = Date.now();
    connection.tick(nowMs);
    connection.tick(nowMs + 29_000);
    expect(closed).toEqual([]);
    connection.tick(nowMs + 31_000);
    await until('it is disconnected', () => closed.length === 1);
    expect(closed).toEqual(['SLOW']);
  });
});

describe('a client of all orders', () => {
  test('that is slow is closed when it has read what was written, and continues from its last event without loss', async () => {
    const log: bigint[] = [];
    const streams = streamsOver(log);
    streams.start(new Map([[0, 0n]]));
    const { client, connection } = await connect();
    streams.add({}, undefined, connection);
    await client.next();
    await publish(streams, log, 2);
    await until('it has two', () => client.events.length === 3);
    client.pause();
    connection.write(backlog);
    await publish(streams, log, 3);
    client.resume();
    await until('it is closed', () => client.ended() !== undefined);
    expect(client.events.map(({ event }) => event)).toEqual(['reset', 'change', 'change', 'closed']);
    expect(client.lastEventId()).toBe('0:2');

    const again = await connect(client.lastEventId());
    streams.add({}, new Map([[0, 2n]]), again.connection);
    await until('it has what it missed', () => again.client.events.length === 4);
    await publish(streams, log, 1);
    await until('it has the next', () => again.client.events.length === 5);
    expect(again.client.events.map(({ event, id }) => `${event} ${id}`)).toEqual([
      'continued 0:2',
      'change 0:3',
      'change 0:4',
      'change 0:5',
      'change 0:6',
    ]);
    streams.stop();
  });

  test('gets what is published while it catches up, after what it missed', async () => {
    const log: bigint[] = [];
    const streams = streamsOver(log, 0n, () => publish(streams, log, 2));
    streams.start(new Map([[0, 0n]]));
    await publish(streams, log, 3);
    const { client, connection } = await connect();
    streams.add({}, new Map([[0, 1n]]), connection);
    await until('it has all', () => client.lastEventId() === '0:5');
    expect(client.events.map(({ id }) => id)).toEqual(['0:1', '0:2', '0:3', '0:4', '0:5']);
    streams.stop();
  });

  test('whose position the log has deleted gets a reset, and then what follows', async () => {
    const log: bigint[] = [];
    const streams = streamsOver(log, 4n);
    streams.start(new Map([[0, 0n]]));
    await publish(streams, log, 5);
    const { client, connection } = await connect();
    streams.add({}, new Map([[0, 2n]]), connection);
    expect(await client.next()).toMatchObject({ event: 'reset', id: '0:5', data: { reason: 'GONE' } });
    await publish(streams, log, 1);
    expect(await client.next()).toMatchObject({ event: 'change', id: '0:6' });
    streams.stop();
  });

  test('misses what nobody can read, and gets a reset', async () => {
    const streams = streamsOver([]);
    streams.start(new Map([[0, 0n]]));
    const { client, connection } = await connect();
    streams.add({}, undefined, connection);
    await client.next();
    streams.missed(0, 7n);
    expect(await client.next()).toMatchObject({ event: 'reset', id: '0:7', data: { reason: 'GONE' } });
    streams.stop();
  });
});

function streamsOfOrders(reads: StreamReads) {
  return createOneOrderStreams({
    reads,
    render: { change: ({ version: of }) => `{"version":${of}}`, order: ({ version: of }) => `{"version":${of}}` },
    metrics: newMetrics(),
    logger,
  });
}

function streamsOver(log: bigint[], first = 0n, beforeRead = () => Promise.resolve()) {
  const message = (offset: bigint) => ({ topic: 'order-events', partition: 0, offset }) as ReceivedMessage;
  const kafka = {
    admin: {
      offsetRanges: () => Promise.resolve([{ topic: 'order-events', partition: 0, first, end: BigInt(log.length) }]),
    },
    async read({ from, to, onMessages }: Parameters<Kafka['read']>[0]) {
      await beforeRead();
      const found = log.filter((offset) => offset >= from && offset < to);
      if (found.length > 0) await onMessages(found.map(message));
      return to;
    },
  } as unknown as Pick<Kafka, 'admin' | 'read'>;
  return createAllOrderStreams({
    kafka,
    topic: 'order-events',
    createChanges: () => ({
      of: (messages) => Promise.resolve(messages.map(({ offset }): PublishedChange => publishedAt(offset))),
    }),
    missedMax: 100,
    metrics: newMetrics(),
    logger,
  });
}

/** So many messages, in one batch. */
async function publish(streams: ReturnType<typeof createAllOrderStreams>, log: bigint[], count: number): Promise<void> {
  const offsets = Array.from({ length: count }, (_, at) => BigInt(log.length + at));
  log.push(...offsets);
  const messages = offsets.map((offset) => ({ topic: 'order-events', partition: 0, offset }) as ReceivedMessage);
  await streams.publish({ partition: 0, messages, end: BigInt(log.length) });
}

function publishedAt(offset: bigint): PublishedChange {
  return {
    end: offset + 1n,
    customerId: randomUUID(),
    from: null,
    to: 'PENDING',
    json: () => ({ change: '{}', order: '{}' }),
  };
}

function orderOf(version: number): Order {
  return { id: orderId, version } as Order;
}

function changeOf(version: number, latest: number): ChangeWithOrder {
  return { change: { orderId, version } as ChangeWithOrder['change'], order: orderOf(latest) };
}
