/**
 * One item on the shelf: what may happen to it, and when people must be told.
 *
 * - `quantity` can still be promised, `reserved` is held by open reservations. Neither falls below zero, and together they fit an INTEGER,
 *   so that giving stock back never fails.
 * - LOW_STOCK is told each time an item becomes low (`quantity < threshold`), OUT_OF_STOCK each time `quantity` reaches 0; one step may do both.
 *   Neither is told again before the item has been back: at its threshold or above, above 0.
 * - Raising the threshold over the quantity makes an item low there and then, so it is told; lowering the threshold arms the alert anew.
 * - An item that starts low has not become low, and removing an item is no shortage: neither is told.
 * - A repair (books.ts) sets `quantity` and `reserved` right; it is a change like others, and its crossings are told.
 * - Each change adds 1 to `version`, also when only the particulars change. Stock that is sold was off the shelf already: no change.
 * - Deciding twice writes nothing. Restocks and adjustments are told apart by their receipt, see stock.ts.
 */
import type { Cents, ItemId, OrderId } from '@oms/contracts';
import { Refusal } from '@oms/service-kit/refusal';

/** PostgreSQL's largest INTEGER. */
export const QUANTITY_MAX = 2_147_483_647;

export type Particulars = { itemName: string; threshold: number; unit: string; priceCents: Cents; category: string };
export type Item = Particulars & {
  id: ItemId;
  quantity: number;
  reserved: number;
  version: number;
  createdAt: Date;
  updatedAt: Date;
  removed: boolean;
};

export type MoveReason = 'RESERVED' | 'RELEASED' | 'RESTOCKED' | 'ADJUSTED';
type Move = { delta: number; reason: MoveReason; orderId: OrderId | null; note: string | null };
/** `ledgerDelta` is what the ledger lacked, `quantityDelta` what the item did; a version behind the ledger's is made up for. */
type Correction = {
  ledgerDelta: number;
  quantityDelta: number;
  reserved: number;
  versionsBehind: number;
  orderId: OrderId | null;
  note: string;
};
type Told = { itemId: ItemId; by: string; at: Date };

export type ItemEvent =
  | ({ type: 'ItemCreated'; particulars: Particulars; quantity: number } & Told)
  | ({ type: 'ItemChanged'; changes: Partial<Particulars> } & Told)
  | ({ type: 'StockMoved' } & Move & Told)
  | { type: 'StockSold'; itemId: ItemId; quantity: number }
  | ({ type: 'StockReconciled' } & Correction & Told)
  | ({ type: 'ItemRemoved'; quantity: number } & Told)
  | { type: 'StockRanLow'; itemId: ItemId; at: Date }
  | { type: 'StockRanOut'; itemId: ItemId; at: Date };

export type CreateItem = { type: 'CreateItem'; particulars: Particulars; quantity: number } & Told;
export type ChangeItem = {
  type: 'ChangeItem';
  changes: Partial<Particulars>;
  versions: readonly number[] | null;
} & Told;
export type RemoveItem = { type: 'RemoveItem'; versions: readonly number[] | null } & Told;
export type Restock = { type: 'Restock'; quantity: number } & Told;
export type Adjust = { type: 'Adjust'; delta: number; note: string } & Told;

export function evolveItem(item: Item | undefined, event: ItemEvent): Item {
  if (event.type === 'ItemCreated') {
    const { itemId: id, particulars, quantity, at } = event;
    return { id, ...particulars, quantity, reserved: 0, version: 1, createdAt: at, updatedAt: at, removed: false };
  }
  if (!item) throw new Error(`Cannot apply ${event.type} to item ${event.itemId}: it was not loaded.`);
  switch (event.type) {
    case 'ItemChanged':
      return { ...item, ...event.changes, version: item.version + 1, updatedAt: event.at };
    case 'StockMoved': {
      const held = event.reason === 'RESERVED' || event.reason === 'RELEASED' ? event.delta : 0;
      const [quantity, reserved] = [item.quantity + event.delta, item.reserved - held];
      return { ...item, quantity, reserved, version: item.version + 1, updatedAt: event.at };
    }
    case 'StockReconciled': {
      const [quantity, version] = [item.quantity + event.quantityDelta, item.version + event.versionsBehind + 1];
      return { ...item, quantity, reserved: event.reserved, version, updatedAt: event.at };
    }
    case 'StockSold':
      return { ...item, reserved: item.reserved - event.quantity };
    case 'ItemRemoved':
      return { ...item, quantity: 0, version: item.version + 1, updatedAt: event.at, removed: true };
    case 'StockRanLow':
    case 'StockRanOut':
      return item;
  }
}

/** The item has its id from the caller, so the same creation again finds it and writes nothing. */
export function createItem(item: Item | undefined, c: CreateItem): ItemEvent[] {
  if (item) return [];
  return [
    { type: 'ItemCreated', itemId: c.itemId, particulars: c.particulars, quantity: c.quantity, by: c.by, at: c.at },
  ];
}

/** `versions` (If-Match) is not asked when the item already is as wished: the wish was granted before, and its answer got lost. */
export function changeItem(item: Item | undefined, c: ChangeItem): ItemEvent[] {
  const current = standing(item, c.itemId);
  const names = Object.keys(c.changes) as (keyof Particulars)[];
  const changes = Object.fromEntries(
    names.filter((name) => c.changes[name] !== current[name]).map((name) => [name, c.changes[name]]),
  );
  if (Object.keys(changes).length === 0) return [];
  requireVersion(current, c.versions);
  return withAlerts(current, { type: 'ItemChanged', itemId: c.itemId, changes, by: c.by, at: c.at });
}

export function restock(item: Item | undefined, c: Restock): ItemEvent[] {
  const current = standing(item, c.itemId);
  requireRoom(current, c.quantity);
  return moveStock(current, { delta: c.quantity, reason: 'RESTOCKED', orderId: null, note: null }, c);
}

export function adjust(item: Item | undefined, c: Adjust): ItemEvent[] {
  const current = standing(item, c.itemId);
  requireRoom(current, c.delta);
  if (current.quantity + c.delta < 0) {
    throw new Refusal(
      'INSUFFICIENT_STOCK',
      `Cannot take ${-c.delta} of "${current.itemName}" off the shelf: only ${current.quantity} are there. Count again, or take at most ${current.quantity}.`,
      { shortages: [{ itemId: current.id, requested: -c.delta, available: current.quantity }] },
    );
  }
  return moveStock(current, { delta: c.delta, reason: 'ADJUSTED', orderId: null, note: c.note }, c);
}

export function removeItem(item: Item | undefined, c: RemoveItem): ItemEvent[] {
  const current = standing(item, c.itemId);
  requireVersion(current, c.versions);
  if (current.reserved > 0) {
    throw new Refusal(
      'ITEM_HAS_OPEN_RESERVATIONS',
      `Cannot delete "${current.itemName}": ${current.reserved} of it are reserved for open orders. Deliver or cancel those orders first.`,
      { reserved: current.reserved },
    );
  }
  return [{ type: 'ItemRemoved', itemId: c.itemId, quantity: current.quantity, by: c.by, at: c.at }];
}

/** Moves stock of an item that is known to have it, or room for it, and tells of the crossings. */
export function moveStock(item: Item, move: Move, { by, at }: { by: string; at: Date }): ItemEvent[] {
  return withAlerts(item, { type: 'StockMoved', itemId: item.id, ...move, by, at });
}

/** Sets an item right; that the result fits an item is known. */
export function reconcileStock(item: Item, correction: Correction, { by, at }: { by: string; at: Date }): ItemEvent[] {
  return withAlerts(item, { type: 'StockReconciled', itemId: item.id, ...correction, by, at });
}

function withAlerts(before: Item, event: Extract<ItemEvent, { at: Date }>): ItemEvent[] {
  return [event, ...crossings(before, evolveItem(before, event), event.at)];
}

/** What people must be told of when an item that was `before` is `after`. */
export function crossings(before: Item, after: Item, at: Date): ItemEvent[] {
  const events: ItemEvent[] = [];
  const alert = { itemId: before.id, at };
  if (isLow(after) && !isLow(before)) events.push({ type: 'StockRanLow', ...alert });
  if (after.quantity === 0 && before.quantity > 0) events.push({ type: 'StockRanOut', ...alert });
  return events;
}

function isLow({ quantity, threshold }: Item): boolean {
  return quantity < threshold;
}

function standing(item: Item | undefined, itemId: ItemId): Item {
  if (item && !item.removed) return item;
  throw new Refusal(
    'NOT_FOUND',
    `There is no item ${itemId}. It may have been deleted; list the inventory to see what there is.`,
  );
}

function requireVersion(item: Item, versions: readonly number[] | null): void {
  if (versions === null || versions.includes(item.version)) return;
  throw new Refusal(
    'PRECONDITION_FAILED',
    `Item ${item.id} is at version ${item.version}, not at the one in If-Match: somebody changed it. Read it again and repeat the change.`,
  );
}

function requireRoom(item: Item, delta: number): void {
  const room = QUANTITY_MAX - item.quantity - item.reserved;
  if (delta <= room) return;
  throw new Refusal(
    'QUANTITY_TOO_LARGE',
    `Cannot add ${delta} to "${item.itemName}": it has ${item.quantity} and ${item.reserved} reserved, and at most ${QUANTITY_MAX} fit. Add at most ${room}.`,
  );
}
