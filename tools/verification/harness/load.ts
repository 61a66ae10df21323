// Customers and staff that work during a fault run; their replies are kept, to be compared with the tables.

import { randomUUID } from 'node:crypto';
import type { ApiCaller, ApiUrls, Reply } from '../../dev/client/client.ts';
import type { Violation } from '../invariants/violation.ts';
import { createCallers, retryUntilFinal } from './caller.ts';
import { addressMark } from './menu.ts';
import { pause } from './pause.ts';
import type { Random } from './random.ts';

export type Load = {
  /** Ids of the orders answered with 201. */
  accepted: ReadonlySet<string>;
  violations: readonly Violation[];
  counts: {
    placed: number;
    refused: number;
    replayed: number;
    abandoned: number;
    unanswered: number;
    cancelled: number;
    /** Orders that were refused for their expected total, and then placed at that of now. */
    repriced: number;
    steps: number;
    /** Tries without a final answer, of orders by clients who then continued. */
    retries: number;
  };
  stop(): Promise<void>;
};

const customers = 12;
/** All wait for the same tick, so that commands meet in one batch. */
const tickMs = 250;
const restockEveryMs = 1_000;
const sameKeyEveryMs = 2_000;
const sameKeyRequests = 20;
const ordersOfOneStep = 10;
/** No dish is so cheap. */
const wrongTotal = '0.01';
const cancelsBeforeDelivery = [
  { reason: 'CUSTOMER' },
  { reason: 'SOLD_OUT' },
  { reason: 'RUSH_HOUR', restock: false },
  { reason: 'RUSH_HOUR', restock: true },
];
const failedDeliveries = [{ reason: 'NO_SHOW' }, { reason: 'ADDRESS_NOT_FOUND' }, { reason: 'REFUSED' }];
const untilAnswered = { triesMax: 400, pauseMs: 150 };
const once = { triesMax: 1, pauseMs: 0 };

/** @param items ids of the items that are ordered */
export async function startLoad(urls: ApiUrls, items: readonly string[], random: Random): Promise<Load> {
  const asCustomers = await createCallers(urls, 'customer', customers);
  const asStaff = await createCallers(urls, 'admin', 1);
  const accepted = new Set<string>();
  const open: string[] = [];
  const violations: Violation[] = [];
  const counts = {
    placed: 0,
    refused: 0,
    replayed: 0,
    abandoned: 0,
    unanswered: 0,
    cancelled: 0,
    repriced: 0,
    steps: 0,
    retries: 0,
  };
  const stopping = new AbortController();
  const loops = [
    ...Array.from({ length: customers }, (_, customer) => repeat(() => order(customer))),
    repeat(serve),
    repeat(restock),
    repeat(sameKeyAtOnce),
  ];
  return {
    accepted,
    violations,
    counts,
    async stop() {
      stopping.abort();
      await Promise.all(loops);
    },
  };

  async function repeat(work: () => Promise<void>): Promise<void> {
    while (!stopping.signal.aborted) {
      await work().catch((error: unknown) =>
        violations.push({ invariant: 4, what: `a client failed: ${String(error)}` }),
      );
      await pause(tickMs - (Date.now() % tickMs), stopping.signal);
    }
  }

  async function order(customer: number): Promise<void> {
    const caller = await asCustomers()[customer]!;
    const key = randomUUID();
    const body = random.chance(0.1) ? await atTotalOfNow(caller, randomOrder()) : randomOrder();
    // Some give up after the first try, whatever it brought: what they leave behind must settle without them.
    const givesUp = random.chance(0.1);
    const reply = await retryUntilFinal(
      () => caller.post('/v1/orders', body, { 'idempotency-key': key }),
      givesUp ? once : untilAnswered,
      () => (counts.retries += givesUp ? 0 : 1),
    );
    if (!reply) {
      counts[givesUp ? 'abandoned' : 'unanswered'] += 1;
      return;
    }
    if (reply.status !== 201) return countRefused(reply);
    const { id } = reply.body as { id: string };
    accepted.add(id);
    open.push(id);
    counts.placed += 1;
    if (random.chance(0.2)) await replay(caller, key, body, reply);
    if (random.chance(0.1)) await cancel(caller, id);
  }

  function randomOrder() {
    const lines = Array.from({ length: random.between(1, 3) }, () => ({
      itemId: random.pick(items),
      quantity: random.between(1, 2),
    }));
    return {
      items: lines,
      deliveryAddress: { line1: `7 ${addressMark}`, city: 'Lisbon', postalCode: '1100-148', country: 'PT' },
    };
  }

  /** The order with the total of now, from the refusal of a wrong one; the order as it is if it is refused for want of stock. */
  async function atTotalOfNow(caller: ApiCaller, order: ReturnType<typeof randomOrder>): Promise<object> {
    const reply = await retryUntilFinal(
      () => caller.post('/v1/orders', { ...order, expectedTotal: wrongTotal }),
      untilAnswered,
    );
    const { code, total } = (reply?.body ?? {}) as { code?: string; total?: string };
    if (reply && code !== 'PRICE_CHANGED' && code !== 'INSUFFICIENT_STOCK')
      violations.push({ invariant: 4, what: `an order at a wrong total was answered ${reply.status} ${code}` });
    if (total === undefined) return order;
    counts.repriced += 1;
    return { ...order, expectedTotal: total };
  }

  function countRefused({ status, body }: Reply): void {
    counts.refused += 1;
    const { code } = body as { code?: string };
    if (status !== 409 || code !== 'INSUFFICIENT_STOCK')
      violations.push({ invariant: 4, what: `a valid order was refused: ${status} ${code}` });
  }

  /** The same key again must get the same reply. */
  async function replay(caller: ApiCaller, key: string, body: unknown, first: Reply): Promise<void> {
    const request = () => caller.post('/v1/orders', body, { 'idempotency-key': key });
    const second = await retryUntilFinal(request, untilAnswered);
    if (!second) return;
    counts.replayed += 1;
    const [expected, found] = [JSON.stringify(first.body), JSON.stringify(second.body)];
    if (second.status !== 201 || found !== expected || second.headers.get('idempotency-replayed') !== 'true') {
      const what = `key ${key} was answered ${expected}, and then ${second.status} ${found}`;
      violations.push({ invariant: 4, what });
    }
  }

  async function cancel(caller: ApiCaller, id: string, body: object = { reason: 'CUSTOMER' }): Promise<void> {
    const request = () => caller.post(`/v1/orders/${id}/cancel`, body);
    const reply = await retryUntilFinal(request, untilAnswered);
    if (reply?.status === 200) counts.cancelled += 1;
  }

  /** Staff take the oldest orders further, step by step; some are cancelled on the way, some deliveries fail. */
  async function serve(): Promise<void> {
    const caller = await asStaff()[0]!;
    const ids = open.splice(0, ordersOfOneStep);
    await Promise.all(
      ids.map(async (id) => {
        for (const status of ['PREPARING', 'OUT_FOR_DELIVERY', 'DELIVERED']) {
          if (random.chance(0.15)) return;
          if (random.chance(0.05))
            return cancel(caller, id, random.pick(status === 'DELIVERED' ? failedDeliveries : cancelsBeforeDelivery));
          const request = () => caller.patch(`/v1/orders/${id}/status`, { status });
          const reply = await retryUntilFinal(request, untilAnswered);
          if (reply?.status !== 200) return;
          counts.steps += 1;
          // The kitchen may say that it has finished; an order may leave without that.
          if (status === 'PREPARING' && random.chance(0.5))
            await retryUntilFinal(() => caller.post(`/v1/orders/${id}/ready`), untilAnswered);
        }
      }),
    );
  }

  async function restock(): Promise<void> {
    const caller = await asStaff()[0]!;
    const listed = await retryUntilFinal(() => caller.get('/v1/inventory?lowStock=true'), once);
    for (const { id } of (listed?.body as { data?: { id: string }[] } | undefined)?.data ?? []) {
      const key = randomUUID();
      const quantity = random.between(5, 30);
      const request = () => caller.post(`/v1/inventory/${id}/restock`, { quantity }, { 'idempotency-key': key });
      await retryUntilFinal(request, untilAnswered);
    }
    await countOne(caller);
    await pause(restockEveryMs, stopping.signal);
  }

  /** Counts what there is: sometimes fewer than are promised, sometimes more than was known. */
  async function countOne(caller: ApiCaller): Promise<void> {
    const id = random.pick(items);
    const onHand = random.chance(0.3) ? random.between(0, 5) : random.between(40, 120);
    const body = { onHand, reason: 'counted' };
    const headers = { 'idempotency-key': randomUUID() };
    await retryUntilFinal(() => caller.post(`/v1/inventory/${id}/counts`, body, headers), untilAnswered);
  }

  /** Many requests with one key at the same time: one order, and no second one. */
  async function sameKeyAtOnce(): Promise<void> {
    const caller = await asCustomers()[0]!;
    const key = randomUUID();
    const body = randomOrder();
    const request = () => caller.post('/v1/orders', body, { 'idempotency-key': key });
    const replies = await Promise.all(
      Array.from({ length: sameKeyRequests }, () => retryUntilFinal(request, untilAnswered)),
    );
    const orders = new Set(replies.flatMap((reply) => (reply?.status === 201 ? [JSON.stringify(reply.body)] : [])));
    for (const text of orders) accepted.add((JSON.parse(text) as { id: string }).id);
    if (orders.size > 1)
      violations.push({ invariant: 4, what: `key ${key} made several orders: ${[...orders].join(' and ')}` });
    await pause(sameKeyEveryMs, stopping.signal);
  }
}
