/**
 * One item of the inventory: which changes are allowed, and when an alert is raised.
 *
 * - `quantity` can still be ordered, `reserved` is promised to orders and still on the shelf. Neither falls below zero, and together they
 *   fit an INTEGER, so that releasing stock never fails.
 * - A count sets what is on the shelf: `onHand = quantity + reserved - short`. When it is less than what is promised, nothing can be ordered
 *   and the difference is `short`. Stock that comes in or back fills `short` first.
 * - Orders whose pieces leave the shelf, or are written off, cannot be short of them. So `short` never exceeds `reserved`: what would exceed
 *   it was found, and is a movement COUNTED of its own.
 * - LOW_STOCK is raised each time an item becomes low (`quantity < threshold`), OUT_OF_STOCK each time `quantity` reaches 0. One change can
 *   raise both. Neither is raised again before the item has recovered: to its threshold or above, or to more than 0.
 * - Raising the threshold above the quantity makes the item low at once and raises LOW_STOCK. Lowering it to the quantity ends the low
 *   state, so the alert can be raised again.
 * - An item that is created low has not become low, and deleting an item is not a shortage: neither raises an alert.
 * - A correction by a repair (reconciliation/) is a change like any other, and raises alerts in the same way.
 * - Each change adds 1 to `version`, also when only the details change. Taking reserved stock changes no quantity, and no version.
 * - A change of the details adds 1 to `detailsVersion`, which stock leaves as it is: who changes a price may do so while the item sells.
 * - A command that has nothing left to do returns no events. Restocks, adjustments and counts are made idempotent by their key, see
 *   stock.ts. A count that finds what is there is a movement of 0: it is a fact.
 */
import type { Cents, ItemId, OrderId } from '@oms/contracts';
import { Refusal } from '@oms/service-kit/refusal';

/** PostgreSQL's largest INTEGER. */
export const QUANTITY_MAX = 2_147_483_647;

export type ItemDetails = { itemName: string; threshold: number; unit: string; priceCents: Cents; category: string };
/** What a change of the details may change. */
export type ItemChanges = Partial<ItemDetails & Pick<Item, 'unavailableUntil'>>;
export type Item = ItemDetails & {
  id: ItemId;
  /** Until when staff have switched it off; see availability.ts. */
  unavailableUntil: Date | null;
  quantity: number;
  reserved: number;
  short: number;
  version: number;
  detailsVersion: number;
  createdAt: Date;
  updatedAt: Date;
  removed: boolean;
};

export type MoveReason = 'RESERVED' | 'RELEASED' | 'RESTOCKED' | 'ADJUSTED' | 'COUNTED' | 'WRITTEN_OFF';
/** `delta`, `shortDelta` and `reservedDelta` change the item; `writtenOff` are the units of an order that do not come back. */
type Move = {
  delta: number;
  shortDelta: number;
  reservedDelta: number;
  writtenOff: number;
  reason: MoveReason;
  orderId: OrderId | null;
  note: string | null;
};
/**
 * `ledgerDelta`, `ledgerShortDelta` and `writtenOff` are what the ledger lacks, `quantityDelta` is what the item's quantity changes by.
 * `versionsBehind` brings the item's version up to the ledger's.
 */
type Correction = {
  ledgerDelta: number;
  ledgerShortDelta: number;
  writtenOff: number;
  quantityDelta: number;
  reserved: number;
  short: number;
  versionsBehind: number;
  orderId: OrderId | null;
  note: string;
};
/** Which item, changed by whom, when. */
type Origin = { itemId: ItemId; by: string; at: Date };

export type ItemEvent =
  | ({ type: 'ItemCreated'; details: ItemDetails; quantity: number } & Origin)
  | ({ type: 'ItemChanged'; changes: ItemChanges } & Origin)
  | ({ type: 'StockMoved' } & Move & Origin)
  | { type: 'StockTaken'; itemId: ItemId; quantity: number }
  | ({ type: 'StockReconciled' } & Correction & Origin)
  | ({ type: 'ItemRemoved'; quantity: number } & Origin)
  | { type: 'StockRanLow'; itemId: ItemId; at: Date }
  | { type: 'StockRanOut'; itemId: ItemId; at: Date };

export type CreateItem = { type: 'CreateItem'; details: ItemDetails; quantity: number } & Origin;
/** `versions`: those of the details that If-Match names; null when any version may be changed. */
export type ChangeItem = {
  type: 'ChangeItem';
  changes: ItemChanges;
  versions: readonly number[] | null;
} & Origin;
export type RemoveItem = { type: 'RemoveItem'; versions: readonly number[] | null } & Origin;
export type Restock = { type: 'Restock'; quantity: number } & Origin;
export type Adjust = { type: 'Adjust'; delta: number; note: string } & Origin;
/** `onHand`: what was counted on the shelf, promised pieces included. */
export type Count = { type: 'Count'; onHand: number; note: string } & Origin;

export function evolveItem(item: Item | undefined, event: ItemEvent): Item {
  if (event.type === 'ItemCreated') {
    const { itemId: id, details, quantity, at } = event;
    return {
      id,
      ...details,
      unavailableUntil: null,
      quantity,
      reserved: 0,
      short: 0,
      version: 1,
      detailsVersion: 1,
      createdAt: at,
      updatedAt: at,
      removed: false,
    };
  }
  if (!item) throw new Error(`Cannot apply ${event.type} to item ${event.itemId}: it was not loaded.`);
  switch (event.type) {
    case 'ItemChanged':
      return {
        ...item,
        ...event.changes,
        version: item.version + 1,
        detailsVersion: item.detailsVersion + 1,
        updatedAt: event.at,
      };
    case 'StockMoved': {
      const { delta, reservedDelta, shortDelta } = event;
      const [quantity, reserved] = [item.quantity + delta, item.reserved + reservedDelta];
      const short = item.short + shortDelta;
      return { ...item, quantity, reserved, short, version: item.version + 1, updatedAt: event.at };
    }
    case 'StockReconciled': {
      const [quantity, version] = [item.quantity + event.quantityDelta, item.version + event.versionsBehind + 1];
      return { ...item, quantity, reserved: event.reserved, short: event.short, version, updatedAt: event.at };
    }
    case 'StockTaken':
      return { ...item, reserved: item.reserved - event.quantity };
    case 'ItemRemoved':
      return { ...item, quantity: 0, version: item.version + 1, updatedAt: event.at, removed: true };
    case 'StockRanLow':
    case 'StockRanOut':
      return item;
  }
}

/** The caller chooses the item's id, so the same creation again finds the item and returns no events. */
export function createItem(item: Item | undefined, { itemId, details, quantity, by, at }: CreateItem): ItemEvent[] {
  if (item) return [];
  return [{ type: 'ItemCreated', itemId, details, quantity, by, at }];
}

/** `versions` are not checked when the item already is as requested: it is a retry of a request whose answer was lost. */
export function changeItem(item: Item | undefined, { itemId, changes, versions, by, at }: ChangeItem): ItemEvent[] {
  const current = requireExisting(item, itemId);
  const names = Object.keys(changes) as (keyof ItemChanges)[];
  const differing = Object.fromEntries(
    names.filter((name) => changes[name]?.valueOf() !== current[name]?.valueOf()).map((name) => [name, changes[name]]),
  );
  if (Object.keys(differing).length === 0) return [];
  requireVersion(current, versions);
  return withAlerts(current, { type: 'ItemChanged', itemId, changes: differing, by, at });
}

export function restock(item: Item | undefined, { itemId, quantity, by, at }: Restock): ItemEvent[] {
  const current = requireExisting(item, itemId);
  requireCapacity(current, quantity);
  return moveStock(current, { ...noMove, ...stockIn(current, quantity), reason: 'RESTOCKED' }, { by, at });
}

export function adjust(item: Item | undefined, { itemId, delta, note, by, at }: Adjust): ItemEvent[] {
  const current = requireExisting(item, itemId);
  requireCapacity(current, delta);
  if (current.quantity + delta < 0) {
    throw new Refusal(
      'INSUFFICIENT_STOCK',
      `Cannot take ${-delta} of "${current.itemName}" out of stock: there are only ${current.quantity}. Count again, or take at most ${current.quantity}. A count may also find less than what is promised.`,
      { shortages: [{ itemId: current.id, requested: -delta, available: current.quantity }] },
    );
  }
  const change = delta > 0 ? stockIn(current, delta) : { delta, shortDelta: 0 };
  return moveStock(current, { ...noMove, ...change, reason: 'ADJUSTED', note }, { by, at });
}

export function count(item: Item | undefined, { itemId, onHand, note, by, at }: Count): ItemEvent[] {
  const current = requireExisting(item, itemId);
  const quantity = Math.max(0, onHand - current.reserved);
  const short = Math.max(0, current.reserved - onHand);
  const change = { delta: quantity - current.quantity, shortDelta: short - current.short };
  return moveStock(current, { ...noMove, ...change, reason: 'COUNTED', note }, { by, at });
}

export function removeItem(item: Item | undefined, { itemId, versions, by, at }: RemoveItem): ItemEvent[] {
  const current = requireExisting(item, itemId);
  requireVersion(current, versions);
  if (current.reserved > 0 || current.short > 0) {
    throw new Refusal(
      'ITEM_HAS_OPEN_RESERVATIONS',
      `Cannot delete "${current.itemName}": ${current.reserved} of it are reserved for open orders. Deliver or cancel those orders first.`,
      { reserved: current.reserved },
    );
  }
  return [{ type: 'ItemRemoved', itemId, quantity: current.quantity, by, at }];
}

/** What is on the shelf, promised pieces included. */
export function onHandOf({ quantity, reserved, short }: Pick<Item, 'quantity' | 'reserved' | 'short'>): number {
  return quantity + reserved - short;
}

/** A move that changes nothing, to be completed. */
export const noMove = { delta: 0, shortDelta: 0, reservedDelta: 0, writtenOff: 0, orderId: null, note: null };

/** How `units` that come in, or come back, are divided: first they fill what is short. */
export function stockIn({ short }: Pick<Item, 'short'>, units: number): Pick<Move, 'delta' | 'shortDelta'> {
  const filled = Math.min(units, short);
  return { delta: units - filled, shortDelta: 0 - filled };
}

/** The move that comes before `short` would exceed `reserved` by `units`: pieces that were counted as missing, and an order has them. */
export function findUnits(item: Item, units: number, { by, at }: { by: string; at: Date }): ItemEvent[] {
  if (units <= 0) return [];
  const note = 'found: they were counted as missing, and an order had them';
  return moveStock(item, { ...noMove, shortDelta: 0 - units, reason: 'COUNTED', note }, { by, at });
}

/** Moves stock of an item, with the alerts that this raises. The caller has checked that the item has the stock, or can hold it. */
export function moveStock(item: Item, move: Move, { by, at }: { by: string; at: Date }): ItemEvent[] {
  return withAlerts(item, { type: 'StockMoved', itemId: item.id, ...move, by, at });
}

/** Corrects an item, with the alerts that this raises. The caller has checked that the result is valid. */
export function reconcileStock(item: Item, correction: Correction, { by, at }: { by: string; at: Date }): ItemEvent[] {
  return withAlerts(item, { type: 'StockReconciled', itemId: item.id, ...correction, by, at });
}

function withAlerts(before: Item, event: Extract<ItemEvent, { at: Date }>): ItemEvent[] {
  return [event, ...alertsOf(before, evolveItem(before, event), event.at)];
}

/** The alerts that a change from `before` to `after` raises. */
export function alertsOf(before: Item, after: Item, at: Date): ItemEvent[] {
  const events: ItemEvent[] = [];
  const itemId = before.id;
  if (isLow(after) && !isLow(before)) events.push({ type: 'StockRanLow', itemId, at });
  if (after.quantity === 0 && before.quantity > 0) events.push({ type: 'StockRanOut', itemId, at });
  return events;
}

function isLow({ quantity, threshold }: Item): boolean {
  return quantity < threshold;
}

function requireExisting(item: Item | undefined, itemId: ItemId): Item {
  if (item && !item.removed) return item;
  throw new Refusal(
    'NOT_FOUND',
    `There is no item ${itemId}. It may have been deleted; list the inventory to see what there is.`,
  );
}

function requireVersion(item: Item, versions: readonly number[] | null): void {
  if (versions === null || versions.includes(item.detailsVersion)) return;
  throw new Refusal(
    'PRECONDITION_FAILED',
    `The details of item ${item.id} are at version ${item.detailsVersion}, not at the one in If-Match: another caller changed them. Read the item again and repeat the change.`,
  );
}

function requireCapacity(item: Item, delta: number): void {
  const free = QUANTITY_MAX - item.quantity - item.reserved + item.short;
  if (delta <= free) return;
  throw new Refusal(
    'QUANTITY_TOO_LARGE',
    `Cannot add ${delta} to "${item.itemName}": it has ${item.quantity} and ${item.reserved} reserved, and the limit is ${QUANTITY_MAX}. Add at most ${free}.`,
  );
}
