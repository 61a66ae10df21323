/** Deadlines on a real PostgreSQL: swept by several replicas, after an outage, and each of them once. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OrderId } from '@oms/contracts';
import { createLogger, createMetrics, type PeriodicJob } from '@oms/service-kit';
import { createDatabase, until, type TestDatabase } from '@oms/test-kit';
import { promiseIdOf } from '../src/domain/order-id.ts';
import { createDeadlines } from '../src/jobs/deadlines.ts';
import { createDeadlineSweeps } from '../src/store/deadline-sweeps.ts';
import { someone, startOrderService, type OrderService, type Someone } from './order-service.ts';
import { newIds, placing, startReplica, stepping, type Replica } from './replica.ts';

const logger = createLogger({ name: 'order', level: 'silent' });

describe('replicas that sweep the same orders', () => {
  let database: TestDatabase;
  let replicas: Replica[];
  let clock: Date;
  let released: string[];
  const jobs: PeriodicJob[] = [];

  beforeAll(async () => {
    database = await createDatabase('order');
    replicas = await Promise.all([startReplica(database.databaseUrl), startReplica(database.databaseUrl)]);
  });
  afterAll(async () => {
    await Promise.all(replicas.map((replica) => replica.stop()));
    await database.drop();
  });

  /** Both replicas sweep until `done`. */
  async function sweepUntil(what: string, done: () => Promise<boolean>) {
    released = [];
    for (const { transact } of replicas) {
      const job = createDeadlines({
        sweeps: createDeadlineSweeps(database.pool),
        transact,
        release: ({ orderId }) => Promise.resolve(void released.push(orderId)),
        settings: { preparationMinutes: 20 },
        now: () => clock,
        logger,
        metrics: createMetrics('order'),
      });
      jobs.push(job);
      job.start();
    }
    await until(what, done);
    await Promise.all(jobs.splice(0).map((job) => job.stop()));
  }
  async function place(ids: readonly OrderId[]) {
    clock = new Date();
    await Promise.all(ids.map((id) => replicas[0]!.transact.submit(placing(id))));
  }
  /** As if the last sweep was so long before `clock`. */
  const lastSweep = (secondsAgo: number) =>
    database.pool.query(
      `INSERT INTO "deadline_sweeps" ("sweptAt", "resumedAt") VALUES ($1, '2020-01-01')
       ON CONFLICT ("id") DO UPDATE SET "sweptAt" = EXCLUDED."sweptAt", "resumedAt" = EXCLUDED."resumedAt"`,
      [new Date(clock.getTime() - secondsAgo * 1_000)],
    );
  const minutesLater = (minutes: number) => (clock = new Date(clock.getTime() + minutes * 60_000));
  const count = async (sql: string, ids: readonly string[]) =>
    (await database.pool.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${sql}`, [ids])).rows[0]!.count;
  const cancelled = `"order_history" WHERE "orderId" = ANY ($1) AND "reason" = 'NOT_ACCEPTED'`;
  const open = `"orders" WHERE "id" = ANY ($1) AND "status" = 'PENDING'`;

  test('cancel each order that was not accepted once, and those that were accepted in the meantime never', async () => {
    const ids = newIds(500);
    await place(ids);
    const accepted = ids.slice(0, 50);
    minutesLater(16);
    await lastSweep(10);
    // Accepted as if by a release that does not know the deadline: the order is still found, and decided by what it is now.
    const pool = database.pool;
    await pool.query(`UPDATE "orders" SET "status" = 'PREPARING', "version" = 2 WHERE "id" = ANY ($1)`, [accepted]);
    await sweepUntil('no order waits', async () => (await count(open, ids)) === 0);
    expect(await count(cancelled, ids)).toBe(450);
    expect(await count(`"orders" WHERE "id" = ANY ($1) AND "status" = 'PREPARING'`, ids)).toBe(50);
    expect(await count('messaging.outbox WHERE "aggregateId" = ANY ($1::uuid[])', ids)).toBe(2 * (500 + 450));
    expect(released.toSorted()).toEqual(ids.slice(50).toSorted());
    expect(await count('"orders" WHERE "id" = ANY ($1) AND "deadlineAt" <= now()', ids)).toBe(0);
  });

  test('give orders two more minutes that fell due while nobody swept', async () => {
    const ids = newIds(20);
    await place(ids);
    minutesLater(16);
    await lastSweep(90);
    await sweepUntil(
      'the orders have more time',
      async () => (await count(`${open} AND "acceptBy" = "deadlineAt"`, ids)) === 20 && (await later(ids)) === 20,
    );
    expect(await count(cancelled, ids)).toBe(0);
    minutesLater(1.9);
    await lastSweepIsFresh();
    await sweepUntil('a sweep has run', async () => sweptAt(clock));
    expect(await count(open, ids)).toBe(20);
    minutesLater(0.2);
    await sweepUntil('no order waits', async () => (await count(open, ids)) === 0);
    expect(await count(cancelled, ids)).toBe(20);
  });
  const later = (ids: readonly string[]) =>
    count(`"orders" WHERE "id" = ANY ($1) AND "acceptBy" > '${clock.toISOString()}'`, ids);
  /** The clock of the test jumps; the sweeps did not stop. */
  const lastSweepIsFresh = () =>
    database.pool.query(`UPDATE "deadline_sweeps" SET "sweptAt" = $1`, [new Date(clock.getTime() - 10_000)]);
  const sweptAt = async (time: Date) =>
    (await database.pool.query<{ sweptAt: Date }>(`SELECT "sweptAt" FROM "deadline_sweeps"`)).rows[0]!.sweptAt >= time;

  test('publish once that an order is late, without a new version', async () => {
    const ids = newIds(100);
    await place(ids);
    await Promise.all(ids.map((id) => replicas[1]!.transact.submit(stepping(id, 'PREPARING'))));
    minutesLater(46);
    await lastSweep(10);
    const late = `"orders" WHERE "id" = ANY ($1) AND "preparingLateAt" IS NOT NULL AND "deliveryLateAt" IS NOT NULL`;
    await sweepUntil('all orders are late', async () => (await count(late, ids)) === 100);
    const promises = ids.flatMap((id) => [promiseIdOf(id, 'PREPARING'), promiseIdOf(id, 'DELIVERY')]);
    expect(await count('messaging.outbox WHERE "aggregateId" = ANY ($1::uuid[])', promises)).toBe(200);
    expect(await count(`"orders" WHERE "id" = ANY ($1) AND "version" = 2 AND "deadlineAt" IS NULL`, ids)).toBe(100);
  });
});

describe('the service', () => {
  let service: OrderService;
  let ann: Someone;
  let staff: Someone;
  let ahead = 0;

  beforeAll(async () => {
    const now = () => new Date(Date.now() + ahead);
    [service, ann, staff] = await Promise.all([startOrderService({ now }), someone('customer'), someone('staff')]);
  });
  afterAll(() => service.stop());

  const step = (id: string, status: string) =>
    service.ask(staff, 'PATCH', `/v1/orders/${id}/status`, { body: { status } });
  const ready = (id: string, who = staff, headers = {}) =>
    service.ask(who, 'POST', `/v1/orders/${id}/ready`, { headers });
  const read = async (id: string) => (await service.ask(ann, 'GET', `/v1/orders/${id}`)).body;
  const historyOf = async (id: string) => (await service.ask(ann, 'GET', `/v1/orders/${id}/history`)).body.data;
  async function place(itemId: string, deliverAt?: Date) {
    const deliveryAddress = { line1: 'Street 1', city: 'Anytown', postalCode: '1', country: 'DE' };
    const body = { items: [{ itemId, quantity: 1 }], deliveryAddress, ...(deliverAt && { deliverAt }) };
    return service.ask(ann, 'POST', '/v1/orders', { headers: { 'idempotency-key': randomUUID() }, body });
  }

  test('shows the times of an order, and says once that it is ready', async () => {
    const { body: placed } = await place(service.inventory.item('5.00'));
    const { id } = placed;
    expect(Date.parse(placed.acceptBy) - Date.parse(placed.createdAt)).toBe(15 * 60_000);
    expect(placed).toMatchObject({ dueAt: null, acceptedAt: null, readyAt: null, pickedUpAt: null, deliveredAt: null });
    expect((await ready(id)).body).toMatchObject({ status: 409, code: 'INVALID_TRANSITION' });
    await step(id, 'PREPARING');
    expect((await ready(id, ann)).status).toBe(403);
    expect((await ready(id, staff, { 'if-match': '"1"' })).status).toBe(412);
    const first = await ready(id);
    expect(first).toMatchObject({ status: 200, body: { status: 'PREPARING', version: 3 } });
    expect(first.headers['etag']).toBe('"3"');
    expect((await ready(id)).body).toEqual(first.body);
    await step(id, 'OUT_FOR_DELIVERY');
    const { body: delivered } = await step(id, 'DELIVERED');
    const times = [delivered.acceptedAt, delivered.readyAt, delivered.pickedUpAt, delivered.deliveredAt];
    expect(times.map((time) => Date.parse(time))).toEqual(times.map((time) => Date.parse(time)).toSorted());
    expect(await historyOf(id)).toMatchObject([
      { version: 1, from: null, to: 'PENDING', milestone: null },
      { version: 2, from: 'PENDING', to: 'PREPARING', milestone: null },
      { version: 3, from: 'PREPARING', to: 'PREPARING', milestone: 'READY', by: staff.id, at: delivered.readyAt },
      { version: 4, to: 'OUT_FOR_DELIVERY', milestone: null },
      { version: 5, to: 'DELIVERED', milestone: null },
    ]);
  });

  test('reserves a scheduled order at once, shows it to the kitchen in time, and cancels it if nobody accepts it', async () => {
    const itemId = service.inventory.item('5.00', 1);
    const deliverAt = new Date(Date.now() + 50 * 60_000);
    const { body: placed } = await place(itemId, deliverAt);
    expect(placed).toMatchObject({ status: 'PENDING', deliverAt: deliverAt.toISOString() });
    expect(Date.parse(placed.dueAt)).toBe(deliverAt.getTime() - 45 * 60_000);
    expect(service.inventory.quantityOf(itemId)).toBe(0);
    ahead += 5 * 60_000;
    await until('it is due', async () => (await read(placed.id)).version === 2);
    const [, due] = await historyOf(placed.id);
    const byService = { by: 'order', byRole: 'service' };
    expect(due).toMatchObject({ from: 'PENDING', to: 'PENDING', milestone: 'DUE', ...byService });
    const { acceptBy } = await read(placed.id);
    expect(Date.parse(acceptBy) - Date.parse(due.at)).toBe(15 * 60_000);
    // The clock jumps: the service takes that for an outage, and the kitchen has two more minutes.
    ahead += 16 * 60_000;
    await until('it may be accepted for longer', async () => (await read(placed.id)).acceptBy > acceptBy);
    expect((await read(placed.id)).version).toBe(2);
    ahead += 1.1 * 60_000;
    await until('the service has swept', async () => (await service.figure('order_deadlines_overdue_seconds')) === 0);
    ahead += 0.95 * 60_000;
    await until('it is cancelled', async () => (await read(placed.id)).status === 'CANCELLED');
    const [, , cancelled] = await historyOf(placed.id);
    expect(cancelled).toMatchObject({ to: 'CANCELLED', reason: 'NOT_ACCEPTED', restock: true, ...byService });
    await until('its stock is back', () => Promise.resolve(service.inventory.quantityOf(itemId) === 1));
    expect(await service.figure('orders_not_accepted_total')).toBe(1);
    expect(await service.figure('orders_due_total')).toBe(1);
  });
});
