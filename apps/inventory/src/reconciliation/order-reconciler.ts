/**
 * Compares orders with their reservations, and re-reads before it reports a discrepancy, so that events in flight are ignored.
 *
 * The order service returns an order at a version. When our reservation has had all events up to that version, it is read, and the order
 * service is asked again. If the version is the same, the reservation was read while the order was at that version, and the two must agree.
 * If not, events are in flight. No clock takes part in this decision.
 */
import type { ItemId, OrderId } from '@oms/contracts';
import type { OrderClient, OrderState } from '../clients/order.ts';
import type { Reservation } from '../domain/reservation.ts';
import type { Repairs } from './apply-repairs.ts';
import type { Audit } from './audit.ts';
import { examineOrder, type OrderExamination } from './discrepancies.ts';
import type { EventProgress } from './event-progress.ts';
import type { LedgerDifference, RepairOrder } from './repair-decisions.ts';
import { reported, type ReconcileOptions, type Report } from './report.ts';

export type OrderReconciler = {
  /** Whether they agree at first sight, without the re-read. */
  agree(orderId: OrderId, order: OrderState | null, reservation: Reservation | null): boolean;
  /** Re-reads these orders, then adds their discrepancies to the report, repaired or not. */
  reconcile(orderIds: readonly OrderId[], report: Report, options: OrderOptions): Promise<void>;
};
export type OrderOptions = ReconcileOptions & {
  /** Items whose movements name the orders. */
  itemIds?: readonly ItemId[];
  /** Leaves out orders that have other discrepancies than their ledger: those were reported before. */
  ledgerOnly?: boolean;
};
export type OrderReconcilerOptions = {
  audit: Audit;
  order: OrderClient;
  progress: EventProgress;
  repairs: Repairs;
  /** The order of a younger HELD reservation may still come, or the job for abandoned reservations may settle it. */
  mayComeMs: number;
  now: () => Date;
};

/** The largest number of orders that the order service answers in one call. */
const batchMax = 500;
const roundsMax = 3;
const noteMax = 255;

export function createOrderReconciler(options: OrderReconcilerOptions): OrderReconciler {
  const { audit, order: orderClient, progress, repairs, mayComeMs, now } = options;
  return {
    agree: (orderId, order, reservation) => examine(orderId, order, reservation, new Map()).discrepancies.length === 0,
    reconcile: (orderIds, report, orderOptions) => reconcile(orderIds, report, orderOptions, 1),
  };

  async function reconcile(
    orderIds: readonly OrderId[],
    report: Report,
    orderOptions: OrderOptions,
    round: number,
  ): Promise<void> {
    const ids = [...new Set(orderIds)];
    for (let index = 0; index < ids.length; index += batchMax) {
      const cases = await findDiscrepancies(ids.slice(index, index + batchMax), report, orderOptions);
      const skipReasons = orderOptions.fix ? await repair(cases, orderOptions.by) : null;
      for (const { orderId, examination } of cases) {
        report.discrepancies.push(...reported(examination.discrepancies, skipReasons?.get(orderId)));
      }
      // Events that arrived before the repair had nothing to change. An order that moved on since it was read is reconciled again.
      const moved = orderOptions.fix && round < roundsMax ? await movedOn(cases) : [];
      await reconcile(moved, report, orderOptions, round + 1);
    }
  }

  async function movedOn(cases: readonly DifferingOrder[]): Promise<OrderId[]> {
    const versions = await versionsOf(cases.map(({ orderId }) => orderId));
    return cases.filter(({ orderId, order }) => versions.get(orderId) !== order?.version).map(({ orderId }) => orderId);
  }

  async function versionsOf(orderIds: readonly OrderId[]): Promise<Map<OrderId, number>> {
    return new Map((await orderClient.orderStates(orderIds)).map(({ orderId, version }) => [orderId, version]));
  }

  async function findDiscrepancies(
    orderIds: readonly OrderId[],
    report: Report,
    { itemIds = [], ledgerOnly = false }: OrderOptions,
  ): Promise<DifferingOrder[]> {
    const firstRead = await orderClient.orderStates(orderIds);
    const settled = await progress.settled(firstRead);
    const orders = new Map(firstRead.map((order) => [order.orderId, order]));
    const clear = orderIds.filter((id) => !orders.has(id) || settled.has(id));
    const orderedItemIds = firstRead.flatMap(({ lines }) => lines.map(({ itemId }) => itemId));
    const { reservations, differences } = await audit.orders(clear, [...new Set([...itemIds, ...orderedItemIds])]);
    const versions = await versionsOf(clear);
    const unchanged = clear.filter((id) => versions.get(id) === orders.get(id)?.version);
    if (!ledgerOnly) report.inFlight += orderIds.length - unchanged.length;
    return unchanged.flatMap((orderId): DifferingOrder[] => {
      const [order, reservation] = [orders.get(orderId) ?? null, reservations.get(orderId) ?? null];
      const ofItems = differences.get(orderId) ?? new Map<ItemId, LedgerDifference>();
      const examination = examine(orderId, order, reservation, ofItems);
      if (examination.discrepancies.length === 0) return [];
      if (ledgerOnly && examination.discrepancies.some(({ kind }) => kind !== 'ORDER_LEDGER')) return [];
      return [{ orderId, order, reservation, itemIds: [...ofItems.keys()], examination }];
    });
  }

  /** Why each order was skipped; null for those that are repaired. */
  async function repair(cases: readonly DifferingOrder[], by: string): Promise<Map<OrderId, string | null>> {
    const skipReasons = new Map<OrderId, string | null>();
    // Before stock is released for an order that does not exist, the order service records that this attempt never will be placed.
    const orphans = cases.flatMap(({ order, reservation, examination }) =>
      !order && reservation && reservation.state !== examination.target?.state ? [reservation] : [],
    );
    const answers = orphans.length > 0 ? await orderClient.resolvePlacements(orphans) : [];
    for (const { orderId, outcome } of answers) {
      if (outcome === 'PLACED') {
        skipReasons.set(orderId, 'the order service has its placement: run it again, or restore the order');
      }
    }
    const repairable = cases.filter(({ orderId }) => !skipReasons.has(orderId));
    const commands = repairable.map(({ orderId, reservation, examination, itemIds }): RepairOrder => {
      const kinds = examination.discrepancies.map(({ kind }) => kind).join(', ');
      return {
        type: 'RepairOrder',
        orderId,
        itemIds,
        examined: reservation,
        target: examination.target,
        note: kinds.slice(0, noteMax),
        by,
        at: now(),
      };
    });
    const replies = await repairs.apply(commands);
    for (const [index, { orderId }] of repairable.entries()) skipReasons.set(orderId, replies[index]!.skipReason);
    return skipReasons;
  }

  function examine(
    orderId: OrderId,
    order: OrderState | null,
    reservation: Reservation | null,
    differences: ReadonlyMap<ItemId, LedgerDifference>,
  ): OrderExamination {
    const isYoung = reservation !== null && now().getTime() - reservation.createdAt.getTime() < mayComeMs;
    const mayStillCome = isYoung && reservation.state === 'HELD';
    return examineOrder({ orderId, order, reservation, differences, mayStillCome });
  }
}

type DifferingOrder = {
  orderId: OrderId;
  order: OrderState | null;
  reservation: Reservation | null;
  itemIds: ItemId[];
  examination: OrderExamination;
};
