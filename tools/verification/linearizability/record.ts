// Clients at work on the stock of a running inventory service, and what they saw: reservations, restocks, adjustments, reads, cancellations.
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Random } from '../harness/random.ts';
import type { History, Line, Wish } from './history.ts';
import type { OrdersPart } from './orders-part.ts';
import { createRecorder, type Heard } from './recorder.ts';
import type { Movement, Reservation, StockDoor } from './stock-door.ts';

export type Work = {
  items: number;
  clients: number;
  calls: number;
  random: Random;
  /** Disturbs the service until the clients have ended. */
  disturb?: (clients: Promise<unknown>) => Promise<void>;
};

const patienceMs = 5_000;
/** How long the service may be away: killed, it has to start again, and the machine may be busy. */
const awayMsMax = 90_000;
/** How long inventory may take to give back the stock of a cancelled order; a killed consumer's group waits for its session to end. */
const returnMs = 90_000;

export async function record(at: { door: StockDoor; orders: OrdersPart }, work: Work): Promise<Required<History>> {
  const { door, orders } = at;
  const recorder = createRecorder();
  orders.recordInto(recorder, work.random.fork());
  const openings = await Promise.all(
    Array.from({ length: work.items }, async () => {
      const quantity = work.random.between(10, 40);
      return { itemId: await door.create(`Recorded ${randomUUID()}`, quantity), quantity, version: 1 };
    }),
  );
  const itemIds = openings.map(({ itemId }) => itemId);
  const recent: Reservation[] = [];
  const cancelled = new Map<string, () => void>();
  let left = work.calls;

  const clients = Promise.all(
    Array.from({ length: work.clients }, (_, i) => client(`client ${i}`, work.random.fork())),
  );
  await Promise.all([clients, work.disturb?.(clients)]);
  await stockOfCancelledOrders();
  for (const itemId of itemIds) await persist('the last', [{ type: 'Read', itemId }], work.random);
  return { openings, calls: recorder.calls, ledger: await ledgers() };

  async function client(name: string, random: Random): Promise<void> {
    while (left > 0) {
      const wishes = wishesOf(random);
      left -= wishes.length;
      const heard = await persist(name, wishes, random);
      for (const [i, wish] of wishes.entries()) {
        if (wish.type !== 'Reserve' || typeof heard === 'string' || heard[i]?.type !== 'Reserved') continue;
        if (recent.push(wish) > 30) recent.shift();
        if (random.chance(0.15) && !cancelled.has(wish.orderId)) {
          cancelled.set(wish.orderId, () => {});
          cancelled.set(wish.orderId, await orders.cancel(wish.orderId));
        }
      }
    }
  }

  /** As a real client: the same wish under the same name again and again, until somebody says what came of it. */
  async function persist(name: string, wishes: readonly Wish[], random: Random): Promise<Heard> {
    const endsAtMs = recorder.nowMs() + awayMsMax;
    for (let tries = 1; ; tries += 1) {
      const deadlineMs = tries === 1 && random.chance(0.05) ? random.between(1, 6) : patienceMs;
      const heard = await recorder.asking(name, wishes, () => ask(wishes, deadlineMs));
      if (Array.isArray(heard) || (wishes[0]?.type === 'Read' && name !== 'the last')) return heard;
      if (recorder.nowMs() > endsAtMs)
        throw new Error(`${name} asked ${tries} times and heard nothing: ${JSON.stringify(wishes)}`);
      await wait(random.between(10, 300));
    }
  }

  function ask(wishes: readonly Wish[], deadlineMs: number): Promise<Heard> {
    const [first] = wishes;
    if (first !== undefined && !('orderId' in first)) return door.ask(first, deadlineMs);
    return door.reserve(wishes as readonly Reservation[], deadlineMs);
  }

  function wishesOf(random: Random): Wish[] {
    const itemId = random.pick(itemIds);
    const throwOf = random.between(1, 100);
    if (throwOf <= 35) return [{ type: 'Read', itemId }];
    if (throwOf <= 47) return [{ type: 'Restock', itemId, quantity: random.between(1, 9), key: randomUUID() }];
    if (throwOf <= 55) {
      const delta = random.pick([-6, -3, -1, 1, 4]);
      return [{ type: 'Adjust', itemId, delta, key: randomUUID() }];
    }
    const again = recent.length > 0 && throwOf <= 63 ? random.pick(recent) : undefined;
    if (again) return [{ ...again, lines: random.chance(0.3) ? linesOf(random) : again.lines }];
    return Array.from({ length: random.pick([1, 1, 1, 3]) }, () => ({
      ...{ type: 'Reserve', orderId: randomUUID(), lines: linesOf(random) },
    }));
  }

  /** The same item may be named twice. */
  function linesOf(random: Random): Line[] {
    return Array.from({ length: random.pick([1, 1, 2, 3]) }, () => ({
      ...{ itemId: random.pick(itemIds), quantity: random.between(1, 3) },
    }));
  }

  /**
   * Waits until the stock of every cancelled order is back. Where the ledger says that it came back by the cancellation, that has ended by
   * now; where the sweeper was faster, the cancellation had nothing left to do, and nobody sees when it did it.
   */
  async function stockOfCancelledOrders(): Promise<void> {
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
    for (const itemId of itemIds) all.push(...(await patiently(() => door.ledger(itemId))));
    return all;
  }

  async function patiently<T>(read: () => Promise<T>): Promise<T> {
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
