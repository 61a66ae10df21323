/** Items, ledger, reservations and orders in memory, so that a test can damage any of them and reconcile all of them. */
import type { ItemId, OrderId } from '@oms/contracts';
import type { OrderState } from '../src/clients/order.ts';
import {
  decideRepair,
  type Differences,
  type ItemDifferences,
  type LedgerDifference,
  type RepairCommand,
} from '../src/reconciliation/repair-decisions.ts';
import { examineItem, examineOrder, type Discrepancy, type ItemCase } from '../src/reconciliation/discrepancies.ts';
import type { Item } from '../src/domain/item.ts';
import { movementOf, type Movement } from '../src/domain/ledger.ts';
import { isOpen, releaseOfCancelled, unitsOf, type Reservation } from '../src/domain/reservation.ts';
import { decide, type Command, type Decision, type Reply, type Stock } from '../src/domain/stock.ts';

export const at = new Date('2026-11-24T12:00:00Z');
export type Found = Discrepancy & { skipReason: string | null };
export type Model = ReturnType<typeof createModel>;

export function createModel() {
  const stock: Stock = {
    items: new Map(),
    reservations: new Map(),
    idempotencyRecords: new Map(),
    itemIdsByName: new Map(),
  };
  const ledger: Movement[] = [];
  const orders = new Map<OrderId, OrderState>();

  const model = { stock, ledger, orders, act, repair, place, move, reconcile, differencesOf, put, damage, stockOf };
  return model;

  function act(command: Command) {
    return record(decide(stock, command));
  }

  function repair(command: RepairCommand, differences = differencesOf()) {
    return record(decideRepair(stock, differences, command));
  }

  function record<R extends Reply>(decision: Decision<R>): Decision<R> {
    ledger.push(...decision.applied.map(movementOf).filter((movement) => movement !== null));
    return decision;
  }

  function put(itemId: ItemId, itemName: string, quantity: number): void {
    const details = { itemName, threshold: 0, unit: 'piece', priceCents: 950, category: 'Food' };
    const idempotency = { callerId: 'staff', key: itemName, requestHash: itemName };
    act({ type: 'CreateItem', itemId, details, quantity, by: 'staff', at, idempotency });
  }

  /** Reserved, placed and confirmed; false when the stock is not there. */
  function place(orderId: OrderId, lines: readonly (readonly [ItemId, number])[]): boolean {
    const requested = lines.map(([itemId, quantity]) => ({ itemId, quantity }));
    const { reply } = act({ type: 'Reserve', orderId, lines: requested, by: 'order', at });
    if (!('outcome' in reply) || reply.outcome !== 'RESERVED' || orders.has(orderId)) return false;
    const { attempt, lines: reserved } = reply;
    orders.set(orderId, { orderId, status: 'PENDING', version: 1, eventId: null, attempt, lines: reserved });
    act({ type: 'Confirm', orderId, attempt: null, at });
    return true;
  }

  /** The order changes its status, and inventory applies the event unless it is lost. */
  function move(
    orderId: OrderId,
    status: 'PREPARING' | 'DELIVERED' | 'CANCELLED',
    isApplied = true,
    restock = true,
  ): void {
    const order = orders.get(orderId);
    if (!order || order.status === 'DELIVERED' || order.status === 'CANCELLED') return;
    orders.set(orderId, { ...order, status, version: order.version + 1, restock });
    if (!isApplied) return;
    if (status !== 'CANCELLED') act({ type: 'Take', orderId, by: 'staff', at });
    else act(releaseOfCancelled({ orderId, changedBy: 'customer', reason: null, restock }, at));
  }

  /** One pass as the service does it: each order, then each item. */
  function reconcile(): { found: Found[]; written: number } {
    const before = ledger.length;
    const found: Found[] = [];
    let changes = 0;
    const repairAll = (command: RepairCommand, discrepancies: Discrepancy[]) => {
      const { reply } = repair(command);
      if (reply.changed) changes += 1;
      for (const discrepancy of discrepancies) {
        found.push({ ...discrepancy, skipReason: discrepancy.needsPerson ? 'needs a person' : reply.skipReason });
      }
    };
    for (const orderId of new Set([...orders.keys(), ...stock.reservations.keys(), ...differencesOf().orders.keys()])) {
      const [order, examined] = [orders.get(orderId) ?? null, stock.reservations.get(orderId) ?? null];
      const differences = differencesOf().orders.get(orderId) ?? new Map<ItemId, LedgerDifference>();
      const orderCase = { orderId, order, reservation: examined, differences, mayStillCome: false };
      const { discrepancies, target } = examineOrder(orderCase);
      const itemIds = [...differences.keys()];
      const options = { examined, target, itemIds, note: 'test', by: 'admin', at };
      if (discrepancies.length > 0) repairAll({ type: 'RepairOrder', orderId, ...options }, discrepancies);
    }
    for (const itemId of stock.items.keys()) {
      const discrepancies = examineItem(caseOf(itemId));
      if (discrepancies.length > 0) repairAll({ type: 'RepairItem', itemId, by: 'admin', at }, discrepancies);
    }
    return { found, written: changes + ledger.length - before };
  }

  function differencesOf(): Differences {
    const items = new Map([...stock.items.keys()].map((itemId) => [itemId, caseOf(itemId) as ItemDifferences]));
    const differences: Differences = { items, orders: new Map() };
    for (const orderId of new Set([...stock.reservations.keys(), ...ledger.flatMap((m) => m.orderId ?? [])])) {
      for (const itemId of stock.items.keys()) {
        const moves = ledger.filter((m) => m.orderId === orderId && m.itemId === itemId);
        const reservation = stock.reservations.get(orderId);
        const kept = unitsOf(reservation, itemId);
        const units = sum(moves.map(({ delta, shortDelta }) => delta - shortDelta)) + kept;
        const writtenOff = sum(moves.map((m) => m.writtenOff)) - (reservation?.state === 'WRITTEN_OFF' ? kept : 0);
        if (units === 0 && writtenOff === 0) continue;
        const ofItems = differences.orders.get(orderId) ?? new Map<ItemId, LedgerDifference>();
        differences.orders.set(orderId, ofItems.set(itemId, { units, writtenOff }));
      }
    }
    return differences;
  }

  function caseOf(itemId: ItemId): ItemCase {
    const { itemName, quantity, reserved, short, version } = stock.items.get(itemId)!;
    const moves = ledger.filter((m) => m.itemId === itemId).toSorted((a, b) => a.itemVersion - b.itemVersion);
    const ledgerSum = sum(moves.map(({ delta }) => delta));
    const ledgerShort = sum(moves.map(({ shortDelta }) => shortDelta));
    const open = sum([...stock.reservations.values()].filter(isOpen).map((one) => unitsOf(one, itemId)));
    const since = moves.findLastIndex(({ reason }) => reason === 'RECONCILED') + 1;
    const brokenMovements = moves.filter(
      (m, i) => i >= since && (moves[i - 1]?.quantityAfter ?? 0) + m.delta !== m.quantityAfter,
    );
    return {
      itemId,
      itemName,
      quantity,
      reserved,
      short,
      ledgerSum,
      ledgerShort,
      open,
      brokenMovements: brokenMovements.length,
      quantityExcess: quantity - ledgerSum,
      reservedExcess: reserved - open,
      shortExcess: short - ledgerShort,
      versionsBehind: Math.max(0, (moves.at(-1)?.itemVersion ?? 0) - version),
    };
  }

  /** Changes an item without a command. */
  function damage(itemId: ItemId, over: Partial<Item>): void {
    stock.items.set(itemId, { ...stock.items.get(itemId)!, ...over });
  }

  function stockOf(itemId: ItemId): [quantity: number, reserved: number, ledger: number] {
    const { quantity, reserved, ledgerSum } = caseOf(itemId);
    return [quantity, reserved, ledgerSum];
  }
}

export function damaged(reservation: Reservation, over: Partial<Reservation>): Reservation {
  return { ...reservation, ...over };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
