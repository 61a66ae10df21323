/** How an item is recovered whose database was restored to an earlier moment: the decisions, without a database. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { EventId, InventoryUpdate, ItemId, OrderId } from '@oms/contracts';
import {
  evolveItem,
  moveStock,
  noMove,
  restock,
  removeItem,
  changeItem,
  type Item,
  type ItemEvent,
} from '../src/domain/item.ts';
import { movementOf, type Movement } from '../src/domain/ledger.ts';
import { messagesOf } from '../src/domain/messages.ts';
import {
  planItemRecovery,
  type StoredItem,
  type ItemRecovery,
  type PublishedItem,
} from '../src/recovery/plan-item-recovery.ts';
import type { AppliedEvent } from '../src/domain/stock.ts';

const itemId = randomUUID() as string as ItemId;
const [orderA, orderB] = [randomUUID(), randomUUID()] as string[] as [OrderId, OrderId];
const at = new Date('2026-01-01T12:00:00Z');
const origin = { itemId, by: 'ann', at };
const newId = () => randomUUID() as string as EventId;
const context = { by: 'recover', at, newId };
const details = { itemName: 'Soup', threshold: 5, unit: 'bowl', priceCents: 390, category: 'soups' };
const created: ItemEvent = { type: 'ItemCreated', details, quantity: 10, ...origin };

type Act = (item: Item) => ItemEvent[];
const take =
  (quantity: number, orderId: OrderId): Act =>
  (item) =>
    moveStock(item, { ...noMove, delta: -quantity, reservedDelta: quantity, reason: 'RESERVED', orderId }, origin);
const add =
  (quantity: number): Act =>
  (item) =>
    restock(item, { type: 'Restock', quantity, ...origin });
const rename =
  (itemName: string): Act =>
  (item) =>
    changeItem(item, { type: 'ChangeItem', changes: { itemName }, versions: null, ...origin });
const remove: Act = (item) => removeItem(item, { type: 'RemoveItem', versions: null, ...origin });

/** The events of an item, each with the item after it. */
function history(acts: readonly Act[], before: readonly AppliedEvent[] = []): AppliedEvent[] {
  const applied = [...before];
  const append = (event: ItemEvent) => applied.push({ event, item: evolveItem(applied.at(-1)?.item, event) });
  if (applied.length === 0) append(created);
  for (const act of acts) act(applied.at(-1)!.item).forEach(append);
  return applied;
}

function inDatabase(applied: readonly AppliedEvent[]): StoredItem {
  const item = applied.at(-1)?.item;
  const movements = applied.map(movementOf).filter((movement) => movement !== null);
  return { item: item && !item.removed ? item : null, ...ledgerOf(movements) };
}

function ledgerOf(movements: readonly Movement[]) {
  const ledger = new Map(movements.map(({ itemVersion, ...line }) => [itemVersion, line]));
  return { ledger, ledgerVersion: Math.max(0, ...ledger.keys()) };
}

function onKafka(...published: (readonly AppliedEvent[])[]): PublishedItem {
  const changes = new Map<number, InventoryUpdate>();
  const alerts = new Set<string>();
  for (const message of published.flat().flatMap((event) => messagesOf(event, newId))) {
    const { aggregateVersion: version, eventType } = message;
    if (message.eventType !== 'INVENTORY_UPDATE') alerts.add(`${eventType} ${version}`);
    else if (!changes.has(version)) changes.set(version, message);
  }
  return { changes, alerts };
}

const empty: StoredItem = { item: null, ledger: new Map(), ledgerVersion: 0 };
const recovered = (stored: StoredItem, kafka: PublishedItem) =>
  planItemRecovery(stored, kafka, context) as ItemRecovery;
const withoutAuthors = (applied: readonly AppliedEvent[]) =>
  applied.flatMap((event) => {
    const movement = movementOf(event);
    return movement ? [{ ...movement, changedBy: '', note: null }] : [];
  });

/** As the store writes it. */
function written(stored: StoredItem, { item, applied }: ItemRecovery): StoredItem {
  const { ledger, ledgerVersion } = ledgerOf(applied.map(movementOf).filter((movement) => movement !== null));
  return {
    item: item.removed ? null : item,
    ledger: new Map([...stored.ledger, ...ledger]),
    ledgerVersion: Math.max(stored.ledgerVersion, ledgerVersion),
  };
}

describe('an item that the database knows as it was before', () => {
  const applied = history([take(2, orderA), add(30), rename('Good soup'), take(4, orderB)]);

  test('comes back as it was published, with its ledger, except for who made the changes', () => {
    const recovery = recovered(inDatabase(applied.slice(0, 2)), onKafka(applied));
    const { reserved: _, ...expected } = applied.at(-1)!.item;
    expect(recovery.item).toMatchObject(expected);
    expect(withoutAuthors(recovery.applied)).toEqual(withoutAuthors(applied.slice(2)));
    expect(recovery.messages).toEqual([]);
  });

  test('keeps what it has reserved, which follows from the reservations', () => {
    expect(recovered(inDatabase(applied.slice(0, 2)), onKafka(applied)).item.reserved).toBe(2);
  });

  test('or as it was published is left alone', () => {
    expect(planItemRecovery(inDatabase(applied), onKafka(applied), context)).toBeNull();
    const recovery = recovered(inDatabase(applied.slice(0, 2)), onKafka(applied));
    expect(planItemRecovery(written(inDatabase(applied.slice(0, 2)), recovery), onKafka(applied), context)).toBeNull();
  });

  test('whose next change was not read is left alone, and the missing version is named', () => {
    expect(planItemRecovery(inDatabase(applied.slice(0, 2)), onKafka(applied.slice(3)), context)).toEqual({
      missing: 3,
    });
  });

  test('publishes an alert that was never published, and no other', () => {
    const low = history([take(6, orderA), take(4, orderB)]);
    const kafka = onKafka(low);
    expect(recovered(inDatabase(low.slice(0, 1)), kafka).messages).toEqual([]);
    const lost = { ...kafka, alerts: new Set(['LOW_STOCK 2']) };
    expect(recovered(inDatabase(low.slice(0, 1)), lost).messages).toMatchObject([
      { eventType: 'OUT_OF_STOCK', aggregateVersion: 3 },
    ]);
  });
});

test('an item that was created after the moment of the restore is created again', () => {
  const applied = history([take(3, orderA)]);
  const { item, applied: back } = recovered(empty, onKafka(applied));
  expect(item).toMatchObject({ ...details, quantity: 7, version: 2, reserved: 0, createdAt: at });
  expect(withoutAuthors(back)).toEqual(withoutAuthors(applied));
});

test('an item that was deleted after it is deleted again, with the last movement of its ledger', () => {
  const applied = history([remove]);
  const recovery = recovered(inDatabase(applied.slice(0, 1)), onKafka(applied));
  expect(recovery.item.removed).toBe(true);
  expect(withoutAuthors(recovery.applied)).toEqual(withoutAuthors(applied.slice(1)));
  expect(planItemRecovery(written(inDatabase(applied.slice(0, 1)), recovery), onKafka(applied), context)).toBeNull();
});

describe('an item that was sold after the restore, on top of its older state', () => {
  const base = history([]);
  const before = history([add(30), take(2, orderA)], base);
  const own = history([take(4, orderB)], base);

  test('gets the movements that its ledger lacks, each with a version later than any that was published', () => {
    const { item, applied, messages } = recovered(inDatabase(own), onKafka(before, own));
    expect(item).toMatchObject({ quantity: 10 + 30 - 2 - 4, version: 5 });
    expect(applied.map(movementOf)).toMatchObject([
      { delta: 30, reason: 'RECONCILED', orderId: null, itemVersion: 4 },
      { delta: -2, reason: 'RECONCILED', orderId: orderA, itemVersion: 5 },
    ]);
    expect(messages.map(({ aggregateVersion }) => aggregateVersion)).toEqual([4, 5]);
  });

  test('is repaired once', () => {
    const kafka = onKafka(before, own);
    const recovery = recovered(inDatabase(own), kafka);
    const now = written(inDatabase(own), recovery);
    expect(planItemRecovery(now, kafka, context)).toBeNull();
    expect(planItemRecovery(now, onKafka(before, own, recovery.applied), context)).toBeNull();
  });

  test('is not repaired again when the release before has repaired it, whose notes have other words', () => {
    const kafka = onKafka(before, own);
    const now = written(inDatabase(own), recovered(inDatabase(own), kafka));
    const ledger = new Map(
      [...now.ledger].map(([version, line]) => {
        return [version, { ...line, note: line.note?.replace('published', 'told') ?? null }] as const;
      }),
    );
    expect([...ledger.values()].map(({ note }) => note)).toContain('recovered: it was told as version 2');
    expect(planItemRecovery({ ...now, ledger }, kafka, context)).toBeNull();
  });

  test('by more than there is: it is skipped, and the reason says what to do', () => {
    const sold = history([take(10, orderA)], base);
    const again = history([take(10, orderB)], base);
    expect(planItemRecovery(inDatabase(again), onKafka(sold, again), context)).toMatchObject({
      skipReason: expect.stringContaining('-10 in stock: restock it'),
    });
  });
});
