/**
 * Decides what to write for an item of which Kafka has changes that the database lacks, because the database was restored to an earlier moment.
 *
 * - Each change of an item was published with its version, the quantity after it and all details. So ledger and row come back as they were,
 *   except for who made a change and its note, which are not published, and that a count comes back as an adjustment.
 * - `short` comes back as well. `reserved` stays as it is: it follows from the reservations, which `oms inventory reconcile` corrects by the orders.
 * - An alert that a recovered change raised, and that was never published, is published.
 * - When stock moved after the restore on top of the older state, the item is forked. Its ledger stays as it is, and the missing movements
 *   are added to it, each as a change of its own with a version later than any that was published.
 * - A recovery never takes stock that is not there: the item is skipped, with the reason.
 * - Planned twice, the second plan writes nothing.
 */
import type { EventId, InventoryUpdate, Message, OrderId } from '@oms/contracts';
import {
  alertsOf,
  evolveItem,
  QUANTITY_MAX,
  reconcileStock,
  type Item,
  type ItemDetails,
  type ItemEvent,
  type MoveReason,
} from '../domain/item.ts';
import { messagesOf } from '../domain/messages.ts';
import type { AppliedEvent } from '../domain/stock.ts';

/** An item in the database. */
export type StoredItem = {
  /** Null: it has no row. */
  readonly item: Item | null;
  /** By version, from the first published version on. */
  readonly ledger: ReadonlyMap<number, LedgerLine>;
  readonly ledgerVersion: number;
};
export type LedgerLine = {
  readonly quantityAfter: number;
  readonly shortDelta: number;
  readonly writtenOff: number;
  readonly orderId: OrderId | null;
  readonly note: string | null;
};
/** An item in Kafka. */
export type PublishedItem = {
  /** By version; the first message of a version counts. */
  readonly changes: ReadonlyMap<number, InventoryUpdate>;
  /** The published alerts with the version that raised them, as `LOW_STOCK 12`. */
  readonly alerts: ReadonlySet<string>;
};

export type ItemRecovery = {
  readonly item: Item;
  readonly applied: readonly AppliedEvent[];
  readonly messages: readonly Message[];
};
/** `missing`: a version that was not among the messages read. `skipReason`: why the item stays as it is. */
export type RecoveryPlan =
  (ItemRecovery & { forked: boolean }) | { readonly missing: number } | { readonly skipReason: string };
export type RecoveryContext = { readonly by: string; readonly at: Date; readonly newId: () => EventId };

/** Null: the database has all that was published. */
export function planItemRecovery(
  stored: StoredItem,
  published: PublishedItem,
  context: RecoveryContext,
): RecoveryPlan | null {
  const last = Math.max(0, ...published.changes.keys());
  const version = Math.max(stored.item?.version ?? 0, stored.ledgerVersion);
  const lost = [...published.changes.values()].filter((change) => isLost(stored, version, change));
  if (lost.some(({ aggregateVersion }) => aggregateVersion <= version)) {
    const notAdded = lost.filter(({ aggregateVersion }) => !isAdded(stored, aggregateVersion));
    return addToLedger(stored.item, notAdded, last - version, context);
  }
  if (last <= version) return null;
  return restoreChanges(stored.item, version + 1, last, published, context);
}

function restoreChanges(
  before: Item | null,
  from: number,
  last: number,
  published: PublishedItem,
  { by, newId }: RecoveryContext,
): RecoveryPlan {
  let item = before;
  const applied: AppliedEvent[] = [];
  const messages: Message[] = [];
  for (let version = from; version <= last; version += 1) {
    const change = published.changes.get(version);
    if (change === undefined) return { missing: version };
    const after = itemAfter(item, change);
    const alerts = item && !after.removed ? alertsOf(item, after, change.occurredAt) : [];
    applied.push({ event: eventOf(item, change, by), item: after });
    for (const message of alerts.flatMap((event) => messagesOf({ event, item: after }, newId))) {
      if (!published.alerts.has(`${message.eventType} ${version}`)) messages.push(message);
    }
    item = after;
  }
  return { item: item!, applied, messages, forked: false };
}

function addToLedger(
  before: Item | null,
  lost: InventoryUpdate[],
  behind: number,
  { by, at, newId }: RecoveryContext,
): RecoveryPlan | null {
  const moved = lost.filter(movesStock).toSorted((a, b) => a.aggregateVersion - b.aggregateVersion);
  // With nothing to add, the item may still have to pass the last published version: consumers ignore a change at or below it.
  const changes = moved.length > 0 || behind <= 0 ? moved : lost.slice(-1);
  if (changes.length === 0) return null;
  if (before === null) return { skipReason: 'it was deleted since the restore: create it again, then count it' };
  let item = before;
  const applied: AppliedEvent[] = [];
  for (const change of changes) {
    const { orderId, aggregateVersion } = change;
    const { delta, shortDelta } = deltasFor(item, change);
    const quantity = item.quantity + delta;
    if (quantity < 0 || quantity + item.reserved > QUANTITY_MAX) {
      const remedy = 'restock it, or adjust it to what is there, then run it again';
      return { skipReason: `it would have ${quantity} in stock: ${remedy}` };
    }
    const correction = {
      ledgerDelta: delta,
      ledgerShortDelta: shortDelta,
      writtenOff: change.writtenOff ?? 0,
      quantityDelta: delta,
      reserved: item.reserved,
      short: item.short + shortDelta,
      versionsBehind: applied.length === 0 ? Math.max(0, behind) : 0,
      orderId,
      note: noteOf(aggregateVersion),
    };
    for (const event of reconcileStock(item, correction, { by, at })) {
      item = evolveItem(item, event);
      applied.push({ event, item });
    }
  }
  const messages = applied.flatMap((event) => messagesOf(event, newId));
  return { item, applied, messages, forked: true };
}

function isLost({ ledger }: StoredItem, version: number, change: InventoryUpdate): boolean {
  if (change.aggregateVersion > version) return true;
  const line = ledger.get(change.aggregateVersion);
  if (line === undefined) return movesStock(change);
  if (line.quantityAfter !== change.quantity || line.orderId !== change.orderId) return true;
  return line.shortDelta !== (change.shortDelta ?? 0) || line.writtenOff !== (change.writtenOff ?? 0);
}

function movesStock({ delta, shortDelta, writtenOff }: InventoryUpdate): boolean {
  return delta !== 0 || (shortDelta ?? 0) !== 0 || (writtenOff ?? 0) !== 0;
}

/** Units that filled `short` when it was published go to the quantity, if the item is not short of them now. */
function deltasFor(item: Item, { delta, shortDelta: published }: InventoryUpdate) {
  const shortDelta = Math.max(published ?? 0, 0 - item.short);
  return { delta: delta + shortDelta - (published ?? 0), shortDelta };
}

/** Whether an earlier recovery has added this published version to the ledger. */
function isAdded({ ledger }: StoredItem, version: number): boolean {
  return [...ledger.values()].some(({ note }) => note === noteOf(version) || note === formerNoteOf(version));
}

function noteOf(version: number): string {
  return `recovered: it was published as version ${version}`;
}

/** The note that the release before wrote. */
function formerNoteOf(version: number): string {
  return `recovered: it was told as version ${version}`;
}

function itemAfter(item: Item | null, change: InventoryUpdate): Item {
  const { aggregateId: id, aggregateVersion: version, quantity, occurredAt, reason } = change;
  return {
    id,
    ...detailsOf(change),
    unavailableUntil: change.unavailableUntil,
    quantity,
    reserved: item?.reserved ?? 0,
    short: change.short ?? item?.short ?? 0,
    version,
    detailsVersion: (item?.detailsVersion ?? 0) + (item === null || reason === 'CHANGED' ? 1 : 0),
    createdAt: item?.createdAt ?? occurredAt,
    updatedAt: occurredAt,
    removed: reason === 'DELETED',
  };
}

function eventOf(item: Item | null, change: InventoryUpdate, by: string): ItemEvent {
  const { aggregateId: itemId, occurredAt: at, delta, quantity, orderId } = change;
  const [shortDelta, writtenOff] = [change.shortDelta ?? 0, change.writtenOff ?? 0];
  const { reason } = change;
  if (reason === 'CREATED' || item === null) {
    return { type: 'ItemCreated', itemId, details: detailsOf(change), quantity, by, at };
  }
  if (reason === 'CHANGED') {
    const changes = { ...detailsOf(change), unavailableUntil: change.unavailableUntil };
    return { type: 'ItemChanged', itemId, changes, by, at };
  }
  if (reason === 'DELETED') return { type: 'ItemRemoved', itemId, quantity: item.quantity, by, at };
  const moveReason: MoveReason = writtenOff > 0 ? 'WRITTEN_OFF' : reason;
  const move = { delta, shortDelta, writtenOff, reservedDelta: 0, reason: moveReason, orderId, note: null };
  return { type: 'StockMoved', itemId, ...move, by, at };
}

function detailsOf({ itemName, threshold, unit, price: priceCents, category }: InventoryUpdate): ItemDetails {
  return { itemName, threshold, unit, priceCents, category };
}
