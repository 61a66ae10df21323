// Clients at work on the stock of a running inventory service, and what they saw: reservations, restocks, adjustments, reads, cancellations.
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Random } from '../harness/random.ts';
import type { History, Line, Request } from './history.ts';
import type { OrderStandIn } from './order-stand-in.ts';
import { createRecorder, type Outcome } from './recorder.ts';
import type { Movement, Reservation, StockClient } from './stock-client.ts';

export type Work = {
  items: number;
  clients: number;
  calls: number;
  random: Random;
  /** Disturbs the service until the clients have ended. */
  disturb?: (clients: Promise<unknown>) => Promise<void>;
};

const deadlineMsUsual = 5_000;
/** So many of the latest reservations may be requested again. */
const recentMax = 30;
/** Who reads every item after everything else. */
const finalReader = 'the last';
/** How long the service may be away: killed, it has to start again, and the machine may be busy. */
const awayMsMax = 90_000;
/** How long inventory may take to give back the stock of a cancelled order; a killed consumer's group waits for its session to end. */
const returnMs = 90_000;

export async function record(
  { client: inventory, orders }: { client: StockClient; orders: OrderStandIn },
  { items, clients: clientCount, calls, random, disturb }: Work,
): Promise<Required<History>> {
  const recorder = createRecorder();
  orders.recordInto(recorder, random.fork());
  const openings = await Promise.all(
    Array.from({ length: items }, async () => {
      const quantity = random.between(10, 40);
      return { itemId: await inventory.create(`Recorded ${randomUUID()}`, quantity), quantity, version: 1 };
    }),
  );
  const itemIds = openings.map(({ itemId }) => itemId);
  const recent: Reservation[] = [];
  const cancelled = new Map<string, () => void>();
  let left = calls;

  const clients = Promise.all(Array.from({ length: clientCount }, (_, i) => client(`client ${i}`, random.fork())));
  await Promise.all([clients, disturb?.(clients)]);
  await cancelledStockReturned();
  for (const itemId of itemIds) await retryUntilAnswered(finalReader, [{ type: 'Read', itemId }], random);
  return { openings, calls: recorder.calls, ledger: await ledgers() };

  async function client(name: string, random: Random): Promise<void> {
    while (left > 0) {
      const requests = requestsOf(random);
      left -= requests.length;
      const outcome = await retryUntilAnswered(name, requests, random);
      for (const [i, request] of requests.entries()) {
        if (request.type !== 'Reserve' || typeof outcome === 'string' || outcome[i]?.type !== 'Reserved') continue;
        if (recent.push(request) > recentMax) recent.shift();
        if (random.chance(0.15) && !cancelled.has(request.orderId)) {
          cancelled.set(request.orderId, () => {});
          cancelled.set(request.orderId, await orders.cancel(request.orderId));
        }
      }
    }
  }

  /** As a real client: the same request under the same key again and again, until there is an answer. */
  async function retryUntilAnswered(name: string, requests: readonly Request[], random: Random): Promise<Outcome> {
    const endsAtMs = recorder.nowMs() + awayMsMax;
    for (let tries = 1; ; tries += 1) {
      const deadlineMs = tries === 1 && random.chance(0.05) ? random.between(1, 6) : deadlineMsUsual;
      const outcome = await recorder.record(name, requests, () => send(requests, deadlineMs));
      if (Array.isArray(outcome) || (requests[0]?.type === 'Read' && name !== finalReader)) return outcome;
      if (recorder.nowMs() > endsAtMs)
        throw new Error(`${name} tried ${tries} times and got no answer: ${JSON.stringify(requests)}`);
      await wait(random.between(10, 300));
    }
  }

  function send(requests: readonly Request[], deadlineMs: number): Promise<Outcome> {
    const [first] = requests;
    if (first !== undefined && !('orderId' in first)) return inventory.send(first, deadlineMs);
    return inventory.reserve(requests as readonly Reservation[], deadlineMs);
  }

  function requestsOf(random: Random): Request[] {
    const itemId = random.pick(itemIds);
    const percent = random.between(1, 100);
    if (percent <= 35) return [{ type: 'Read', itemId }];
    if (percent <= 47) return [{ type: 'Restock', itemId, quantity: random.between(1, 9), key: randomUUID() }];
    if (percent <= 55) {
      const delta = random.pick([-6, -3, -1, 1, 4]);
      return [{ type: 'Adjust', itemId, delta, key: randomUUID() }];
    }
    const repeated = recent.length > 0 && percent <= 63 ? random.pick(recent) : undefined;
    if (repeated) return [{ ...repeated, lines: random.chance(0.3) ? linesOf(random) : repeated.lines }];
    return Array.from({ length: random.pick([1, 1, 1, 3]) }, () => ({
      type: 'Reserve' as const,
      orderId: randomUUID(),
      lines: linesOf(random),
    }));
  }

  /** The same item may be named twice. */
  function linesOf(random: Random): Line[] {
    return Array.from({ length: random.pick([1, 1, 2, 3]) }, () => ({
      itemId: random.pick(itemIds),
      quantity: random.between(1, 3),
    }));
  }

  /**
   * Waits until the stock of every cancelled order is back. Where the ledger says that the cancellation released it, the cancellation has
   * ended by now; where the sweeper was faster, the cancellation had nothing left to do, and nobody sees when it ended.
   */
  async function cancelledStockReturned(): Promise<void> {
    const endsAtMs = recorder.nowMs() + returnMs;
    while (cancelled.size > 0) {
      const released = (await ledgers()).filter(({ reason }) => reason === 'RELEASED');
      for (const { orderId, note } of released) {
        if (note?.startsWith('the order was cancelled')) cancelled.get(orderId ?? '')?.();
      }
      for (const { orderId } of released) cancelled.delete(orderId ?? '');
      if (recorder.nowMs() > endsAtMs) {
        const some = [...cancelled.keys()].slice(0, 5).join(', ');
        throw new Error(
          `The stock of ${cancelled.size} cancelled orders did not come back in ${returnMs / 1_000} s: ${some}`,
        );
      }
      await wait(200);
    }
  }

  async function ledgers(): Promise<Movement[]> {
    const all: Movement[] = [];
    for (const itemId of itemIds) all.push(...(await retryRead(() => inventory.ledger(itemId))));
    return all;
  }

  async function retryRead<T>(read: () => Promise<T>): Promise<T> {
    for (const endsAtMs = recorder.nowMs() + awayMsMax; ;) {
      try {
        return await read();
      } catch (error) {
        if (recorder.nowMs() > endsAtMs) throw error;
        await wait(200);
      }
    }
  }
}
