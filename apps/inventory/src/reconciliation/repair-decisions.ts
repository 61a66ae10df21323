/**
 * Decides the repair of an item or an order: the events that make ledger, item and reservation agree again.
 *
 * - The ledger decides: an item's `quantity` is the sum of its movements, whatever the item's row says.
 * - `reserved` is the sum of the lines of open reservations. `short` is the sum of its movements, and at most `reserved`.
 * - An order's movements add up to what its reservation holds, has taken or has written off: minus its lines, or 0 when it is released. Units
 *   that come back fill `short` first, so `delta - shortDelta` is what counts. What is written off adds up as well.
 * - Differences are loaded once for a batch. The other events of a batch do not change them, because they move both sides alike; only a
 *   repair closes one.
 * - A repair is one more movement, RECONCILED, with a note. The running quantity of the ledger is checked from that movement on.
 * - When an order explains why row and ledger differ, the row was right: the ledger gets the missing movement, and the quantity stays.
 * - An order's repair leaves `short` as it is, beyond what comes back: while reservations are restored one by one after a restore, an item may
 *   be short of more than they hold so far. The repair of the item, which comes last, limits it.
 * - A repair never takes stock that is not there: it is skipped, with the reason. Repairing twice writes nothing the second time.
 */
import type { ItemId, OrderId } from '@oms/contracts';
import { QUANTITY_MAX, reconcileStock, stockIn, type Item, type ItemEvent } from '../domain/item.ts';
import { isOpen, unitsOf, type Reservation, type ReservedLine, type StockEvent } from '../domain/reservation.ts';
import { applyEvents, type Decision, type Stock } from '../domain/stock.ts';

export type ItemDifferences = {
  /** The item's `quantity` minus the sum of its movements. */
  quantityExcess: number;
  /** The item's `reserved` minus what open reservations hold. */
  reservedExcess: number;
  /** The item's `short` minus the sum of its movements. */
  shortExcess: number;
  /** Movements since the last repair whose `quantityAfter` does not follow from the movement before. */
  brokenMovements: number;
  /** By how much the version of the newest movement is greater than the item's own. */
  versionsBehind: number;
};
export type Differences = {
  items: Map<ItemId, ItemDifferences>;
  orders: Map<OrderId, Map<ItemId, LedgerDifference>>;
};
/**
 * Of an order and an item, each 0 when they agree. `units`: the sum of the order's movements plus what its reservation holds, has taken or has
 * written off. `writtenOff`: what was written off by the movements minus what the reservation says.
 */
export type LedgerDifference = { units: number; writtenOff: number };

/** The reservation that an order ought to have. Null: none. */
export type Target = Pick<Reservation, 'attempt' | 'state' | 'orderPlaced' | 'lines'> | null;
export type RepairItem = { type: 'RepairItem'; itemId: ItemId; by: string; at: Date };
export type RepairOrder = {
  type: 'RepairOrder';
  orderId: OrderId;
  /** Items whose movements name the order, beside those of its lines. */
  itemIds: readonly ItemId[];
  /** The reservation that was examined. When it has changed since, the repair is skipped. */
  examined: Reservation | null;
  target: Target;
  note: string;
  by: string;
  at: Date;
};
export type RepairCommand = RepairItem | RepairOrder;
/** `skipReason`: why nothing was repaired, for a person; null when all is right now. */
export type RepairReply = { changed: boolean; skipReason: string | null };
type Repair = { events: StockEvent[]; skipReason: string | null };

export const noDifferences: ItemDifferences = {
  quantityExcess: 0,
  reservedExcess: 0,
  shortExcess: 0,
  brokenMovements: 0,
  versionsBehind: 0,
};
const noLedgerDifference: LedgerDifference = { units: 0, writtenOff: 0 };

/** Decides one repair, and applies it to `stock` and `differences`. */
export function decideRepair(stock: Stock, differences: Differences, command: RepairCommand): Decision<RepairReply> {
  const { events, skipReason } =
    command.type === 'RepairItem'
      ? repairItem(stock.items.get(command.itemId), differences.items.get(command.itemId), command)
      : repairOrder(stock.reservations.get(command.orderId), stock.items, differences, command);
  for (const event of events) if (event.type === 'StockReconciled') closeDifferences(differences, event);
  return { reply: { changed: events.length > 0, skipReason }, applied: applyEvents(stock, events) };
}

export function sameLines(a: readonly Pick<ReservedLine, 'itemId' | 'quantity'>[], b: typeof a): boolean {
  const quantities = new Map(a.map(({ itemId, quantity }) => [itemId, quantity]));
  return a.length === b.length && b.every(({ itemId, quantity }) => quantities.get(itemId) === quantity);
}

function repairItem(item: Item | undefined, differences = noDifferences, { by, at }: RepairItem): Repair {
  if (!item || item.removed) return skipped('the item does not exist any more');
  const { quantityExcess, reservedExcess, shortExcess, brokenMovements, versionsBehind } = differences;
  const after = { quantity: item.quantity - quantityExcess, reserved: item.reserved - reservedExcess };
  const ledgerShort = item.short - shortExcess;
  const short = shortOf(ledgerShort, after.reserved);
  const isRight = quantityExcess === 0 && reservedExcess === 0 && short === item.short && short === ledgerShort;
  if (isRight && brokenMovements === 0 && versionsBehind === 0) return { events: [], skipReason: null };
  const problem = violation(item, after);
  if (problem) return skipped(problem);
  const shortNote = short === item.short ? '' : `, short ${item.short} -> ${short}`;
  const correction = {
    ledgerDelta: 0,
    ledgerShortDelta: short - ledgerShort,
    writtenOff: 0,
    quantityDelta: 0 - quantityExcess,
    reserved: after.reserved,
    short,
    versionsBehind,
    orderId: null,
    note: `quantity ${item.quantity} -> ${after.quantity}, reserved ${item.reserved} -> ${after.reserved}${shortNote}`,
  };
  return { events: reconcileStock(item, correction, { by, at }), skipReason: null };
}

function repairOrder(
  reservation: Reservation | undefined,
  items: ReadonlyMap<ItemId, Item>,
  differences: Differences,
  { orderId, examined, target, note, by, at }: RepairOrder,
): Repair {
  if (!isSame(reservation ?? null, examined)) {
    return skipped('its reservation changed during the check; run the reconciliation again');
  }
  const orderDifferences = differences.orders.get(orderId) ?? new Map<ItemId, LedgerDifference>();
  const lines = [...(reservation?.lines ?? []), ...(target?.lines ?? [])];
  const itemIds = new Set([...lines.map(({ itemId }) => itemId), ...orderDifferences.keys()]);
  const events: ItemEvent[] = [];
  for (const itemId of [...itemIds].sort()) {
    const difference = orderDifferences.get(itemId) ?? noLedgerDifference;
    const units = unitsOf(reservation, itemId) - unitsOf(target ?? undefined, itemId) - difference.units;
    const writtenOff = writtenOffUnits(target, itemId) - writtenOffUnits(reservation, itemId) - difference.writtenOff;
    const opened = openUnits(target, itemId) - openUnits(reservation ?? null, itemId);
    if (units === 0 && writtenOff === 0 && opened === 0) continue;
    const item = items.get(itemId);
    if (!item || item.removed) return skipped(`item ${itemId} does not exist any more`);
    const { quantityExcess, reservedExcess, versionsBehind } = differences.items.get(itemId) ?? noDifferences;
    const missing = units - alreadyMoved(quantityExcess, units);
    const { delta: quantityDelta, shortDelta } =
      missing > 0 ? stockIn(item, missing) : { delta: missing, shortDelta: 0 };
    const reserved = item.reserved - reservedExcess + opened;
    const problem = violation(item, { quantity: item.quantity + quantityDelta, reserved });
    if (problem) return skipped(problem);
    const correction = {
      ledgerDelta: units + shortDelta,
      ledgerShortDelta: shortDelta,
      writtenOff,
      quantityDelta,
      reserved,
      short: item.short + shortDelta,
      versionsBehind,
      orderId,
      note,
    };
    events.push(...reconcileStock(item, correction, { by, at }));
  }
  const isAsTarget = !target || (reservation && isSame({ ...reservation, ...target }, reservation));
  if (isAsTarget) return { events, skipReason: null };
  return { events: [{ type: 'OrderReconciled', orderId, target, at }, ...events], skipReason: null };
}

/** A repair ends all differences of its item but the one that an order explains only in part. */
function closeDifferences(
  { items, orders }: Differences,
  event: Extract<ItemEvent, { type: 'StockReconciled' }>,
): void {
  const { quantityExcess, shortExcess } = items.get(event.itemId) ?? noDifferences;
  items.set(event.itemId, {
    ...noDifferences,
    quantityExcess: quantityExcess + event.quantityDelta - event.ledgerDelta,
    shortExcess: event.orderId === null ? 0 : shortExcess,
  });
  if (event.orderId !== null) orders.get(event.orderId)?.delete(event.itemId);
}

/** The part of a missing movement that the item's quantity already contains. */
function alreadyMoved(quantityExcess: number, ledgerDelta: number): number {
  if (Math.sign(quantityExcess) !== Math.sign(ledgerDelta)) return 0;
  return Math.sign(ledgerDelta) * Math.min(Math.abs(quantityExcess), Math.abs(ledgerDelta));
}

function openUnits(reservation: Target, itemId: ItemId): number {
  return reservation && isOpen(reservation) ? unitsOf(reservation, itemId) : 0;
}

function writtenOffUnits(reservation: Target | undefined, itemId: ItemId): number {
  return reservation?.state === 'WRITTEN_OFF' ? unitsOf(reservation, itemId) : 0;
}

/** What an item is short of: what its ledger says, as far as that many are promised. */
export function shortOf(ledgerShort: number, reserved: number): number {
  return Math.max(0, Math.min(ledgerShort, reserved));
}

/** Why an item cannot have this quantity and this reserved stock; null when it can. */
function violation({ itemName }: Item, after: { quantity: number; reserved: number }): string | null {
  const result = `"${itemName}" would have ${after.quantity}`;
  if (after.quantity < 0) return `${result} in stock: restock it, or adjust it to what is there, then run it again`;
  if (after.reserved < 0 || after.quantity + after.reserved > QUANTITY_MAX) {
    return `${result} and ${after.reserved} reserved, which an item cannot have: adjust it to what is there, then run it again`;
  }
  return null;
}

function skipped(skipReason: string): Repair {
  return { events: [], skipReason };
}

function isSame(a: Reservation | null, b: Reservation | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.attempt === b.attempt && a.state === b.state && a.orderPlaced === b.orderPlaced && sameLines(a.lines, b.lines)
  );
}
