/**
 * What does not agree, in words: orders with their reservations, reservations with the ledger, the ledger with the items.
 *
 * - Order is believed about orders: what was placed, by which attempt, with which lines, and how it stands.
 * - A reservation without an order is given back once order has fenced its attempt; one that may still be on its way is no finding.
 * - What was sold for an order that nobody knows stays sold: the dish may be eaten. A person decides.
 */
import type { ItemId, OrderId } from '@oms/contracts';
import { sameLines, type ItemBooks, type Target } from './repair-decisions.ts';
import { isOpen, unitsOf, type Reservation, type ReservedLine } from '../domain/reservation.ts';

export const findingKinds = [
  'ORDER_MISSING',
  'RESERVATION_MISSING',
  'RESERVATION_STATE',
  'RESERVATION_ATTEMPT',
  'RESERVATION_LINES',
  'ORDER_LEDGER',
  'ITEM_QUANTITY',
  'ITEM_RESERVED',
  'ITEM_VERSION',
  'LEDGER_BROKEN',
  'ITEM_MISSING',
] as const;
export type Finding = {
  kind: (typeof findingKinds)[number];
  itemId: ItemId | null;
  orderId: OrderId | null;
  found: string;
  expected: string;
  explanation: string;
  /** What a repair does, or what a person has to do. */
  remedy: string;
  forPerson: boolean;
};

/** An order as the order service knows it. `attempt` is the one that placed it, if that is known. */
export type OrderOnFile = {
  orderId: OrderId;
  status: 'PENDING' | 'PREPARING' | 'OUT_FOR_DELIVERY' | 'DELIVERED' | 'CANCELLED';
  version: number;
  attempt: number | null;
  eventId: string | null;
  lines: readonly ReservedLine[];
};

export type OrderLook = {
  orderId: OrderId;
  order: OrderOnFile | null;
  reservation: Reservation | null;
  /** By item, as in the books: what its movements and its reservation disagree about. */
  differences: ReadonlyMap<ItemId, number>;
  /** It is held for so short a time that its order may still come. */
  mayStillCome: boolean;
};
export type OrderVerdict = { findings: Finding[]; target: Target };

export function examineOrder(look: OrderLook): OrderVerdict {
  const { orderId, order, reservation } = look;
  const target = targetOf(look);
  const tell = (kind: Finding['kind'], found: string, expected: string, explanation: string, remedy: string) => {
    return { kind, itemId: null, orderId, found, expected, explanation, remedy, forPerson: false };
  };
  const findings: Finding[] = [];
  if (!order && reservation?.state === 'SOLD') {
    const why = 'Stock was sold for an order that the order service does not have.';
    const remedy = "Restore the order from a backup, or put its stock back by an adjustment of each item's quantity.";
    findings.push({
      ...tell('ORDER_MISSING', describe(reservation), 'no such order', why, remedy),
      forPerson: true,
    });
  } else if (!order && reservation && target?.state !== reservation.state) {
    const why = 'A reservation holds stock for an order that the order service does not have.';
    const remedy = 'Has order fence the attempt, and gives the stock back.';
    findings.push(tell('ORDER_MISSING', describe(reservation), 'RELEASED', why, remedy));
  }
  if (order && !reservation && target) {
    const why = `The order is ${order.status}, and there is no reservation of it.`;
    const remedy = 'Writes the reservation down, and takes the stock if the ledger says that it was not taken.';
    findings.push(tell('RESERVATION_MISSING', 'none', describe(target), why, remedy));
  }
  if (order && reservation && target) {
    if (target.state !== reservation.state) {
      const why = `The order is ${order.status}, and its reservation is ${reservation.state}.`;
      findings.push(
        tell('RESERVATION_STATE', reservation.state, target.state, why, remedyOf(reservation.state, target.state)),
      );
    }
    if (target.attempt !== reservation.attempt) {
      const why = 'The stock is held for another attempt than the one that placed the order.';
      const [found, expected] = [`attempt ${reservation.attempt}`, `attempt ${target.attempt}`];
      findings.push(tell('RESERVATION_ATTEMPT', found, expected, why, 'Gives the reservation to the placed attempt.'));
    }
    if (!sameLines(target.lines, reservation.lines)) {
      const why = 'The order was placed with other lines than those that are reserved.';
      const remedy = "Takes the order's lines over, and moves the stock that differs.";
      findings.push(tell('RESERVATION_LINES', linesOf(reservation.lines), linesOf(target.lines), why, remedy));
    }
  }
  for (const [itemId, difference] of look.differences) {
    const kept = unitsOf(reservation ?? undefined, itemId);
    const [found, expected] = [`${difference - kept}`, `${0 - kept}`];
    const why = `The order's movements of the item do not add up to what its reservation ${reservation ? `(${reservation.state}) ` : ''}keeps.`;
    const remedy = 'Writes the missing movement, and moves the stock unless the item already has it so.';
    findings.push({ ...tell('ORDER_LEDGER', found, expected, why, remedy), itemId });
  }
  return { findings, target };
}

export type ItemLook = ItemBooks & {
  itemId: ItemId;
  /** Null: the item has no row. */
  itemName: string | null;
  quantity: number;
  reserved: number;
  ledgerSum: number;
  open: number;
};

export function examineItem(look: ItemLook): Finding[] {
  const { itemId, itemName, quantity, reserved, ledgerSum, open } = look;
  const tell = (
    kind: Finding['kind'],
    found: string | number,
    expected: string | number,
    explanation: string,
    remedy: string,
  ) => {
    const told = { found: `${found}`, expected: `${expected}`, explanation, remedy };
    return { kind, itemId, orderId: null, ...told, forPerson: itemName === null };
  };
  if (itemName === null) {
    if (ledgerSum === 0 && open === 0) return []; // deleted as it should be
    const why = `The item has no row, though by the ledger ${ledgerSum} are on the shelf and open orders hold ${open}.`;
    const remedy = `Restore its row (from a backup, or with quantity ${ledgerSum}, reserved ${open}), then run it again; DELETE takes it off the shelf.`;
    return [tell('ITEM_MISSING', 'no row', `${ledgerSum} on the shelf, ${open} reserved`, why, remedy)];
  }
  const named = `"${itemName}"`;
  const findings: Finding[] = [];
  if (look.quantityOver !== 0) {
    const why = `The movements of ${named} add up to ${ledgerSum}, and its row says ${quantity}.`;
    findings.push(tell('ITEM_QUANTITY', quantity, ledgerSum, why, 'Sets the quantity to what the ledger says.'));
  }
  if (look.reservedOver !== 0) {
    const why = `Open reservations of ${named} add up to ${open}, and its row says ${reserved}.`;
    findings.push(tell('ITEM_RESERVED', reserved, open, why, 'Sets it to what open reservations hold.'));
  }
  if (look.versionsBehind !== 0) {
    const why = `The ledger of ${named} knows a later version than the item: its next change would fail.`;
    const found = `${look.versionsBehind} behind the ledger`;
    findings.push(tell('ITEM_VERSION', found, 'not behind', why, 'Takes the version after the last movement.'));
  }
  if (look.breaks !== 0) {
    const why = `The running quantity in the ledger of ${named} does not follow from its movements: one was lost, or stock changed past it.`;
    const remedy = 'Writes a movement of 0 from which the running quantity is counted anew.';
    findings.push(tell('LEDGER_BROKEN', `${look.breaks} breaks`, 'none', why, remedy));
  }
  return findings;
}

function targetOf({ order, reservation, mayStillCome }: OrderLook): Target {
  if (!order) {
    if (!reservation || !isOpen(reservation) || mayStillCome) return reservation;
    return { ...reservation, state: 'RELEASED', orderPlaced: false };
  }
  if (order.status === 'CANCELLED' && reservation) return { ...reservation, state: 'RELEASED', orderPlaced: true };
  const lines = reservation && sameLines(order.lines, reservation.lines) ? reservation.lines : order.lines;
  const attempt = order.attempt ?? reservation?.attempt ?? 1;
  // Without it, inventory would not know that this order was placed once, and can't be reserved again.
  if (order.status === 'CANCELLED') return { attempt, state: 'RELEASED', orderPlaced: true, lines };
  return { attempt, state: order.status === 'DELIVERED' ? 'SOLD' : 'CONFIRMED', orderPlaced: true, lines };
}

function remedyOf(from: Reservation['state'], to: Reservation['state']): string {
  if (to === 'RELEASED') return 'Gives the stock back.';
  if (from === 'RELEASED') return 'Takes the stock again, if it is there.';
  return to === 'SOLD' ? 'Sells what is held.' : 'Confirms the reservation.';
}

function describe({ state, attempt, lines }: NonNullable<Target>): string {
  return `${state}, attempt ${attempt}: ${linesOf(lines)}`;
}

function linesOf(lines: readonly ReservedLine[]): string {
  return lines.map(({ quantity, itemName }) => `${quantity} x ${itemName}`).join(', ') || 'no lines';
}
