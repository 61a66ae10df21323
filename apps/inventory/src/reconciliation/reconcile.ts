/**
 * Holds the books against each other on a live system, a stretch at a time, and repairs what it is told to.
 *
 * Orders come first, then the ledger of each order, then the items: an order can explain why an item's row and ledger differ.
 * Memory is bounded by the page. What is inside inventory is read in one snapshot, where what was written together is seen together.
 */
import type { ItemId, OrderId } from '@oms/contracts';
import type { ReconcileItem } from './repair-decisions.ts';
import { examineItem } from './discrepancies.ts';
import type { OrderCases } from './order-reconciler.ts';
import type { OrdersOnFile } from './order-client.ts';
import { emptyReport, tell, type How, type Place, type Report } from './report.ts';
import type { Repairs } from './apply-repairs.ts';
import type { Survey } from './audit.ts';

export type Reconcile = {
  /** Goes on from `from` for about two seconds. */
  stretch(from: Place, how: How): Promise<Report>;
  these(which: { orderIds: OrderId[]; itemIds: ItemId[] }, how: How): Promise<Report>;
};

const stretchMs = 2_000;
const ordersMax = 500;
const itemsMax = 500;

export function createReconcile(o: {
  survey: Survey;
  orders: Pick<OrdersOnFile, 'page'>;
  cases: OrderCases;
  repairs: Repairs;
  now: () => Date;
}): Reconcile {
  return {
    async stretch(from, how) {
      const report = emptyReport();
      const endsMs = performance.now() + stretchMs;
      let place: Place | null = from;
      do place = await page(place, how, report);
      while (place && performance.now() < endsMs);
      return { ...report, next: place };
    },
    async these({ orderIds, itemIds }, how) {
      const report = emptyReport();
      await o.cases.settle(orderIds, report, how);
      report.checked.orders += orderIds.length;
      for (let after: OrderId | null = null; ;) {
        const differing = await o.survey.differences(itemIds, after, ordersMax);
        const others = differing.map(({ orderId }) => orderId).filter((id) => !orderIds.includes(id));
        await o.cases.settle(others, report, { ...how, named: itemIds });
        if (differing.length < ordersMax) break;
        after = differing.at(-1)!.orderId;
      }
      await lookAtItems(itemIds, how, report);
      return report;
    },
  };

  async function page(place: Place, how: How, report: Report): Promise<Place | null> {
    if (place.phase === 'orders') return ordersPage(place.after, how, report);
    const itemIds = await o.survey.itemIds(place.after, itemsMax);
    const last = itemIds.length === itemsMax ? itemIds.at(-1)! : null;
    if (place.phase === 'items') {
      await lookAtItems(itemIds, how, report);
      return last && { phase: 'items', after: last };
    }
    const differing = await o.survey.differences(itemIds, place.orderAfter, ordersMax);
    const orderIds = differing.map(({ orderId }) => orderId);
    await o.cases.settle(orderIds, report, { ...how, named: itemIds, ledgerOnly: true });
    if (differing.length >= ordersMax) return { ...place, orderAfter: orderIds.at(-1)! };
    return last ? { phase: 'ledger', after: last, orderAfter: null } : { phase: 'items', after: null };
  }

  /** Both sides by id, as far as both are read: what only one of them has is seen as well. */
  async function ordersPage(after: OrderId | null, how: How, report: Report): Promise<Place> {
    const [kept, placed] = await Promise.all([
      o.survey.reservations(after, ordersMax),
      o.orders.page(after, ordersMax),
    ]);
    const ends = [kept, placed].flatMap((rows) => (rows.length === ordersMax ? rows.at(-1)!.orderId : []));
    const bound = ends.length > 0 ? ends.toSorted()[0]! : null;
    const reservations = new Map(kept.map((reservation) => [reservation.orderId, reservation]));
    const orders = new Map(placed.map((order) => [order.orderId, order]));
    const ids = [...new Set([...reservations.keys(), ...orders.keys()])].filter((id) => bound === null || id <= bound);
    const differing = ids.filter((id) => !o.cases.agree(id, orders.get(id) ?? null, reservations.get(id) ?? null));
    await o.cases.settle(differing, report, how);
    report.checked.orders += ids.length;
    return bound === null ? { phase: 'ledger', after: null, orderAfter: null } : { phase: 'orders', after: bound };
  }

  async function lookAtItems(itemIds: readonly ItemId[], { fix, by }: How, report: Report): Promise<void> {
    const cases = (await o.survey.items(itemIds)).map((item) => ({ item, findings: examineItem(item) }));
    report.checked.items += cases.filter(({ item }) => item.itemName !== null).length;
    const wrong = cases.filter(({ findings }) => findings.length > 0);
    const able = wrong.filter(({ findings }) => fix && !findings.some(({ forPerson }) => forPerson));
    const commands = able.map(({ item }): ReconcileItem => {
      return { type: 'ReconcileItem', itemId: item.itemId, by, at: o.now() };
    });
    const replies = await o.repairs.apply(commands);
    const left = new Map(able.map(({ item }, at) => [item.itemId, replies[at]!.left]));
    for (const { item, findings } of wrong) report.findings.push(...tell(findings, left.get(item.itemId)));
  }
}
