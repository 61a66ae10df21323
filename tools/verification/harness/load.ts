// Customers and staff at work in a fault run; what they were told is remembered, to be held against the books.

import { randomUUID } from 'node:crypto';
import type { ApiCaller, Doors, Reply } from '../../dev/client/client.ts';
import type { Finding } from '../invariants/violation.ts';
import { createCallers, persist } from './caller.ts';
import type { Random } from './random.ts';
import { addressMark } from './menu.ts';

export type Load = {
  /** Ids answered with 201. */
  accepted: ReadonlySet<string>;
  findings: readonly Finding[];
  counts: {
    placed: number;
    refused: number;
    repeated: number;
    abandoned: number;
    unanswered: number;
    cancelled: number;
    steps: number;
    /** Tries without an answer that stands, of orders by clients who then went on. */
    triedAgain: number;
  };
  stop(): Promise<void>;
};

const customers = 12;
const patient = { triesMax: 400, pauseMs: 150 };
const hasty = { triesMax: 1, pauseMs: 0 };

/** @param items ids of the dishes that are ordered */
export async function startLoad(doors: Doors, items: readonly string[], random: Random): Promise<Load> {
  const asCustomers = await createCallers(doors, 'customer', customers);
  const asStaff = await createCallers(doors, 'admin', 1);
  const accepted = new Set<string>();
  const open: string[] = [];
  const findings: Finding[] = [];
  const counts = {
    placed: 0,
    refused: 0,
    repeated: 0,
    abandoned: 0,
    unanswered: 0,
    cancelled: 0,
    steps: 0,
    triedAgain: 0,
  };
  let stopping = false;
  const loops = [
    ...Array.from({ length: customers }, (_, at) => again(() => order(at))),
    again(serve),
    again(restock),
    again(sameKeyAtOnce),
  ];
  return {
    accepted,
    findings,
    counts,
    async stop() {
      stopping = true;
      await Promise.all(loops);
    },
  };

  async function again(work: () => Promise<void>): Promise<void> {
    while (!stopping) {
      await work().catch((error: unknown) =>
        findings.push({ invariant: 4, what: `a client broke off: ${String(error)}` }),
      );
      // In bursts: all wait for the same tick, so that commands meet in one batch.
      await new Promise((resolve) => setTimeout(resolve, 250 - (Date.now() % 250)));
    }
  }

  async function order(at: number): Promise<void> {
    const caller = await asCustomers()[at]!;
    const key = randomUUID();
    const body = wish();
    // Some go away after the first try, whatever it brought: what they leave behind must settle without them.
    const leaves = random.chance(0.1);
    const reply = await persist(
      () => caller.post('/v1/orders', body, { 'idempotency-key': key }),
      leaves ? hasty : patient,
      () => (counts.triedAgain += leaves ? 0 : 1),
    );
    if (!reply) {
      counts[leaves ? 'abandoned' : 'unanswered'] += 1;
      return;
    }
    if (reply.status !== 201) return refused(reply);
    const { id } = reply.body as { id: string };
    accepted.add(id);
    open.push(id);
    counts.placed += 1;
    if (random.chance(0.2)) await repeat(caller, key, body, reply);
    if (random.chance(0.1)) await cancel(caller, id);
  }

  function wish() {
    const lines = Array.from({ length: random.between(1, 3) }, () => ({
      itemId: random.pick(items),
      quantity: random.between(1, 2),
    }));
    return {
      items: lines,
      deliveryAddress: { line1: `7 ${addressMark}`, city: 'Lisbon', postalCode: '1100-148', country: 'PT' },
    };
  }

  function refused({ status, body }: Reply): void {
    counts.refused += 1;
    const { code } = body as { code?: string };
    if (status !== 409 || code !== 'INSUFFICIENT_STOCK')
      findings.push({ invariant: 4, what: `a good order was refused: ${status} ${code}` });
  }

  async function repeat(caller: ApiCaller, key: string, body: unknown, first: Reply): Promise<void> {
    const second = await persist(() => caller.post('/v1/orders', body, { 'idempotency-key': key }), patient);
    if (!second) return;
    counts.repeated += 1;
    if (
      second.status !== 201 ||
      JSON.stringify(second.body) !== JSON.stringify(first.body) ||
      second.headers.get('idempotency-replayed') !== 'true'
    ) {
      findings.push({
        invariant: 4,
        what: `key ${key} was answered ${JSON.stringify(first.body)}, and then ${second.status} ${JSON.stringify(second.body)}`,
      });
    }
  }

  async function cancel(caller: ApiCaller, id: string): Promise<void> {
    const reply = await persist(() => caller.post(`/v1/orders/${id}/cancel`, { reason: 'CUSTOMER' }), patient);
    if (reply?.status === 200) counts.cancelled += 1;
  }

  /** Staff take the oldest orders a step further. */
  async function serve(): Promise<void> {
    const caller = await asStaff()[0]!;
    const ids = open.splice(0, 10);
    await Promise.all(
      ids.map(async (id) => {
        for (const status of ['PREPARING', 'OUT_FOR_DELIVERY', 'DELIVERED']) {
          if (random.chance(0.15)) return;
          const reply = await persist(() => caller.patch(`/v1/orders/${id}/status`, { status }), patient);
          if (reply?.status !== 200) return;
          counts.steps += 1;
        }
      }),
    );
  }

  async function restock(): Promise<void> {
    const caller = await asStaff()[0]!;
    const listed = await persist(() => caller.get('/v1/inventory?lowStock=true'), hasty);
    for (const { id } of (listed?.body as { data?: { id: string }[] } | undefined)?.data ?? []) {
      const key = randomUUID();
      await persist(
        () =>
          caller.post(`/v1/inventory/${id}/restock`, { quantity: random.between(5, 30) }, { 'idempotency-key': key }),
        patient,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }

  /** Twenty requests with one key at the same time: one order, and no second one. */
  async function sameKeyAtOnce(): Promise<void> {
    const caller = await asCustomers()[0]!;
    const key = randomUUID();
    const body = wish();
    const replies = await Promise.all(
      Array.from({ length: 20 }, () =>
        persist(() => caller.post('/v1/orders', body, { 'idempotency-key': key }), patient),
      ),
    );
    const made = new Set(replies.flatMap((reply) => (reply?.status === 201 ? [JSON.stringify(reply.body)] : [])));
    for (const text of made) accepted.add((JSON.parse(text) as { id: string }).id);
    if (made.size > 1)
      findings.push({ invariant: 4, what: `key ${key} made several orders: ${[...made].join(' and ')}` });
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
}
