/**
 * What is between the services, looked at twice before it counts as a difference.
 *
 * Order says how an order stands, at a version; we make sure that our reservation has had all news up to that version, read it, and ask order
 * again. If the version is the same, the reservation was read while the order stood there, and ought to agree. If not, news is under way.
 * No clock has a say in that.
 */
import type { ItemId, OrderId } from '@oms/contracts';
import type { ReconcileOrder } from './repair-decisions.ts';
import { examineOrder, type OrderOnFile, type OrderVerdict } from './discrepancies.ts';
import type { Reservation } from '../domain/reservation.ts';
import type { OrdersOnFile } from './order-client.ts';
import type { Placements } from '../clients/placements.ts';
import { tell, type How, type Report } from './report.ts';
import type { Repairs } from './apply-repairs.ts';
import type { Survey } from './audit.ts';

export type OrderCases = {
  /** Whether they agree at a first, unguarded look. */
  agree(orderId: OrderId, order: OrderOnFile | null, reservation: Reservation | null): boolean;
  /** Looks again at these orders, and reports or repairs. */
  settle(orderIds: readonly OrderId[], report: Report, how: HowOrders): Promise<void>;
};
export type HowOrders = How & {
  /** Items whose movements name the orders. */
  named?: readonly ItemId[];
  /** Passes over orders with which more is wrong than their ledger: they were reported as such. */
  ledgerOnly?: boolean;
};

/** As many as order answers for at once. */
const batchMax = 500;
const roundsMax = 3;

export function createOrderCases(o: {
  survey: Survey;
  orders: OrdersOnFile;
  placements: Placements;
  repairs: Repairs;
  /** A reservation held for less than this may still get its order, or be settled by the sweeper. */
  mayComeMs: number;
  now: () => Date;
}): OrderCases {
  return {
    agree: (orderId, order, reservation) => examine(orderId, order, reservation, new Map()).findings.length === 0,
    settle: (orderIds, report, how) => settle(orderIds, report, how, 1),
  };

  async function settle(orderIds: readonly OrderId[], report: Report, how: HowOrders, round: number): Promise<void> {
    const ids = [...new Set(orderIds)];
    for (let at = 0; at < ids.length; at += batchMax) {
      const cases = await lookAgain(ids.slice(at, at + batchMax), report, how);
      const left = how.fix ? await repairOrders(cases, how.by) : null;
      for (const { orderId, verdict } of cases) report.findings.push(...tell(verdict.findings, left?.get(orderId)));
      // News that came before the repair found nothing to do; an order that moved on since it was asked is looked at anew.
      const moved = how.fix && round < roundsMax ? await movedOn(cases) : [];
      await settle(moved, report, how, round + 1);
    }
  }

  async function movedOn(cases: readonly Case[]): Promise<OrderId[]> {
    const versions = await versionsOf(cases.map(({ orderId }) => orderId));
    return cases.filter(({ orderId, order }) => versions.get(orderId) !== order?.version).map(({ orderId }) => orderId);
  }

  async function versionsOf(orderIds: readonly OrderId[]): Promise<Map<OrderId, number>> {
    return new Map((await o.orders.of(orderIds)).map(({ orderId, version }) => [orderId, version]));
  }

  async function lookAgain(ids: readonly OrderId[], report: Report, { named = [], ledgerOnly = false }: HowOrders) {
    const before = await o.orders.of(ids);
    const settled = await o.orders.settled(before);
    const first = new Map(before.map((order) => [order.orderId, order]));
    const clear = ids.filter((id) => !first.has(id) || settled.has(id));
    const itemIds = before.flatMap(({ lines }) => lines.map(({ itemId }) => itemId));
    const { reservations, differences } = await o.survey.orders(clear, [...new Set([...named, ...itemIds])]);
    const versions = await versionsOf(clear);
    const still = clear.filter((id) => versions.get(id) === first.get(id)?.version);
    if (!ledgerOnly) report.underWay += ids.length - still.length;
    return still.flatMap((orderId): Case[] => {
      const [order, reservation] = [first.get(orderId) ?? null, reservations.get(orderId) ?? null];
      const ofItems = differences.get(orderId) ?? new Map<ItemId, number>();
      const verdict = examine(orderId, order, reservation, ofItems);
      if (verdict.findings.length === 0) return [];
      if (ledgerOnly && verdict.findings.some(({ kind }) => kind !== 'ORDER_LEDGER')) return [];
      return [{ orderId, order, reservation, itemIds: [...ofItems.keys()], verdict }];
    });
  }

  /** Why each was left; null for what is repaired. */
  async function repairOrders(cases: readonly Case[], by: string): Promise<Map<OrderId, string | null>> {
    const left = new Map<OrderId, string | null>();
    // Before stock goes back for an order that is not there, order writes down that it never will be.
    const orphans = cases.flatMap(({ order, reservation, verdict }) =>
      !order && reservation && reservation.state !== verdict.target?.state ? [reservation] : [],
    );
    const answers = orphans.length > 0 ? await o.placements.resolve(orphans.map(attemptOf)) : [];
    for (const { orderId, outcome } of answers) {
      if (outcome === 'PLACED') left.set(orderId, 'order has its placement: run it again, or restore the order');
    }
    const able = cases.filter(({ orderId }) => !left.has(orderId));
    const commands = able.map(({ orderId, reservation: seen, verdict, itemIds }): ReconcileOrder => {
      const note = verdict.findings.map(({ kind }) => kind).join(', ');
      return {
        type: 'ReconcileOrder',
        ...{ orderId, seen, itemIds, target: verdict.target, note: note.slice(0, 255), by, at: o.now() },
      };
    });
    const replies = await o.repairs.apply(commands);
    for (const [at, { orderId }] of able.entries()) left.set(orderId, replies[at]!.left);
    return left;
  }

  function examine(
    orderId: OrderId,
    order: OrderOnFile | null,
    reservation: Reservation | null,
    differences: ReadonlyMap<ItemId, number>,
  ): OrderVerdict {
    const isYoung = reservation !== null && o.now().getTime() - reservation.createdAt.getTime() < o.mayComeMs;
    return examineOrder({
      ...{ orderId, order, reservation, differences },
      mayStillCome: isYoung && reservation.state === 'HELD',
    });
  }
}

type Case = {
  orderId: OrderId;
  order: OrderOnFile | null;
  reservation: Reservation | null;
  itemIds: ItemId[];
  verdict: OrderVerdict;
};

function attemptOf({ orderId, attempt }: Reservation) {
  return { orderId, attempt };
}
