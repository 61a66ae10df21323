/** Orders that a restored database lacks, recovered from real Kafka: complete, once, and with their keys. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCodec, memorySchemaCache } from '@oms/contracts';
import { createKafka, createOutbox } from '@oms/messaging';
import { createLogger } from '@oms/service-kit';
import { testStack, until } from '@oms/test-kit';
import { renderReply } from '../src/http/order-view.ts';
import { publishes } from '../src/domain/messages.ts';
import { recoverOrders } from '../src/recovery/recover-orders.ts';
import { someone, startOrderService, type OrderService, type Someone } from './order-service.ts';

let service: OrderService;
let [ann, staff] = [] as unknown as [Someone, Someone];
let recover: (options?: { fix?: boolean; since?: Date }) => ReturnType<typeof recoverOrders>;
let begun = new Date();
let mine = new Set<string>();

beforeAll(async () => {
  [service, ann, staff] = await Promise.all([startOrderService(), someone('customer'), someone('staff')]);
  const { kafkaBrokers: brokers, registryUrl } = testStack();
  const kafka = createKafka({
    clientId: 'recover-test',
    brokers,
    logger: createLogger({ name: 't', level: 'silent' }),
  });
  const codec = await createCodec({
    registryUrl,
    cache: memorySchemaCache(),
    publishes,
  });
  const outbox = createOutbox({ codec, source: 'order' });
  recover = async ({ fix = true, since = begun } = {}) => {
    const report = await recoverOrders({ pool: service.pool, kafka, codec, outbox, renderReply, since, fix });
    // Other tests publish their orders on the same topics.
    return { ...report, discrepancies: report.discrepancies.filter(({ id }) => mine.has(id ?? '')) };
  };
});
beforeEach(() => {
  begun = new Date();
  mine = new Set();
});
afterAll(() => service.stop());

async function placed(statuses: readonly string[] = [], key: string = randomUUID()) {
  const item = service.inventory.item('3.00', 10);
  const reply = await service.placeFor(ann, [{ itemId: item, quantity: 2 }], key);
  const id = String(reply.body.id);
  mine.add(id);
  for (const status of statuses) await step(id, status);
  return { id, key, item, reply };
}

async function step(id: string, status: string) {
  const reply = await service.ask(staff, 'PATCH', `/v1/orders/${id}/status`, { body: { status } });
  expect(reply.status).toBe(200);
}

const published = () =>
  until('all is published', async () => (await service.pool.query('SELECT FROM messaging.outbox')).rowCount === 0);

/** The database as it was when the order had this version. */
async function takeBack(id: string, version: number) {
  await published();
  await service.pool.query('DELETE FROM order_history WHERE "orderId" = $1 AND version > $2', [id, version]);
  if (version === 0) {
    await service.pool.query('DELETE FROM orders WHERE id = $1', [id]);
    await service.pool.query('DELETE FROM placements WHERE "orderId" = $1', [id]);
  } else {
    await service.pool.query(
      `UPDATE orders o SET status = h."toStatus", version = h.version, "updatedAt" = h.at
       FROM order_history h WHERE o.id = $1 AND h."orderId" = o.id AND h.version = $2`,
      [id, version],
    );
  }
}

async function everythingOf(id: string) {
  const order = await service.ask(staff, 'GET', `/v1/orders/${id}`);
  const history = await service.ask(staff, 'GET', `/v1/orders/${id}/history`);
  const ids = await service.pool.query('SELECT version, "eventId" FROM order_history WHERE "orderId" = $1 ORDER BY 1', [
    id,
  ]);
  return [order.text, history.text, ids.rows] as const;
}

describe('an order that was placed after the moment of the restore', () => {
  test('is there again as it was, with every step of its history', async () => {
    const { id } = await placed(['PREPARING', 'OUT_FOR_DELIVERY']);
    const before = await everythingOf(id);
    await takeBack(id, 0);
    expect((await recover()).discrepancies).toMatchObject([{ kind: 'ORDER_LOST', id, fixed: true }]);
    expect(await everythingOf(id)).toEqual(before);
  });

  test('answers its key byte for byte, and reserves no stock again', async () => {
    const { id, key, item, reply } = await placed(['PREPARING']);
    await takeBack(id, 0);
    await recover();
    const again = await service.placeFor(ann, [{ itemId: item, quantity: 2 }], key);
    expect([again.status, again.text]).toEqual([201, reply.text]);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(service.inventory.quantityOf(item)).toBe(8);
    const other = await service.placeFor(ann, [{ itemId: item, quantity: 3 }], key);
    expect([other.status, other.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
  });

  test('continues: its next change has the version after the last published one, and is published once', async () => {
    const { id } = await placed(['PREPARING']);
    await takeBack(id, 0);
    await recover();
    await step(id, 'OUT_FOR_DELIVERY');
    expect((await service.ask(staff, 'GET', `/v1/orders/${id}`)).body.version).toBe(3);
    await published();
    expect((await recover()).discrepancies).toEqual([]);
  });
});

describe('recovering', () => {
  test('writes nothing without `fix`', async () => {
    const { id } = await placed();
    await takeBack(id, 0);
    expect((await recover({ fix: false })).discrepancies).toMatchObject([{ kind: 'ORDER_LOST', fixed: false }]);
    expect((await service.ask(staff, 'GET', `/v1/orders/${id}`)).status).toBe(404);
    expect((await recover()).discrepancies).toHaveLength(1);
    expect((await recover()).discrepancies).toEqual([]);
  });

  test('takes an order that stood earlier to where it stands', async () => {
    const { id } = await placed(['PREPARING', 'CANCELLED']);
    const before = await everythingOf(id);
    await takeBack(id, 1);
    expect((await recover()).discrepancies).toMatchObject([{ kind: 'ORDER_BEHIND', id, fixed: true }]);
    expect(await everythingOf(id)).toEqual(before);
  });

  test('applies a change of the restored order again, after what was published', async () => {
    const { id } = await placed(['PREPARING']);
    await takeBack(id, 1);
    const reply = await service.ask(ann, 'POST', `/v1/orders/${id}/cancel`, { body: { reason: 'CUSTOMER' } });
    expect(reply.body).toMatchObject({ status: 'CANCELLED', version: 2 });
    await published();
    expect((await recover()).discrepancies).toMatchObject([
      { kind: 'ORDER_FORKED', id, fixed: true },
      { kind: 'CHANGE_DROPPED', id, fixed: false },
    ]);
    expect((await service.ask(staff, 'GET', `/v1/orders/${id}`)).body).toMatchObject({
      status: 'PREPARING',
      version: 2,
    });
    await step(id, 'CANCELLED');
    await published();
    expect((await recover()).discrepancies).toEqual([]);
  });

  test('of an order that its client has placed again meanwhile leads to the first placement', async () => {
    const { id, key, item, reply } = await placed(['PREPARING']);
    await takeBack(id, 0);
    const again = await service.placeFor(ann, [{ itemId: item, quantity: 2 }], key);
    expect([again.status, again.body.id]).toEqual([201, id]);
    await published();
    expect((await recover()).discrepancies).toMatchObject([{ kind: 'ORDER_FORKED', id, fixed: true }]);
    expect((await service.placeFor(ann, [{ itemId: item, quantity: 2 }], key)).text).toBe(reply.text);
    expect((await service.ask(staff, 'GET', `/v1/orders/${id}`)).body).toMatchObject({
      status: 'PREPARING',
      version: 2,
    });
    expect((await recover()).discrepancies).toEqual([]);
  });

  test('beside the restored service, an order and its key come back once', async () => {
    const { id, key, item, reply } = await placed();
    await takeBack(id, 0);
    const [, again] = await Promise.all([recover(), service.placeFor(ann, [{ itemId: item, quantity: 2 }], key)]);
    expect([again.status, again.body.id]).toEqual([201, id]);
    await published();
    await recover();
    expect((await service.placeFor(ann, [{ itemId: item, quantity: 2 }], key)).text).toBe(reply.text);
    expect((await recover()).discrepancies).toEqual([]);
  });

  test('of later versions alone names the one that is missing', async () => {
    const { id } = await placed();
    await published();
    const since = new Date();
    await until('a later moment', () => Date.now() > since.getTime() + 5);
    await step(id, 'PREPARING');
    await takeBack(id, 0);
    expect((await recover({ since })).discrepancies).toMatchObject([{ kind: 'VERSION_MISSING', id, fixed: false }]);
    expect((await recover()).discrepancies).toMatchObject([{ kind: 'ORDER_LOST', id, fixed: true }]);
  });
});

describe('the times of an order', () => {
  const ready = (id: string) => service.ask(staff, 'POST', `/v1/orders/${id}/ready`);

  test('are there again, also of a change without a new status', async () => {
    const { id } = await placed(['PREPARING']);
    expect((await ready(id)).status).toBe(200);
    const before = await everythingOf(id);
    for (const version of [0, 1, 2]) {
      await takeBack(id, version);
      await service.pool.query('UPDATE orders SET "readyAt" = NULL WHERE id = $1', [id]);
      expect((await recover()).discrepancies).toHaveLength(1);
      expect(await everythingOf(id)).toEqual(before);
    }
  });

  test('include that it is late, which is not published again', async () => {
    const { id } = await placed(['PREPARING']);
    const sql = `UPDATE orders SET "acceptedAt" = now() - interval '21 minutes', "deadlineAt" = now() WHERE id = $1`;
    await service.pool.query(sql, [id]);
    const lateAt = async () =>
      (await service.pool.query('SELECT "preparingLateAt" AS at FROM orders WHERE id = $1', [id])).rows[0].at;
    await until('it is late', async () => (await lateAt()) !== null);
    await published();
    const marked = await lateAt();
    await service.pool.query(`UPDATE orders SET "preparingLateAt" = NULL WHERE id = $1`, [id]);
    expect((await recover({ fix: false })).discrepancies).toMatchObject([{ kind: 'LATE_LOST', id, fixed: false }]);
    expect((await recover()).discrepancies).toMatchObject([{ kind: 'LATE_LOST', id, fixed: true }]);
    expect(await lateAt()).toEqual(marked);
    expect((await recover()).discrepancies).toEqual([]);
  });

  test('give the kitchen two more minutes to accept what was due meanwhile', async () => {
    const { id } = await placed();
    await takeBack(id, 0);
    await recover();
    // As if the restore had taken longer than the kitchen had.
    const sql = `UPDATE orders SET "acceptBy" = now() - interval '1 minute', "deadlineAt" = now() WHERE id = $1 RETURNING version`;
    await service.pool.query(sql, [id]);
    await service.pool.query(`UPDATE "deadline_sweeps" SET "sweptAt" = '-infinity'`);
    await until('it may be accepted', async () => {
      const { body } = await service.ask(staff, 'GET', `/v1/orders/${id}`);
      return body.status === 'PENDING' && Date.parse(body.acceptBy) > Date.now() + 60_000;
    });
  });
});
