/** What comes back of an item whose database was restored to an earlier moment: decisions, without a database. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { EventId, InventoryUpdate, ItemId, OrderId } from '@oms/contracts';
import {
  evolveItem,
  moveStock,
  restock,
  removeItem,
  changeItem,
  type Item,
  type ItemEvent,
} from '../src/domain/item.ts';
import { movementOf, type Movement } from '../src/domain/ledger.ts';
import { messagesOf } from '../src/domain/messages.ts';
import { recoverItem, type KnownItem, type Recovery, type ToldItem } from '../src/recovery/recover-item.ts';
import type { Fact } from '../src/domain/stock.ts';

const itemId = randomUUID() as string as ItemId;
const [orderA, orderB] = [randomUUID(), randomUUID()] as string[] as [OrderId, OrderId];
const at = new Date('2026-01-01T12:00:00Z');
const told = { itemId, by: 'ann', at };
const newId = () => randomUUID() as string as EventId;
const how = { by: 'recover', at, newId };
const particulars = { itemName: 'Soup', threshold: 5, unit: 'bowl', priceCents: 390, category: 'soups' };
const created: ItemEvent = { type: 'ItemCreated', particulars, quantity: 10, ...told };

type Act = (item: Item) => ItemEvent[];
const take =
  (quantity: number, orderId: OrderId): Act =>
  (item) =>
    moveStock(item, { delta: -quantity, reason: 'RESERVED', orderId, note: null }, told);
const add =
  (quantity: number): Act =>
  (item) =>
    restock(item, { type: 'Restock', quantity, ...told });
const rename =
  (itemName: string): Act =>
  (item) =>
    changeItem(item, { type: 'ChangeItem', changes: { itemName }, versions: null, ...told });
const remove: Act = (item) => removeItem(item, { type: 'RemoveItem', versions: null, ...told });

/** What happened to an item, fact by fact. */
function story(acts: readonly Act[], before: readonly Fact[] = []): Fact[] {
  const facts = [...before];
  const tell = (event: ItemEvent) => facts.push({ event, item: evolveItem(facts.at(-1)?.item, event) });
  if (facts.length === 0) tell(created);
  for (const act of acts) act(facts.at(-1)!.item).forEach(tell);
  return facts;
}

function inDatabase(facts: readonly Fact[]): KnownItem {
  const item = facts.at(-1)?.item;
  const movements = facts.map(movementOf).filter((movement) => movement !== null);
  return { item: item && !item.removed ? item : null, ...ledgerOf(movements) };
}

function ledgerOf(movements: readonly Movement[]) {
  const ledger = new Map(movements.map(({ itemVersion, ...line }) => [itemVersion, line]));
  return { ledger, ledgerVersion: Math.max(0, ...ledger.keys()) };
}

function onKafka(...tellings: (readonly Fact[])[]): ToldItem {
  const changes = new Map<number, InventoryUpdate>();
  const alerts = new Set<string>();
  for (const message of tellings.flat().flatMap((fact) => messagesOf(fact, newId))) {
    const { aggregateVersion: version, eventType } = message;
    if (message.eventType !== 'INVENTORY_UPDATE') alerts.add(`${eventType} ${version}`);
    else if (!changes.has(version)) changes.set(version, message);
  }
  return { changes, alerts };
}

const empty: KnownItem = { item: null, ledger: new Map(), ledgerVersion: 0 };
const recovered = (known: KnownItem, kafka: ToldItem) => recoverItem(known, kafka, how) as Recovery;
const withoutAuthors = (facts: readonly Fact[]) =>
  facts.flatMap((fact) => {
    const movement = movementOf(fact);
    return movement ? [{ ...movement, changedBy: '', note: null }] : [];
  });

/** As the store writes it. */
function written(known: KnownItem, { item, facts }: Recovery): KnownItem {
  const { ledger, ledgerVersion } = ledgerOf(facts.map(movementOf).filter((movement) => movement !== null));
  return {
    item: item.removed ? null : item,
    ledger: new Map([...known.ledger, ...ledger]),
    ledgerVersion: Math.max(known.ledgerVersion, ledgerVersion),
  };
}

describe('an item that the database knows as it was before', () => {
  const facts = story([take(2, orderA), add(30), rename('Good soup'), take(4, orderB)]);

  test('comes back as it was told, and so does its ledger, but for who did it', () => {
    const recovery = recovered(inDatabase(facts.slice(0, 2)), onKafka(facts));
    const { reserved: _, ...expected } = facts.at(-1)!.item;
    expect(recovery.item).toMatchObject(expected);
    expect(withoutAuthors(recovery.facts)).toEqual(withoutAuthors(facts.slice(2)));
    expect(recovery.messages).toEqual([]);
  });

  test('keeps what it has reserved, which follows from the reservations', () => {
    expect(recovered(inDatabase(facts.slice(0, 2)), onKafka(facts)).item.reserved).toBe(2);
  });

  test('or as it was told is left alone', () => {
    expect(recoverItem(inDatabase(facts), onKafka(facts), how)).toBeNull();
    const recovery = recovered(inDatabase(facts.slice(0, 2)), onKafka(facts));
    expect(recoverItem(written(inDatabase(facts.slice(0, 2)), recovery), onKafka(facts), how)).toBeNull();
  });

  test('whose next change was not read is left, and the missing version named', () => {
    expect(recoverItem(inDatabase(facts.slice(0, 2)), onKafka(facts.slice(3)), how)).toEqual({ missing: 3 });
  });

  test('tells of a crossing that was never told, and of no other', () => {
    const low = story([take(6, orderA), take(4, orderB)]);
    const kafka = onKafka(low);
    expect(recovered(inDatabase(low.slice(0, 1)), kafka).messages).toEqual([]);
    const lost = { ...kafka, alerts: new Set(['LOW_STOCK 2']) };
    expect(recovered(inDatabase(low.slice(0, 1)), lost).messages).toMatchObject([
      { eventType: 'OUT_OF_STOCK', aggregateVersion: 3 },
    ]);
  });
});

test('an item that was made after the moment of the restore is made again', () => {
  const facts = story([take(3, orderA)]);
  const { item, facts: back } = recovered(empty, onKafka(facts));
  expect(item).toMatchObject({ ...particulars, quantity: 7, version: 2, reserved: 0, createdAt: at });
  expect(withoutAuthors(back)).toEqual(withoutAuthors(facts));
});

test('an item that was deleted after it is deleted again, with the closing line of its ledger', () => {
  const facts = story([remove]);
  const recovery = recovered(inDatabase(facts.slice(0, 1)), onKafka(facts));
  expect(recovery.item.removed).toBe(true);
  expect(withoutAuthors(recovery.facts)).toEqual(withoutAuthors(facts.slice(1)));
  expect(recoverItem(written(inDatabase(facts.slice(0, 1)), recovery), onKafka(facts), how)).toBeNull();
});

describe('an item that was sold after the restore as if nothing had been told', () => {
  const base = story([]);
  const before = story([add(30), take(2, orderA)], base);
  const own = story([take(4, orderB)], base);

  test('gets what its ledger lacks as changes of its own, after every version that anybody has heard of', () => {
    const { item, facts, messages } = recovered(inDatabase(own), onKafka(before, own));
    expect(item).toMatchObject({ quantity: 10 + 30 - 2 - 4, version: 5 });
    expect(facts.map(movementOf)).toMatchObject([
      { delta: 30, reason: 'RECONCILED', orderId: null, itemVersion: 4 },
      { delta: -2, reason: 'RECONCILED', orderId: orderA, itemVersion: 5 },
    ]);
    expect(messages.map(({ aggregateVersion }) => aggregateVersion)).toEqual([4, 5]);
  });

  test('is mended once', () => {
    const kafka = onKafka(before, own);
    const recovery = recovered(inDatabase(own), kafka);
    const now = written(inDatabase(own), recovery);
    expect(recoverItem(now, kafka, how)).toBeNull();
    expect(recoverItem(now, onKafka(before, own, recovery.facts), how)).toBeNull();
  });

  test('beyond what there is: it is left, and says what to do', () => {
    const sold = story([take(10, orderA)], base);
    const again = story([take(10, orderB)], base);
    expect(recoverItem(inDatabase(again), onKafka(sold, again), how)).toMatchObject({
      left: expect.stringContaining('-10 on the shelf: restock it'),
    });
  });
});
