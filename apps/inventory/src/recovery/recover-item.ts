/**
 * What Kafka has of an item and the database has not, after the database was taken back to an earlier moment.
 *
 * - Each change of an item was told with its version, the quantity after it and all particulars: the ledger and the row come back as they
 *   were, but for who did it and their note, which are not told.
 * - `reserved` stays: it follows from the reservations, which `oms inventory reconcile` sets right by the word of order.
 * - A crossing that was recovered and never told is told.
 * - When stock moved after the restore as if nothing had been told, the ledger stays as it is, and what it lacks is added to it, each
 *   movement as a change of its own after every version that anybody has heard of.
 * - It never takes what is not there: the item is left, and says why.
 * - Deciding twice writes nothing.
 */
import type { EventId, InventoryUpdate, Message, OrderId } from '@oms/contracts';
import {
  crossings,
  evolveItem,
  QUANTITY_MAX,
  reconcileStock,
  type Item,
  type ItemEvent,
  type MoveReason,
} from '../domain/item.ts';
import { messagesOf } from '../domain/messages.ts';
import type { Fact } from '../domain/stock.ts';

export type KnownItem = {
  /** Null: it has no row. */
  readonly item: Item | null;
  /** By version, from the first that was read of on. */
  readonly ledger: ReadonlyMap<number, LedgerLine>;
  readonly ledgerVersion: number;
};
export type LedgerLine = {
  readonly quantityAfter: number;
  readonly orderId: OrderId | null;
  readonly note: string | null;
};
export type ToldItem = {
  /** The first word of each version. */
  readonly changes: ReadonlyMap<number, InventoryUpdate>;
  /** `LOW_STOCK 12`: the alerts that were told, with the version that set them off. */
  readonly alerts: ReadonlySet<string>;
};

export type Recovery = { readonly item: Item; readonly facts: readonly Fact[]; readonly messages: readonly Message[] };
/** `missing`: the version of which nothing was read. `left`: why it is left as it is. */
export type Verdict = (Recovery & { forked: boolean }) | { readonly missing: number } | { readonly left: string };
export type How = { readonly by: string; readonly at: Date; readonly newId: () => EventId };

/** Null: the database has all that was told. */
export function recoverItem(known: KnownItem, told: ToldItem, how: How): Verdict | null {
  const last = Math.max(0, ...told.changes.keys());
  const version = Math.max(known.item?.version ?? 0, known.ledgerVersion);
  const lost = [...told.changes.values()].filter((change) => isLost(known, version, change));
  if (lost.some(({ aggregateVersion }) => aggregateVersion <= version)) {
    const unmade = lost.filter(({ aggregateVersion }) => !isMade(known, aggregateVersion));
    return addToLedger(known.item, unmade, last - version, how);
  }
  if (last <= version) return null;
  return bringBack(known.item, version + 1, last, told, how);
}

function bringBack(before: Item | null, from: number, last: number, told: ToldItem, how: How): Verdict {
  let item = before;
  const facts: Fact[] = [];
  const messages: Message[] = [];
  for (let at = from; at <= last; at += 1) {
    const change = told.changes.get(at);
    if (change === undefined) return { missing: at };
    const after = itemAfter(item, change);
    const fact = { event: eventOf(item, change, how.by), item: after };
    const alerts = item && !after.removed ? crossings(item, after, change.occurredAt) : [];
    facts.push(fact);
    for (const message of alerts.flatMap((event) => messagesOf({ event, item: after }, how.newId))) {
      if (!told.alerts.has(`${message.eventType} ${at}`)) messages.push(message);
    }
    item = after;
  }
  return { item: item!, facts, messages, forked: false };
}

function addToLedger(before: Item | null, lost: InventoryUpdate[], behind: number, how: How): Verdict | null {
  const moved = lost.filter(({ delta }) => delta !== 0).toSorted((a, b) => a.aggregateVersion - b.aggregateVersion);
  // With nothing to add it may still have to pass the last version that was told, or nobody would hear of its next change.
  const steps = moved.length > 0 || behind <= 0 ? moved : lost.slice(-1);
  if (steps.length === 0) return null;
  if (before === null) return { left: 'it was deleted since the restore: make it anew, then count it' };
  let item = before;
  const facts: Fact[] = [];
  for (const { delta, orderId, aggregateVersion } of steps) {
    const quantity = item.quantity + delta;
    if (quantity < 0 || quantity + item.reserved > QUANTITY_MAX) {
      return {
        left: `it would have ${quantity} on the shelf: restock it, or adjust it to what is there, then run it again`,
      };
    }
    const versionsBehind = facts.length === 0 ? Math.max(0, behind) : 0;
    const correction = { ledgerDelta: delta, quantityDelta: delta, reserved: item.reserved, versionsBehind, orderId };
    for (const event of reconcileStock(item, { ...correction, note: noteOf(aggregateVersion) }, how)) {
      item = evolveItem(item, event);
      facts.push({ event, item });
    }
  }
  const messages = facts.flatMap((fact) => messagesOf(fact, how.newId));
  return { item, facts, messages, forked: true };
}

function isLost({ ledger }: KnownItem, version: number, change: InventoryUpdate): boolean {
  if (change.aggregateVersion > version) return true;
  const line = ledger.get(change.aggregateVersion);
  if (line === undefined) return change.delta !== 0;
  return line.quantityAfter !== change.quantity || line.orderId !== change.orderId;
}

/** Whether an earlier run has added it to the ledger. */
function isMade({ ledger }: KnownItem, version: number): boolean {
  return [...ledger.values()].some(({ note }) => note === noteOf(version));
}

function noteOf(version: number): string {
  return `recovered: it was told as version ${version}`;
}

function itemAfter(item: Item | null, change: InventoryUpdate): Item {
  const { aggregateId: id, aggregateVersion: version, quantity, occurredAt, reason } = change;
  const { createdAt = occurredAt, reserved = 0 } = item ?? {};
  const stock = { id, quantity, reserved, version, createdAt, updatedAt: occurredAt, removed: reason === 'DELETED' };
  return { ...stock, ...particularsOf(change) };
}

function eventOf(item: Item | null, change: InventoryUpdate, by: string): ItemEvent {
  const { aggregateId: itemId, occurredAt: at, delta, quantity, reason, orderId } = change;
  const told = { itemId, by, at };
  if (reason === 'CREATED' || item === null) {
    return { type: 'ItemCreated', particulars: particularsOf(change), quantity, ...told };
  }
  if (reason === 'CHANGED') return { type: 'ItemChanged', changes: particularsOf(change), ...told };
  if (reason === 'DELETED') return { type: 'ItemRemoved', quantity: item.quantity, ...told };
  return { type: 'StockMoved', delta, reason: reason satisfies MoveReason, orderId, note: null, ...told };
}

function particularsOf({ itemName, threshold, unit, price: priceCents, category }: InventoryUpdate) {
  return { itemName, threshold, unit, priceCents, category };
}
