/**
 * The stock that an order holds, from the request until it is sold or released.
 *
 *     HELD -> CONFIRMED (the order was placed) -> SOLD (delivered) | RELEASED (cancelled, or the placement was abandoned)
 *
 * - All lines are reserved or none. The same item twice in one order is added up first.
 * - The caller may limit the total of the lines; above that limit nothing is reserved.
 * - Idempotent by the order's id: a retry gets the same lines and prices; other lines are a CONFLICT.
 * - After an abandoned placement the order can be reserved again, at the prices of that time, as the next attempt. A command for an earlier
 *   attempt (`attempt` given) has no effect.
 * - An order that was placed is never reserved again, not even after it was cancelled: a late retry gets the old reply, takes no stock, and
 *   fails on the order service's own primary key.
 * - Any event of an order proves that it was placed. Events may come twice or out of order: an order is released once and sold once, and
 *   its state never goes back.
 */
import type { Cents, ItemId, OrderId } from '@oms/contracts';
import { cutText } from '@oms/service-kit/text';
import { moveStock, type Item, type ItemEvent } from './item.ts';

export type Line = { itemId: ItemId; quantity: number };
export type ReservedLine = Line & { itemName: string; unitPriceCents: Cents };
export type Reservation = {
  orderId: OrderId;
  attempt: number;
  state: 'HELD' | 'CONFIRMED' | 'SOLD' | 'RELEASED';
  orderPlaced: boolean;
  lines: readonly ReservedLine[];
  createdAt: Date;
  updatedAt: Date;
};

export type ReservationEvent =
  | { type: 'OrderReserved'; orderId: OrderId; attempt: number; lines: readonly ReservedLine[]; at: Date }
  | { type: 'OrderConfirmed'; orderId: OrderId; at: Date }
  | { type: 'OrderReleased'; orderId: OrderId; orderPlaced: boolean; at: Date }
  | { type: 'OrderSold'; orderId: OrderId; at: Date }
  | {
      type: 'OrderReconciled';
      orderId: OrderId;
      target: Pick<Reservation, 'attempt' | 'state' | 'orderPlaced' | 'lines'>;
      at: Date;
    };
export type StockEvent = ItemEvent | ReservationEvent;

export type Reserve = {
  type: 'Reserve';
  orderId: OrderId;
  lines: readonly Line[];
  totalCentsMax?: Cents | undefined;
  by: string;
  at: Date;
};
export type Confirm = { type: 'Confirm'; orderId: OrderId; attempt: number | null; at: Date };
export type Release = {
  type: 'Release';
  orderId: OrderId;
  attempt: number | null;
  orderPlaced: boolean;
  note: string | null;
  by: string;
  at: Date;
};
/** The order, and who cancelled it and why. */
export type CancelledOrder = { orderId: OrderId; changedBy: string; reason: string | null };
export type Sell = { type: 'Sell'; orderId: OrderId; at: Date };

export type Shortage = { itemId: ItemId; requested: number; available: number };
export type ReserveOutcome =
  | { orderId: OrderId; outcome: 'RESERVED'; attempt: number; lines: readonly ReservedLine[] }
  | { orderId: OrderId; outcome: 'INSUFFICIENT_STOCK'; shortages: Shortage[] }
  | { orderId: OrderId; outcome: 'UNKNOWN_ITEM'; itemIds: ItemId[] }
  | { orderId: OrderId; outcome: 'TOTAL_TOO_LARGE' }
  | { orderId: OrderId; outcome: 'CONFLICT' };

type Items = ReadonlyMap<ItemId, Item>;

export function evolveReservation(reservation: Reservation | undefined, event: ReservationEvent): Reservation {
  const { orderId, at } = event;
  if (event.type === 'OrderReserved') {
    const { attempt, lines } = event;
    return { orderId, attempt, state: 'HELD', orderPlaced: false, lines, createdAt: at, updatedAt: at };
  }
  if (event.type === 'OrderReconciled') {
    return { orderId, ...event.target, createdAt: reservation?.createdAt ?? at, updatedAt: at };
  }
  if (!reservation) throw new Error(`Cannot apply ${event.type} to order ${orderId}: its reservation was not loaded.`);
  switch (event.type) {
    case 'OrderConfirmed':
      return { ...reservation, state: 'CONFIRMED', orderPlaced: true, updatedAt: at };
    case 'OrderReleased':
      return { ...reservation, state: 'RELEASED', orderPlaced: event.orderPlaced, updatedAt: at };
    case 'OrderSold':
      return { ...reservation, state: 'SOLD', orderPlaced: true, updatedAt: at };
  }
}

/** Open: its lines are part of their items' `reserved`. */
export function isOpen({ state }: Pick<Reservation, 'state'>): boolean {
  return state === 'HELD' || state === 'CONFIRMED';
}

/** How many units of an item a reservation holds or has sold. */
export function unitsOf(reservation: Pick<Reservation, 'state' | 'lines'> | undefined, itemId: ItemId): number {
  if (!reservation || reservation.state === 'RELEASED') return 0;
  return reservation.lines.reduce((sum, line) => sum + (line.itemId === itemId ? line.quantity : 0), 0);
}

/** The requested lines, one per item, in the order of first mention. */
export function addUp(lines: readonly Line[]): Line[] {
  const sums = new Map<ItemId, number>();
  for (const { itemId, quantity } of lines) sums.set(itemId, (sums.get(itemId) ?? 0) + quantity);
  return [...sums].map(([itemId, quantity]) => ({ itemId, quantity }));
}

export function reserve(
  reservation: Reservation | undefined,
  items: Items,
  { orderId, lines: requestedLines, totalCentsMax, by, at }: Reserve,
): { outcome: ReserveOutcome; events: StockEvent[] } {
  const requested = addUp(requestedLines);
  if (reservation && (reservation.state !== 'RELEASED' || reservation.orderPlaced)) {
    return { outcome: replyAgain(reservation, requested), events: [] };
  }
  const found = requested.map((line) => ({ ...line, item: items.get(line.itemId) }));
  const known = found.flatMap(({ item, quantity }) => (item && !item.removed ? [{ item, quantity }] : []));
  if (known.length < found.length) {
    const itemIds = found.filter(({ item }) => !item || item.removed).map(({ itemId }) => itemId);
    return { outcome: { orderId, outcome: 'UNKNOWN_ITEM', itemIds }, events: [] };
  }
  const short = known.filter(({ item, quantity }) => quantity > item.quantity);
  if (short.length > 0) {
    const shortages = short.map(({ item, quantity }) => ({
      itemId: item.id,
      requested: quantity,
      available: item.quantity,
    }));
    return { outcome: { orderId, outcome: 'INSUFFICIENT_STOCK', shortages }, events: [] };
  }
  const totalCents = known.reduce((sum, { item, quantity }) => sum + item.priceCents * quantity, 0);
  if (totalCentsMax !== undefined && totalCents > totalCentsMax) {
    return { outcome: { orderId, outcome: 'TOTAL_TOO_LARGE' }, events: [] };
  }
  const attempt = (reservation?.attempt ?? 0) + 1;
  const lines = known.map(({ item, quantity }) => {
    return { itemId: item.id, quantity, itemName: item.itemName, unitPriceCents: item.priceCents };
  });
  const moves = known.flatMap(({ item, quantity }) =>
    moveStock(item, { delta: -quantity, reason: 'RESERVED', orderId, note: null }, { by, at }),
  );
  return {
    outcome: { orderId, outcome: 'RESERVED', attempt, lines },
    events: [{ type: 'OrderReserved', orderId, attempt, lines, at }, ...moves],
  };
}

export function confirm(reservation: Reservation | undefined, { orderId, attempt, at }: Confirm): StockEvent[] {
  if (reservation?.state !== 'HELD' || isFenced(reservation, attempt)) return [];
  return [{ type: 'OrderConfirmed', orderId, at }];
}

export function release(reservation: Reservation | undefined, items: Items, command: Release): StockEvent[] {
  const { orderId, attempt, orderPlaced, note, by, at } = command;
  if (!reservation || !isOpen(reservation) || isFenced(reservation, attempt)) return [];
  const moves = reservation.lines.flatMap(({ itemId, quantity }) =>
    moveStock(requireLoaded(items, itemId), { delta: quantity, reason: 'RELEASED', orderId, note }, { by, at }),
  );
  return [{ type: 'OrderReleased', orderId, orderPlaced, at }, ...moves];
}

/** The ledger's limit for a text. Longer ones are cut, because stock must be released whatever the text is. */
const textMax = 255;

/** The same command, whether the order service asks for it or its message on Kafka does: the second one changes nothing. */
export function releaseOfCancelled({ orderId, changedBy, reason }: CancelledOrder, at: Date): Release {
  const note = reason === null ? 'the order was cancelled' : `the order was cancelled: ${reason}`;
  return {
    type: 'Release',
    orderId,
    attempt: null,
    orderPlaced: true,
    note: cutText(note, textMax),
    by: cutText(changedBy, textMax),
    at,
  };
}

export function sell(reservation: Reservation | undefined, { orderId, at }: Sell): StockEvent[] {
  if (!reservation || !isOpen(reservation)) return [];
  const sold = reservation.lines.map(({ itemId, quantity }) => ({ type: 'StockSold' as const, itemId, quantity }));
  return [{ type: 'OrderSold', orderId, at }, ...sold];
}

function replyAgain({ orderId, attempt, lines }: Reservation, requested: readonly Line[]): ReserveOutcome {
  const byItem = new Map(lines.map((line) => [line.itemId, line]));
  const same = requested.flatMap(({ itemId, quantity }) => {
    const line = byItem.get(itemId);
    return line?.quantity === quantity ? [line] : [];
  });
  if (same.length < requested.length || same.length < lines.length) return { orderId, outcome: 'CONFLICT' };
  return { orderId, outcome: 'RESERVED', attempt, lines: same };
}

/** A command for one attempt acts only while that attempt is HELD: once the order is known to be placed, it comes too late. */
function isFenced(reservation: Reservation, attempt: number | null): boolean {
  return attempt !== null && (attempt !== reservation.attempt || reservation.state !== 'HELD');
}

function requireLoaded(items: Items, itemId: ItemId): Item {
  const item = items.get(itemId);
  if (item) return item;
  throw new Error(`Cannot release stock of item ${itemId}: it was not loaded, though an open reservation holds it.`);
}
