/**
 * What is wrong with the books of an item or an order, and the repair that makes them right.
 *
 * - The ledger is the book of record: an item's `quantity` is the sum of its movements, whatever the item's row says.
 * - `reserved` is what the lines of open reservations add up to.
 * - An order's movements add up to what its reservation holds or has sold: minus its lines, or 0 when it is released.
 * - The books of a batch are kept as differences. Whatever else a batch does leaves them as they are, as it moves both sides alike; only a
 *   repair closes them.
 * - A repair is one more movement, RECONCILED, with a note; from there on the ledger's running quantity is counted anew.
 * - When an order explains why row and ledger differ, the row was right: the ledger gets its movement, and the quantity stays.
 * - A repair never takes what is not there: it is left, and says why. Repaired twice, the second writes nothing.
 */
import type { ItemId, OrderId } from '@oms/contracts';
import { QUANTITY_MAX, reconcileStock, type Item, type ItemEvent } from '../domain/item.ts';
import { isOpen, unitsOf, type Reservation, type ReservedLine, type StockEvent } from '../domain/reservation.ts';

export type ItemBooks = {
  /** The item's `quantity` less the sum of its movements. */
  quantityOver: number;
  /** The item's `reserved` less what open reservations hold. */
  reservedOver: number;
  /** Movements since the last repair whose `quantityAfter` does not follow from the one before. */
  breaks: number;
  /** By how much the newest movement's version is beyond the item's own. */
  versionsBehind: number;
};
export type Books = {
  items: Map<ItemId, ItemBooks>;
  /** Per order and item: what its movements add up to, plus what its reservation holds or has sold; 0 when they agree. */
  orders: Map<OrderId, Map<ItemId, number>>;
};

/** What a reservation ought to be. Null: there ought to be none. */
export type Target = Pick<Reservation, 'attempt' | 'state' | 'orderPlaced' | 'lines'> | null;
export type ReconcileItem = { type: 'ReconcileItem'; itemId: ItemId; by: string; at: Date };
export type ReconcileOrder = {
  type: 'ReconcileOrder';
  orderId: OrderId;
  /** Items whose movements name the order, beside those of its lines. */
  itemIds: readonly ItemId[];
  /** The reservation that was looked at: a repair of anything else would be a guess. */
  seen: Reservation | null;
  target: Target;
  note: string;
  by: string;
  at: Date;
};
export type Reconcile = ReconcileItem | ReconcileOrder;
/** `left`: why nothing was repaired, for a person; null when all is right now. */
export type Repair = { events: StockEvent[]; left: string | null };

const nothingLeft: Repair = { events: [], left: null };
export const soundBooks: ItemBooks = { quantityOver: 0, reservedOver: 0, breaks: 0, versionsBehind: 0 };

export function reconcileItem(item: Item | undefined, books: ItemBooks | undefined, c: ReconcileItem): Repair {
  if (!item || item.removed) return { events: [], left: `the item is not there any more` };
  const { quantityOver, reservedOver, breaks, versionsBehind } = books ?? soundBooks;
  if (quantityOver === 0 && reservedOver === 0 && breaks === 0 && versionsBehind === 0) return nothingLeft;
  const after = { quantity: item.quantity - quantityOver, reserved: item.reserved - reservedOver };
  const left = misfit(item, after);
  if (left) return { events: [], left };
  const note = `quantity ${item.quantity} -> ${after.quantity}, reserved ${item.reserved} -> ${after.reserved}`;
  const move = { ledgerDelta: 0, quantityDelta: 0 - quantityOver, reserved: after.reserved, orderId: null, note };
  return { events: reconcileStock(item, { ...move, versionsBehind }, c), left: null };
}

export function reconcileOrder(
  reservation: Reservation | undefined,
  items: ReadonlyMap<ItemId, Item>,
  books: Books,
  c: ReconcileOrder,
): Repair {
  if (!isSame(reservation ?? null, c.seen)) {
    return { events: [], left: 'its reservation changed while this looked; run it again' };
  }
  const { orderId, target, note, at } = c;
  const differences = books.orders.get(orderId) ?? new Map<ItemId, number>();
  const lines = [...(reservation?.lines ?? []), ...(target?.lines ?? [])].map(({ itemId }) => itemId);
  const events: ItemEvent[] = [];
  for (const itemId of [...new Set([...lines, ...differences.keys()])].sort()) {
    const ledgerDelta =
      unitsOf(reservation, itemId) - unitsOf(target ?? undefined, itemId) - (differences.get(itemId) ?? 0);
    const opened = openUnits(target, itemId) - openUnits(reservation ?? null, itemId);
    if (ledgerDelta === 0 && opened === 0) continue;
    const item = items.get(itemId);
    if (!item || item.removed) return { events: [], left: `item ${itemId} is not there any more` };
    const { quantityOver, reservedOver, versionsBehind } = books.items.get(itemId) ?? soundBooks;
    const quantityDelta = ledgerDelta - explained(quantityOver, ledgerDelta);
    const reserved = item.reserved - reservedOver + opened;
    const left = misfit(item, { quantity: item.quantity + quantityDelta, reserved });
    if (left) return { events: [], left };
    events.push(...reconcileStock(item, { ledgerDelta, quantityDelta, reserved, orderId, note, versionsBehind }, c));
  }
  if (!target || (reservation && isSame({ ...reservation, ...target }, reservation))) return { events, left: null };
  return { events: [{ type: 'OrderReconciled', orderId, target, at }, ...events], left: null };
}

/** What a repair leaves of an item's differences; the movement it writes is where the running quantity is counted from. */
export function booksAfter(books: ItemBooks, event: Extract<ItemEvent, { type: 'StockReconciled' }>): ItemBooks {
  return { ...soundBooks, quantityOver: books.quantityOver + event.quantityDelta - event.ledgerDelta };
}

export function sameLines(a: readonly Pick<ReservedLine, 'itemId' | 'quantity'>[], b: typeof a): boolean {
  const quantities = new Map(a.map(({ itemId, quantity }) => [itemId, quantity]));
  return a.length === b.length && b.every(({ itemId, quantity }) => quantities.get(itemId) === quantity);
}

/** How much of a movement that the ledger lacks the item's row has made already. */
function explained(quantityOver: number, ledgerDelta: number): number {
  if (Math.sign(quantityOver) !== Math.sign(ledgerDelta)) return 0;
  return Math.sign(ledgerDelta) * Math.min(Math.abs(quantityOver), Math.abs(ledgerDelta));
}

function openUnits(reservation: Target, itemId: ItemId): number {
  return reservation && isOpen(reservation) ? unitsOf(reservation, itemId) : 0;
}

function misfit(item: Item, after: { quantity: number; reserved: number }): string | null {
  const wanted = `"${item.itemName}" would have ${after.quantity}`;
  if (after.quantity < 0) return `${wanted} on the shelf: restock it, or adjust it to what is there, then run it again`;
  if (after.reserved < 0 || after.quantity + after.reserved > QUANTITY_MAX) {
    return `${wanted} and ${after.reserved} reserved, which an item cannot hold: adjust it to what is there, then run it again`;
  }
  return null;
}

function isSame(a: Reservation | null, b: Reservation | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.attempt === b.attempt && a.state === b.state && a.orderPlaced === b.orderPlaced && sameLines(a.lines, b.lines)
  );
}
