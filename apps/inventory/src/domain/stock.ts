/**
 * All wishes that change stock, decided one after the other on one working set of items and reservations.
 *
 * - A wish that the caller numbered (`receipt`) is granted once: asked again, its first answer is given again; the same number on another
 *   wish is refused.
 * - A name belongs to one item at a time.
 */
import type { ItemId, OrderId } from '@oms/contracts';
import { Refusal } from '@oms/service-kit/refusal';
import {
  booksAfter,
  reconcileItem,
  reconcileOrder,
  soundBooks,
  type Books,
  type Reconcile,
  type Repair,
} from '../reconciliation/repair-decisions.ts';
import {
  adjust,
  changeItem,
  createItem,
  evolveItem,
  removeItem,
  restock,
  type Adjust,
  type ChangeItem,
  type CreateItem,
  type Item,
  type ItemEvent,
  type RemoveItem,
  type Restock,
} from './item.ts';
import {
  confirm,
  evolveReservation,
  release,
  reserve,
  sell,
  type Confirm,
  type Release,
  type Reservation,
  type ReservationEvent,
  type Reserve,
  type ReserveOutcome,
  type Sell,
  type StockEvent,
} from './reservation.ts';

/** Who asked, under which number of their own, for what. */
export type Receipt = { callerId: string; key: string; requestHash: string };
type Numbered<C> = C & { receipt: Receipt };

export type ItemCommand = Numbered<CreateItem> | ChangeItem | RemoveItem | Numbered<Restock> | Numbered<Adjust>;
export type OrderCommand = Reserve | Confirm | Release | Sell;
/** `traceparent` (W3C) is the request's; the messages it leads to carry it on. */
export type Command = (ItemCommand | OrderCommand | Reconcile) & { traceparent?: string | undefined };

export type ItemReply = { item: Item; replayed: boolean };
/** `left`: why a repair was not made, for a person; null when the books are right now. */
export type RepairReply = { changed: boolean; left: string | null };
export type Reply = ItemReply | ReserveOutcome | { changed: boolean } | RepairReply;
export type ReplyTo<C extends Command> = C extends ItemCommand
  ? ItemReply
  : C extends Reserve
    ? ReserveOutcome
    : C extends Reconcile
      ? RepairReply
      : { changed: boolean };

/** What a batch of commands may see. `granted` holds the receipts' first answers, `names` who has a name. */
export type Stock = {
  items: Map<ItemId, Item>;
  reservations: Map<OrderId, Reservation>;
  granted: Map<string, { receipt: Receipt; item: Item }>;
  names: Map<string, ItemId>;
  /** Looked up only for a batch that repairs. */
  books?: Books;
};

/** Something that happened to an item, and the item just after it. */
export type Fact = { event: ItemEvent; item: Item };

/**
 * Decides one command and folds its events into `stock`. The set is changed in place, as copying it for each command of a batch would cost
 * more than deciding; a refusal changes nothing.
 */
export function handle(stock: Stock, command: Command): { reply: Reply; facts: Fact[] } {
  switch (command.type) {
    case 'Reserve': {
      const { outcome, events } = reserve(stock.reservations.get(command.orderId), stock.items, command);
      return { reply: outcome, facts: fold(stock, events) };
    }
    case 'Confirm':
    case 'Release':
    case 'Sell': {
      const events = decideOrder(stock, command);
      return { reply: { changed: events.length > 0 }, facts: fold(stock, events) };
    }
    case 'ReconcileItem':
    case 'ReconcileOrder': {
      const { events, left } = repair(stock, command);
      return { reply: { changed: events.length > 0, left }, facts: fold(stock, events) };
    }
    default:
      return handleItem(stock, command);
  }
}

export function keyOf({ callerId, key }: Receipt): string {
  return JSON.stringify([callerId, key]);
}

function handleItem(stock: Stock, command: ItemCommand): { reply: ItemReply; facts: Fact[] } {
  const receipt = 'receipt' in command ? command.receipt : undefined;
  const granted = receipt && stock.granted.get(keyOf(receipt));
  if (granted && granted.receipt.requestHash !== receipt.requestHash) {
    throw new Refusal(
      'IDEMPOTENCY_KEY_REUSED',
      `The Idempotency-Key ${JSON.stringify(receipt.key)} was used for another request. Use a new key for each new request.`,
    );
  }
  if (granted) return { reply: { item: granted.item, replayed: true }, facts: [] };
  const facts = fold(stock, decideItem(stock, command));
  const item = stock.items.get(command.itemId);
  if (!item) throw new Error(`Cannot answer ${command.type}: item ${command.itemId} is not in the working set.`);
  if (receipt) stock.granted.set(keyOf(receipt), { receipt, item });
  return { reply: { item, replayed: false }, facts };
}

function decideItem(stock: Stock, command: ItemCommand): ItemEvent[] {
  const item = stock.items.get(command.itemId);
  switch (command.type) {
    case 'CreateItem':
      requireFreeName(stock, command.particulars.itemName, command.itemId);
      return createItem(item, command);
    case 'ChangeItem':
      if (command.changes.itemName !== undefined) requireFreeName(stock, command.changes.itemName, command.itemId);
      return changeItem(item, command);
    case 'RemoveItem':
      return removeItem(item, command);
    case 'Restock':
      return restock(item, command);
    case 'Adjust':
      return adjust(item, command);
  }
}

function decideOrder(stock: Stock, command: Confirm | Release | Sell): StockEvent[] {
  const reservation = stock.reservations.get(command.orderId);
  if (command.type === 'Confirm') return confirm(reservation, command);
  if (command.type === 'Sell') return sell(reservation, command);
  return release(reservation, stock.items, command);
}

function repair({ items, reservations, books }: Stock, command: Reconcile): Repair {
  if (!books) throw new Error(`Cannot decide ${command.type}: the books were not loaded.`);
  if (command.type === 'ReconcileItem') {
    return reconcileItem(items.get(command.itemId), books.items.get(command.itemId), command);
  }
  return reconcileOrder(reservations.get(command.orderId), items, books, command);
}

function fold(stock: Stock, events: readonly StockEvent[]): Fact[] {
  return events.flatMap((event) => {
    if (isOfOrder(event)) {
      stock.reservations.set(event.orderId, evolveReservation(stock.reservations.get(event.orderId), event));
      return [];
    }
    const before = stock.items.get(event.itemId);
    const item = evolveItem(before, event);
    stock.items.set(item.id, item);
    if (event.type === 'StockReconciled' && stock.books) keepBooks(stock.books, event);
    if (before?.itemName !== item.itemName || item.removed) {
      if (before) stock.names.delete(before.itemName);
      if (!item.removed) stock.names.set(item.itemName, item.id);
    }
    return [{ event, item }];
  });
}

function keepBooks({ items, orders }: Books, event: Extract<ItemEvent, { type: 'StockReconciled' }>): void {
  items.set(event.itemId, booksAfter(items.get(event.itemId) ?? soundBooks, event));
  if (event.orderId !== null) orders.get(event.orderId)?.delete(event.itemId);
}

function isOfOrder(event: StockEvent): event is ReservationEvent {
  return event.type.startsWith('Order');
}

function requireFreeName(stock: Stock, itemName: string, itemId: ItemId): void {
  const owner = stock.names.get(itemName);
  if (owner === undefined || owner === itemId) return;
  throw new Refusal(
    'DUPLICATE_ITEM_NAME',
    `There already is an item named "${itemName}". Choose another name, or change that item.`,
  );
}
