/**
 * The stock that an order holds, from the request until it is taken, released or written off.
 *
 *     HELD -> CONFIRMED (the order was placed) -> SOLD (taken: the kitchen has begun)
 *     HELD, CONFIRMED, SOLD -> RELEASED (the stock is back) | WRITTEN_OFF (it does not come back)
 *
 * - All lines are reserved or none. The same item twice in one order is added up first.
 * - The caller may limit the total of the lines; above that limit nothing is reserved.
 * - The caller may say which total they expect. When it is another now, nothing is reserved, and they get the lines and the total of now. What
 *   is refused first: unknown items, then shortages, then the total. Prices are compared where stock is taken, so none changes in between.
 *   A retry is compared with the prices at which its stock is held.
 * - Idempotent by the order's id: a retry gets the same lines and prices; other lines are a CONFLICT.
 * - After an abandoned placement the order can be reserved again, at the prices of that time, as the next attempt. A command for an earlier
 *   attempt (`attempt` given) has no effect.
 * - An order that was placed is never reserved again, not even after it was cancelled: a late retry gets the old reply, takes no stock, and
 *   fails on the order service's own primary key.
 * - Any event of an order proves that it was placed. Events may come twice or out of order: an order is taken once, and ends once, released
 *   or written off. Its state never goes back.
 * - Pieces leave the shelf when they are taken. A cancellation says whether they come back (`restock`), whatever has been done with them.
 *   What was taken of an item that was deleted since cannot come back: then the whole order is written off.
 * - A cancellation may name items that are sold out. Their quantity becomes 0 in the same step.
 */
import type { Cents, ItemId, OrderId } from '@oms/contracts';
import { cutText } from '@oms/service-kit/text';
import { evolveItem, findUnits, moveStock, noMove, stockIn, type Item, type ItemEvent } from './item.ts';
import { unavailableOf, type UnavailableItem } from './availability.ts';

export type Line = { itemId: ItemId; quantity: number };
export type ReservedLine = Line & { itemName: string; unitPriceCents: Cents };
export type Reservation = {
  orderId: OrderId;
  attempt: number;
  state: 'HELD' | 'CONFIRMED' | 'SOLD' | 'RELEASED' | 'WRITTEN_OFF';
  orderPlaced: boolean;
  lines: readonly ReservedLine[];
  createdAt: Date;
  updatedAt: Date;
};

export type ReservationEvent =
  | { type: 'OrderReserved'; orderId: OrderId; attempt: number; lines: readonly ReservedLine[]; at: Date }
  | { type: 'OrderConfirmed'; orderId: OrderId; at: Date }
  | { type: 'OrderReleased'; orderId: OrderId; orderPlaced: boolean; at: Date }
  | { type: 'OrderWrittenOff'; orderId: OrderId; at: Date }
  | { type: 'OrderTaken'; orderId: OrderId; at: Date }
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
  expectedTotalCents?: Cents | undefined;
  by: string;
  at: Date;
};
export type Confirm = { type: 'Confirm'; orderId: OrderId; attempt: number | null; at: Date };
export type Release = {
  type: 'Release';
  orderId: OrderId;
  attempt: number | null;
  orderPlaced: boolean;
  /** False: what the order holds or has taken is written off. */
  restock: boolean;
  soldOutItemIds: readonly ItemId[];
  note: string | null;
  by: string;
  at: Date;
};
/** The order, and who cancelled it and why. Without `restock` the stock comes back, as in the releases before. */
export type CancelledOrder = {
  orderId: OrderId;
  changedBy: string;
  reason: string | null;
  restock?: boolean | null | undefined;
  soldOutItemIds?: readonly ItemId[] | null | undefined;
};
export type Take = { type: 'Take'; orderId: OrderId; by: string; at: Date };

export type Shortage = { itemId: ItemId; requested: number; available: number };
export type ReserveOutcome =
  | { orderId: OrderId; outcome: 'RESERVED'; attempt: number; lines: readonly ReservedLine[] }
  | { orderId: OrderId; outcome: 'ITEM_UNAVAILABLE'; items: UnavailableItem[] }
  | { orderId: OrderId; outcome: 'INSUFFICIENT_STOCK'; shortages: Shortage[] }
  | { orderId: OrderId; outcome: 'UNKNOWN_ITEM'; itemIds: ItemId[] }
  | { orderId: OrderId; outcome: 'PRICE_CHANGED'; lines: readonly ReservedLine[]; totalCents: Cents }
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
    case 'OrderWrittenOff':
      return { ...reservation, state: 'WRITTEN_OFF', orderPlaced: true, updatedAt: at };
    case 'OrderTaken':
      return { ...reservation, state: 'SOLD', orderPlaced: true, updatedAt: at };
  }
}

/** Open: its lines are part of their items' `reserved`. */
export function isOpen({ state }: Pick<Reservation, 'state'>): boolean {
  return state === 'HELD' || state === 'CONFIRMED';
}

/** Ended: released or written off, for good. */
function hasEnded({ state }: Pick<Reservation, 'state'>): boolean {
  return state === 'RELEASED' || state === 'WRITTEN_OFF';
}

/** How many units of an item a reservation holds, has taken or has written off. */
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
  { orderId, lines: requestedLines, totalCentsMax, expectedTotalCents, by, at }: Reserve,
): { outcome: ReserveOutcome; events: StockEvent[] } {
  const requested = addUp(requestedLines);
  if (reservation && (reservation.state !== 'RELEASED' || reservation.orderPlaced)) {
    return { outcome: withExpectedTotal(replyAgain(reservation, requested), expectedTotalCents), events: [] };
  }
  const found = requested.map((line) => ({ ...line, item: items.get(line.itemId) }));
  const known = found.flatMap(({ item, quantity }) => (item && !item.removed ? [{ item, quantity }] : []));
  if (known.length < found.length) {
    const itemIds = found.filter(({ item }) => !item || item.removed).map(({ itemId }) => itemId);
    return { outcome: { orderId, outcome: 'UNKNOWN_ITEM', itemIds }, events: [] };
  }
  const unavailable = unavailableOf(known, at);
  if (unavailable.length > 0)
    return { outcome: { orderId, outcome: 'ITEM_UNAVAILABLE', items: unavailable }, events: [] };
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
  const outcome = withExpectedTotal({ orderId, outcome: 'RESERVED', attempt, lines }, expectedTotalCents);
  if (outcome.outcome !== 'RESERVED') return { outcome, events: [] };
  const moves = known.flatMap(({ item, quantity }) =>
    moveStock(item, { ...noMove, delta: -quantity, reservedDelta: quantity, reason: 'RESERVED', orderId }, { by, at }),
  );
  return { outcome, events: [{ type: 'OrderReserved', orderId, attempt, lines, at }, ...moves] };
}

export function confirm(reservation: Reservation | undefined, { orderId, attempt, at }: Confirm): StockEvent[] {
  if (reservation?.state !== 'HELD' || isFenced(reservation, attempt)) return [];
  return [{ type: 'OrderConfirmed', orderId, at }];
}

export function release(reservation: Reservation | undefined, items: Items, command: Release): StockEvent[] {
  const { orderId, attempt, orderPlaced, restock, soldOutItemIds, note, by, at } = command;
  if (!reservation || hasEnded(reservation) || isFenced(reservation, attempt)) return [];
  const lines = reservation.lines.flatMap((line) => {
    const item = itemOfLine(reservation, items, line);
    return item ? [{ item, quantity: line.quantity }] : [];
  });
  const comesBack = restock && lines.length === reservation.lines.length;
  const moves = lines.flatMap(({ item, quantity }) => {
    const reservedDelta = isOpen(reservation) ? 0 - quantity : 0;
    const end = { ...noMove, reservedDelta, orderId, note };
    if (comesBack) return moveStock(item, { ...end, ...stockIn(item, quantity), reason: 'RELEASED' }, { by, at });
    const writeOff = moveStock(item, { ...end, writtenOff: quantity, reason: 'WRITTEN_OFF' }, { by, at });
    return [...findUnits(item, item.short - item.reserved - reservedDelta, { by, at }), ...writeOff];
  });
  const ended: StockEvent = comesBack
    ? { type: 'OrderReleased', orderId, orderPlaced, at }
    : { type: 'OrderWrittenOff', orderId, at };
  return [ended, ...moves, ...sellOut(items, moves, { orderId, soldOutItemIds, by, at })];
}

/** The ledger's limit for a text. Longer ones are cut, because stock must be released whatever the text is. */
const textMax = 255;

/** The same command, whether the order service asks for it or its message on Kafka does: the second one changes nothing. */
export function releaseOfCancelled(order: CancelledOrder, at: Date): Release {
  const { orderId, changedBy, reason, restock, soldOutItemIds } = order;
  const note = reason === null ? 'the order was cancelled' : `the order was cancelled: ${reason}`;
  return {
    type: 'Release',
    orderId,
    attempt: null,
    orderPlaced: true,
    restock: restock ?? true,
    soldOutItemIds: soldOutItemIds ?? [],
    note: cutText(note, textMax),
    by: cutText(changedBy, textMax),
    at,
  };
}

/** The command that follows from an order's status: from PREPARING on, its pieces are taken. */
export function takeOf(orderId: OrderId, changedBy: string, at: Date): Take {
  return { type: 'Take', orderId, by: cutText(changedBy, textMax), at };
}

export function take(reservation: Reservation | undefined, items: Items, { orderId, by, at }: Take): StockEvent[] {
  if (!reservation || !isOpen(reservation)) return [];
  const taken = reservation.lines.flatMap(({ itemId, quantity }): ItemEvent[] => {
    const item = requireLoaded(items, itemId);
    const found = findUnits(item, item.short - item.reserved + quantity, { by, at });
    return [...found, { type: 'StockTaken', itemId, quantity }];
  });
  return [{ type: 'OrderTaken', orderId, at }, ...taken];
}

/** After `moves`, the moves that leave nothing of these items to be ordered. Not in the name of the order, which had none of those pieces. */
function sellOut(
  items: Items,
  moves: readonly ItemEvent[],
  { orderId, soldOutItemIds, by, at }: Pick<Release, 'orderId' | 'soldOutItemIds' | 'by' | 'at'>,
): ItemEvent[] {
  return [...new Set(soldOutItemIds)].flatMap((itemId) => {
    const before = items.get(itemId);
    if (!before || before.removed) return [];
    const own = moves.filter((move) => move.itemId === itemId);
    const item = own.reduce((state, move) => evolveItem(state, move), before);
    if (item.quantity === 0) return [];
    const note = `sold out, by the cancellation of order ${orderId}`;
    return moveStock(item, { ...noMove, delta: 0 - item.quantity, reason: 'ADJUSTED', note }, { by, at });
  });
}

function withExpectedTotal(outcome: ReserveOutcome, expectedTotalCents: Cents | undefined): ReserveOutcome {
  if (outcome.outcome !== 'RESERVED' || expectedTotalCents === undefined) return outcome;
  const { orderId, lines } = outcome;
  const totalCents = lines.reduce((sum, { quantity, unitPriceCents }) => sum + quantity * unitPriceCents, 0);
  return totalCents === expectedTotalCents ? outcome : { orderId, outcome: 'PRICE_CHANGED', lines, totalCents };
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

/** Null: what was taken is of an item that was deleted since. An item with open reservations cannot be deleted. */
function itemOfLine(reservation: Reservation, items: Items, { itemId }: Line): Item | null {
  if (isOpen(reservation)) return requireLoaded(items, itemId);
  const item = items.get(itemId);
  return item && !item.removed ? item : null;
}

function requireLoaded(items: Items, itemId: ItemId): Item {
  const item = items.get(itemId);
  if (item) return item;
  throw new Error(`Cannot change the stock of item ${itemId}: it was not loaded, though an open reservation holds it.`);
}
