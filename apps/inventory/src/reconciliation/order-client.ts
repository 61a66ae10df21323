/** How orders stand by the order service's own word, and whether we have heard all of it: what is under way is no difference. */
import { parseCents, type ItemId, type OrderId } from '@oms/contracts';
import type { KafkaAdmin } from '@oms/messaging';
import { UnreachableError, type HttpClient } from '@oms/service-kit';
import type pg from 'pg';
import type { OrderOnFile } from './discrepancies.ts';

export type OrdersOnFile = {
  /** Those of `orderIds` that exist. @throws UnreachableError when order gives no answer */
  of(orderIds: readonly OrderId[]): Promise<ToldOrder[]>;
  /** By id, at most `limit`, after the one that `after` names. */
  page(after: OrderId | null, limit: number): Promise<OrderOnFile[]>;
  /** Of orders just asked for, those whose news is applied here, or can't be under way any more. */
  settled(orders: readonly ToldOrder[]): Promise<Set<OrderId>>;
};
export type ToldOrder = OrderOnFile & { told: boolean };

type Line = { itemId: ItemId; itemName: string; quantity: number; unitPrice: string };
type Answer<T> = { results: (Omit<T, 'lines'> & { lines: Line[] })[] };

const catchUpMs = 5_000;
const lookAgainMs = 100;
/** A group that lags is not asked about again for so long: what it has not read counts as under way meanwhile. */
const lagKnownMs = 15_000;

export function createOrdersOnFile(o: {
  order: HttpClient;
  pool: pg.Pool;
  admin: Pick<KafkaAdmin, 'offsetRanges' | 'committedOffsets'>;
  topic: string;
  group: string;
}): OrdersOnFile {
  let lagsUntilMs = -1;
  return {
    async of(orderIds) {
      if (orderIds.length === 0) return [];
      const { results } = await ask<ToldOrder>('/internal/orders/states', { orderIds });
      return results.map((order) => ({ ...order, lines: order.lines.map(lineOf) }));
    },
    async page(after, limit) {
      const body = { limit, ...(after !== null && { after }) };
      const { results } = await ask<OrderOnFile>('/internal/orders/states/page', body);
      return results.map((order) => ({ ...order, lines: order.lines.map(lineOf) }));
    },
    async settled(orders) {
      const eventIds = orders.flatMap(({ eventId }) => eventId ?? []);
      const { rows } = await o.pool.query<{ eventId: string }>(
        'SELECT "eventId" FROM messaging.inbox WHERE "eventId" = ANY ($1::uuid[]) AND consumer = $2',
        [eventIds, o.group],
      );
      const applied = new Set(rows.map(({ eventId }) => eventId));
      const isApplied = ({ eventId }: ToldOrder) => eventId !== null && applied.has(eventId);
      // Kafka has these, and they are not applied: on their way, or among the dead letters, or lost. They are on their way no longer once
      // our group has passed all that was in the topic when order answered.
      const unheard = orders.filter((order) => order.told && !isApplied(order));
      const passed = unheard.length > 0 && performance.now() > lagsUntilMs && (await hasCaughtUp());
      if (unheard.length > 0 && !passed) lagsUntilMs = performance.now() + lagKnownMs;
      const parked = passed ? await parkedOf(unheard) : new Set();
      const isLost = ({ orderId, told }: ToldOrder) => told && passed && !parked.has(orderId);
      return new Set(orders.filter((order) => isApplied(order) || isLost(order)).map(({ orderId }) => orderId));
    },
  };

  /** Asked once more when the answer is lost: reading twice does no harm, and a stretch need not begin anew for a cut connection. */
  async function ask<T>(path: string, body: object): Promise<Answer<T>> {
    try {
      return await o.order.post<Answer<T>>(path, body);
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
      return o.order.post<Answer<T>>(path, body);
    }
  }

  /** Whose news was read and put aside until an earlier one comes: no more lost than what is still in the topic. */
  async function parkedOf(orders: readonly ToldOrder[]): Promise<Set<OrderId>> {
    const { rows } = await o.pool.query<{ aggregateId: OrderId }>(
      `SELECT DISTINCT "aggregateId" FROM messaging.parked
       WHERE "consumer" = $1 AND "topic" = $2 AND "aggregateId" = ANY ($3::uuid[])`,
      [o.group, o.topic, orders.map(({ orderId }) => orderId)],
    );
    return new Set(rows.map(({ aggregateId }) => aggregateId));
  }

  /** False also while Kafka does not tell. */
  async function hasCaughtUp(): Promise<boolean> {
    try {
      const ranges = await o.admin.offsetRanges([o.topic]);
      const endsMs = performance.now() + catchUpMs;
      for (;;) {
        const committed = await o.admin.committedOffsets(o.group, [o.topic]);
        const at = new Map(committed.map(({ partition, offset }) => [partition, offset]));
        if (ranges.every(({ partition, first, end }) => first === end || (at.get(partition) ?? -1n) >= end))
          return true;
        if (performance.now() > endsMs) return false;
        await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
      }
    } catch {
      return false;
    }
  }
}

function lineOf({ unitPrice, ...line }: Line) {
  return { ...line, unitPriceCents: parseCents(unitPrice) };
}
