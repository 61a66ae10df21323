/** Overload: a placement beyond the limit is refused at once, with Retry-After, and nothing of it is begun. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '@oms/test-kit';
import { someone, startOrderService, type OrderService, type Someone } from './order-service.ts';

let service: OrderService;
let itemId: string;

beforeAll(async () => {
  service = await startOrderService({ queueMax: 4 });
  itemId = service.inventory.item('1.00', 100);
});
afterAll(() => service.stop());

const place = (who: Someone, key?: string) => service.placeFor(who, [{ itemId, quantity: 1 }], key);

/** Begins a placement. It is in progress when the same key gets 409. Returns a function that waits for its status. */
async function begin(who: Someone): Promise<() => Promise<number>> {
  const key = randomUUID();
  await service.ask(who, 'GET', '/v1/orders');
  const reply = place(who, key);
  await until('it is under way', async () => (await place(who, key)).status === 409);
  return async () => (await reply).status;
}

async function beginAs(customers: readonly Someone[]) {
  const replies: (() => Promise<number>)[] = [];
  for (const who of customers) replies.push(await begin(who));
  return () => Promise.all(replies.map((reply) => reply()));
}

const customers = (count: number) => Promise.all(Array.from({ length: count }, () => someone('customer')));

describe('while inventory keeps its answer back', () => {
  test('the placement beyond the limit is 503 TOO_BUSY with Retry-After, takes no stock, and is placed when it is retried', async () => {
    const refusals = await service.figure('group_commit_refused_total');
    const [before, key, ann] = [service.inventory.quantityOf(itemId) ?? 0, randomUUID(), await someone('customer')];
    const answer = service.inventory.hold();
    const statuses = await beginAs(await customers(4));
    const refused = await place(ann, key);
    expect([refused.status, refused.body.code, refused.headers['retry-after']]).toEqual([503, 'TOO_BUSY', '1']);
    expect(await service.figure('group_commit_refused_total')).toBe(refusals + 1);
    answer();
    expect(await statuses()).toEqual([201, 201, 201, 201]);
    expect(service.inventory.quantityOf(itemId)).toBe(before - 4);
    expect((await place(ann, key)).status).toBe(201);
  });

  test('one customer has half of the places at most, and the others keep theirs', async () => {
    const [greedy, ...others] = (await customers(3)) as [Someone, Someone, Someone];
    const answer = service.inventory.hold();
    const statuses = await beginAs([greedy, greedy]);
    expect((await place(greedy)).body.code).toBe('TOO_BUSY');
    const otherStatuses = await beginAs(others);
    answer();
    expect([...(await statuses()), ...(await otherStatuses())]).toEqual([201, 201, 201, 201]);
  });
});
