/**
 * Compares orders, reservations, ledger and items of a running system, in parts, and repairs what it may.
 *
 * Orders come first, then the ledger of each order, then the items: an order can explain why an item's row and ledger differ.
 * Memory is bounded by the page size. Tables of inventory are read in one snapshot, which sees a transaction completely or not at all.
 */
import type { ItemId, OrderId } from '@oms/contracts';
import type { OrderClient } from '../clients/order.ts';
import type { Repairs } from './apply-repairs.ts';
import type { Audit } from './audit.ts';
import { examineItem } from './discrepancies.ts';
import type { OrderReconciler } from './order-reconciler.ts';
import type { RepairItem } from './repair-decisions.ts';
import { emptyReport, reported, type Position, type ReconcileOptions, type Report } from './report.ts';

export type Reconcile = {
  /** Continues at `from` for about two seconds. */
  part(from: Position, options: ReconcileOptions): Promise<Report>;
  /** Only these orders and items, and the orders whose movements of these items do not add up. */
  only(ids: { orderIds: OrderId[]; itemIds: ItemId[] }, options: ReconcileOptions): Promise<Report>;
};
export type ReconcileParts = {
  audit: Audit;
  order: Pick<OrderClient, 'orderStatesPage'>;
  orderReconciler: OrderReconciler;
  repairs: Repairs;
  now: () => Date;
};

const partMs = 2_000;
const ordersMax = 500;
const itemsMax = 500;

export function createReconcile({ audit, order, orderReconciler, repairs, now }: ReconcileParts): Reconcile {
  return {
    async part(from, options) {
      const report = emptyReport();
      const endsMs = performance.now() + partMs;
      let position: Position | null = from;
      do position = await page(position, options, report);
      while (position && performance.now() < endsMs);
      return { ...report, next: position };
    },
    async only({ orderIds, itemIds }, options) {
      const report = emptyReport();
      await orderReconciler.reconcile(orderIds, report, options);
      report.checked.orders += orderIds.length;
      for (let after: OrderId | null = null; ;) {
        const differing = await audit.differences(itemIds, after, ordersMax);
        const others = differing.map(({ orderId }) => orderId).filter((id) => !orderIds.includes(id));
        await orderReconciler.reconcile(others, report, { ...options, itemIds });
        if (differing.length < ordersMax) break;
        after = differing.at(-1)!.orderId;
      }
      await reconcileItems(itemIds, options, report);
      return report;
    },
  };

  async function page(position: Position, options: ReconcileOptions, report: Report): Promise<Position | null> {
    if (position.phase === 'orders') return ordersPage(position.after, options, report);
    const itemIds = await audit.itemIds(position.after, itemsMax);
    const last = itemIds.length === itemsMax ? itemIds.at(-1)! : null;
    if (position.phase === 'items') {
      await reconcileItems(itemIds, options, report);
      return last && { phase: 'items', after: last };
    }
    const differing = await audit.differences(itemIds, position.orderAfter, ordersMax);
    const orderIds = differing.map(({ orderId }) => orderId);
    await orderReconciler.reconcile(orderIds, report, { ...options, itemIds, ledgerOnly: true });
    if (differing.length >= ordersMax) return { ...position, orderAfter: orderIds.at(-1)! };
    return last ? { phase: 'ledger', after: last, orderAfter: null } : { phase: 'items', after: null };
  }

  /** Both sides by id, up to where both are read, so that an id that only one side has is found as well. */
  async function ordersPage(after: OrderId | null, options: ReconcileOptions, report: Report): Promise<Position> {
    const [reserved, placed] = await Promise.all([
      audit.reservations(after, ordersMax),
      order.orderStatesPage(after, ordersMax),
    ]);
    const ends = [reserved, placed].flatMap((rows) => (rows.length === ordersMax ? rows.at(-1)!.orderId : []));
    const bound = ends.length > 0 ? ends.toSorted()[0]! : null;
    const reservations = new Map(reserved.map((reservation) => [reservation.orderId, reservation]));
    const orders = new Map(placed.map((state) => [state.orderId, state]));
    const ids = [...new Set([...reservations.keys(), ...orders.keys()])].filter((id) => bound === null || id <= bound);
    const differing = ids.filter(
      (id) => !orderReconciler.agree(id, orders.get(id) ?? null, reservations.get(id) ?? null),
    );
    await orderReconciler.reconcile(differing, report, options);
    report.checked.orders += ids.length;
    return bound === null ? { phase: 'ledger', after: null, orderAfter: null } : { phase: 'orders', after: bound };
  }

  async function reconcileItems(
    itemIds: readonly ItemId[],
    { fix, by }: ReconcileOptions,
    report: Report,
  ): Promise<void> {
    const cases = (await audit.items(itemIds)).map((item) => ({ item, discrepancies: examineItem(item) }));
    report.checked.items += cases.filter(({ item }) => item.itemName !== null).length;
    const differing = cases.filter(({ discrepancies }) => discrepancies.length > 0);
    const repairable = fix
      ? differing.filter(({ discrepancies }) => !discrepancies.some(({ needsPerson }) => needsPerson))
      : [];
    const commands = repairable.map(({ item }): RepairItem => {
      return { type: 'RepairItem', itemId: item.itemId, by, at: now() };
    });
    const replies = await repairs.apply(commands);
    const skipReasons = new Map(repairable.map(({ item }, index) => [item.itemId, replies[index]!.skipReason]));
    for (const { item, discrepancies } of differing) {
      report.discrepancies.push(...reported(discrepancies, skipReasons.get(item.itemId)));
    }
  }
}
