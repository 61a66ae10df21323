/**
 * Finds and explains what does not agree: orders with their reservations, reservations with the ledger, the ledger with the items.
 *
 * - The order service decides about orders: what was placed, by which attempt, with which lines, and in which status.
 * - A reservation without an order is released after the order service has fenced its attempt. One whose order may still come is not a
 *   discrepancy.
 * - Stock that was taken for an unknown order stays taken, because the food may be eaten. A person decides.
 * - From PREPARING on, an order's pieces are taken. A reservation that has ended, released or written off, is right for every cancelled order:
 *   whether the stock comes back was decided when it ended.
 */
import type { ItemId, OrderId } from '@oms/contracts';
import type { OrderState } from '../clients/order.ts';
import { isOpen, unitsOf, type Reservation, type ReservedLine } from '../domain/reservation.ts';
import { sameLines, shortOf, type ItemDifferences, type LedgerDifference, type Target } from './repair-decisions.ts';

export const discrepancyKinds = [
  'ORDER_MISSING',
  'RESERVATION_MISSING',
  'RESERVATION_STATE',
  'RESERVATION_ATTEMPT',
  'RESERVATION_LINES',
  'ORDER_LEDGER',
  'ITEM_QUANTITY',
  'ITEM_RESERVED',
  'ITEM_SHORT',
  'ITEM_VERSION',
  'LEDGER_BROKEN',
  'ITEM_MISSING',
] as const;
type Kind = (typeof discrepancyKinds)[number];
export type Discrepancy = {
  kind: Kind;
  itemId: ItemId | null;
  orderId: OrderId | null;
  found: string;
  expected: string;
  explanation: string;
  /** What a repair does, or what a person has to do. */
  remedy: string;
  needsPerson: boolean;
};

export type OrderCase = {
  orderId: OrderId;
  order: OrderState | null;
  reservation: Reservation | null;
  /** By item: what the order's movements and its reservation disagree about, as in `Differences`. */
  differences: ReadonlyMap<ItemId, LedgerDifference>;
  /** The reservation is so young that its order may still come. */
  mayStillCome: boolean;
};
export type OrderExamination = { discrepancies: Discrepancy[]; target: Target };

export function examineOrder(orderCase: OrderCase): OrderExamination {
  const { orderId, order, reservation } = orderCase;
  const target = targetOf(orderCase);
  const discrepancy = (kind: Kind, found: string, expected: string, explanation: string, remedy: string) => {
    return { kind, itemId: null, orderId, found, expected, explanation, remedy, needsPerson: false };
  };
  const discrepancies: Discrepancy[] = [];
  if (!order && reservation?.state === 'SOLD') {
    const why = 'Stock was taken for an order that the order service does not have.';
    const remedy = "Restore the order from a backup, or put its stock back by an adjustment of each item's quantity.";
    const sold = discrepancy('ORDER_MISSING', describe(reservation), 'no such order', why, remedy);
    discrepancies.push({ ...sold, needsPerson: true });
  } else if (!order && reservation && target?.state !== reservation.state) {
    const why = 'A reservation holds stock for an order that the order service does not have.';
    const remedy = 'Has the order service fence the attempt, and releases the stock.';
    discrepancies.push(discrepancy('ORDER_MISSING', describe(reservation), 'RELEASED', why, remedy));
  }
  if (order && !reservation && target) {
    const why = `The order is ${order.status}, and it has no reservation.`;
    const remedy = 'Writes the reservation, and takes the stock if the ledger says that it was not taken.';
    discrepancies.push(discrepancy('RESERVATION_MISSING', 'none', describe(target), why, remedy));
  }
  if (order && reservation && target) {
    if (target.state !== reservation.state) {
      const why = `The order is ${order.status}, and its reservation is ${reservation.state}.`;
      const remedy = remedyOf(reservation.state, target.state);
      discrepancies.push(discrepancy('RESERVATION_STATE', reservation.state, target.state, why, remedy));
    }
    if (target.attempt !== reservation.attempt) {
      const why = 'The stock is held for another attempt than the one that placed the order.';
      const [found, expected] = [`attempt ${reservation.attempt}`, `attempt ${target.attempt}`];
      const remedy = 'Gives the reservation to the attempt that placed the order.';
      discrepancies.push(discrepancy('RESERVATION_ATTEMPT', found, expected, why, remedy));
    }
    if (!sameLines(target.lines, reservation.lines)) {
      const why = 'The order was placed with other lines than those that are reserved.';
      const remedy = "Takes over the order's lines, and moves the stock that differs.";
      const [found, expected] = [textOf(reservation.lines), textOf(target.lines)];
      discrepancies.push(discrepancy('RESERVATION_LINES', found, expected, why, remedy));
    }
  }
  for (const [itemId, { units: difference, writtenOff }] of orderCase.differences) {
    const units = unitsOf(reservation ?? undefined, itemId);
    const state = reservation ? ` (${reservation.state})` : '';
    if (difference !== 0) {
      const [found, expected] = [`${difference - units}`, `${0 - units}`];
      const why = `The order's movements of the item do not add up to what its reservation${state} holds or has taken.`;
      const remedy = 'Writes the missing movement, and changes the quantity unless it already contains the movement.';
      discrepancies.push({ ...discrepancy('ORDER_LEDGER', found, expected, why, remedy), itemId });
    }
    if (writtenOff !== 0) {
      const right = reservation?.state === 'WRITTEN_OFF' ? units : 0;
      const [found, expected] = [`${writtenOff + right} written off`, `${right} written off`];
      const why = `The order's movements of the item do not add up to what its reservation${state} has written off.`;
      const remedy = 'Writes the missing movement; the quantity stays.';
      discrepancies.push({ ...discrepancy('ORDER_LEDGER', found, expected, why, remedy), itemId });
    }
  }
  return { discrepancies, target };
}

export type ItemCase = ItemDifferences & {
  itemId: ItemId;
  /** Null: the item has no row, because it was deleted or lost. */
  itemName: string | null;
  quantity: number;
  reserved: number;
  short: number;
  ledgerSum: number;
  ledgerShort: number;
  /** Units that open reservations hold. */
  open: number;
};

export function examineItem(itemCase: ItemCase): Discrepancy[] {
  const { itemId, itemName, quantity, reserved, ledgerSum, open } = itemCase;
  const discrepancy = (
    kind: Kind,
    found: string | number,
    expected: string | number,
    explanation: string,
    remedy: string,
  ) => ({
    kind,
    itemId,
    orderId: null,
    found: `${found}`,
    expected: `${expected}`,
    explanation,
    remedy,
    needsPerson: itemName === null,
  });
  if (itemName === null) {
    if (ledgerSum === 0 && open === 0) return []; // deleted as it should be
    const why = `The item has no row, though by the ledger ${ledgerSum} are in stock and open orders hold ${open}.`;
    const remedy = `Restore its row (from a backup, or with quantity ${ledgerSum}, reserved ${open}), then run it again; to remove the item, DELETE it after that.`;
    return [discrepancy('ITEM_MISSING', 'no row', `${ledgerSum} in stock, ${open} reserved`, why, remedy)];
  }
  const name = `"${itemName}"`;
  const discrepancies: Discrepancy[] = [];
  if (itemCase.quantityExcess !== 0) {
    const why = `The movements of ${name} add up to ${ledgerSum}, and its row says ${quantity}.`;
    const remedy = 'Sets the quantity to what the ledger says.';
    discrepancies.push(discrepancy('ITEM_QUANTITY', quantity, ledgerSum, why, remedy));
  }
  if (itemCase.reservedExcess !== 0) {
    const why = `Open reservations of ${name} add up to ${open}, and its row says ${reserved}.`;
    discrepancies.push(discrepancy('ITEM_RESERVED', reserved, open, why, 'Sets it to what open reservations hold.'));
  }
  const short = shortOf(itemCase.ledgerShort, open);
  if (itemCase.short !== short || itemCase.ledgerShort !== short) {
    const why = `By its movements ${name} is short of ${itemCase.ledgerShort} of the ${open} that are promised, and its row says ${itemCase.short}.`;
    const remedy = 'Sets it to what the ledger says, as far as that many are promised.';
    discrepancies.push(discrepancy('ITEM_SHORT', itemCase.short, short, why, remedy));
  }
  if (itemCase.versionsBehind !== 0) {
    const why = `The ledger of ${name} has a later version than the item: its next change would fail.`;
    const found = `${itemCase.versionsBehind} behind the ledger`;
    const remedy = 'Sets the version after that of the last movement.';
    discrepancies.push(discrepancy('ITEM_VERSION', found, 'not behind', why, remedy));
  }
  if (itemCase.brokenMovements !== 0) {
    const why = `The running quantity in the ledger of ${name} does not follow from its movements: a movement was lost, or stock changed without one.`;
    const remedy = 'Writes a movement of 0, from which on the running quantity is checked.';
    discrepancies.push(discrepancy('LEDGER_BROKEN', `${itemCase.brokenMovements} breaks`, 'none', why, remedy));
  }
  return discrepancies;
}

function targetOf({ order, reservation, mayStillCome }: OrderCase): Target {
  if (!order) {
    if (!reservation || !isOpen(reservation) || mayStillCome) return reservation;
    return { ...reservation, state: 'RELEASED', orderPlaced: false };
  }
  const lines = reservation && sameLines(order.lines, reservation.lines) ? reservation.lines : order.lines;
  const attempt = order.attempt ?? reservation?.attempt ?? 1;
  if (order.status === 'CANCELLED') {
    const state = order.restock === false ? 'WRITTEN_OFF' : 'RELEASED';
    // Without this row, inventory would not know that the order was placed once and must not be reserved again.
    if (!reservation) return { attempt, state, orderPlaced: true, lines };
    const hasEnded = reservation.state === 'RELEASED' || reservation.state === 'WRITTEN_OFF';
    return { ...reservation, state: hasEnded ? reservation.state : state, orderPlaced: true };
  }
  return { attempt, state: order.status === 'PENDING' ? 'CONFIRMED' : 'SOLD', orderPlaced: true, lines };
}

function remedyOf(from: Reservation['state'], to: Reservation['state']): string {
  if (to === 'RELEASED') return 'Releases the stock.';
  if (to === 'WRITTEN_OFF') return 'Writes the stock off.';
  if (from === 'RELEASED') return 'Takes the stock again, if it is there.';
  return to === 'SOLD' ? 'Takes what is held off the shelf.' : 'Confirms the reservation.';
}

function describe({ state, attempt, lines }: NonNullable<Target>): string {
  return `${state}, attempt ${attempt}: ${textOf(lines)}`;
}

function textOf(lines: readonly ReservedLine[]): string {
  return lines.map(({ quantity, itemName }) => `${quantity} x ${itemName}`).join(', ') || 'no lines';
}
