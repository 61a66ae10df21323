/**
 * All commands that change stock, decided one after the other on one working set of items and reservations.
 *
 * - A command with an idempotency key is carried out once: a retry gets the first reply, and another request with the same key is refused.
 * - A name belongs to one item at a time, compared by its normal form. Items that had the same one before that was a rule keep their names.
 */
import type { ItemId, OrderId } from '@oms/contracts';
import { Refusal } from '@oms/service-kit/refusal';
import { nameKeyOf } from './item-name.ts';
import {
  adjust,
  changeItem,
  count,
  createItem,
  evolveItem,
  removeItem,
  restock,
  type Adjust,
  type ChangeItem,
  type Count,
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
  take,
  type Confirm,
  type Release,
  type Reservation,
  type ReservationEvent,
  type Reserve,
  type ReserveOutcome,
  type StockEvent,
  type Take,
} from './reservation.ts';

/** Identifies a request: its caller, the caller's idempotency key, and a hash of what is requested. */
export type Idempotency = { callerId: string; key: string; requestHash: string };
type Idempotent<C> = C & { idempotency: Idempotency };
/** The first reply to a request with an idempotency key. */
export type IdempotencyRecord = { idempotency: Idempotency; item: Item };

/** From requests always with a key: the retry of a removal finds no item, and that of a change may find a later change. */
type MaybeIdempotent<C> = C & { idempotency?: Idempotency };
export type ItemCommand =
  | Idempotent<CreateItem>
  | MaybeIdempotent<ChangeItem>
  | MaybeIdempotent<RemoveItem>
  | Idempotent<Restock>
  | Idempotent<Adjust>
  | Idempotent<Count>;
export type OrderCommand = Reserve | Confirm | Release | Take;
/** `traceparent` (W3C) comes from the request and continues in the messages that the command leads to. */
export type Command = (ItemCommand | OrderCommand) & { traceparent?: string | undefined };

export type ItemReply = { item: Item; replayed: boolean };
export type Reply = ItemReply | ReserveOutcome | { changed: boolean };
export type ReplyTo<C extends Command> = C extends ItemCommand
  ? ItemReply
  : C extends Reserve
    ? ReserveOutcome
    : { changed: boolean };

/** The working set: what a batch of commands may read and change. */
export type Stock = {
  items: Map<ItemId, Item>;
  reservations: Map<OrderId, Reservation>;
  /** By `recordKeyOf`. */
  idempotencyRecords: Map<string, IdempotencyRecord>;
  /** By the normal form of the name. */
  itemIdsByName: Map<string, readonly ItemId[]>;
};

/** An event of an item, and the item just after it. */
export type AppliedEvent = { event: ItemEvent; item: Item };
export type Decision<R> = { reply: R; applied: AppliedEvent[] };

/**
 * Decides one command and applies its events to `stock`. The working set is changed in place, as copying it for each command of a batch
 * would cost more than deciding. A refusal changes nothing.
 */
export function decide(stock: Stock, command: Command): Decision<Reply> {
  switch (command.type) {
    case 'Reserve': {
      const { outcome, events } = reserve(stock.reservations.get(command.orderId), stock.items, command);
      return { reply: outcome, applied: applyEvents(stock, events) };
    }
    case 'Confirm':
    case 'Release':
    case 'Take': {
      const events = decideOrder(stock, command);
      return { reply: { changed: events.length > 0 }, applied: applyEvents(stock, events) };
    }
    default:
      return decideIdempotently(stock, command);
  }
}

export function recordKeyOf({ callerId, key }: Idempotency): string {
  return JSON.stringify([callerId, key]);
}

export function applyEvents(stock: Stock, events: readonly StockEvent[]): AppliedEvent[] {
  return events.flatMap((event) => {
    if (isReservationEvent(event)) {
      stock.reservations.set(event.orderId, evolveReservation(stock.reservations.get(event.orderId), event));
      return [];
    }
    const before = stock.items.get(event.itemId);
    const item = evolveItem(before, event);
    stock.items.set(item.id, item);
    if (before?.itemName !== item.itemName || item.removed) {
      if (before) setOwners(stock, before.itemName, (ids) => ids.filter((id) => id !== item.id));
      if (!item.removed) setOwners(stock, item.itemName, (ids) => [...ids, item.id]);
    }
    return [{ event, item }];
  });
}

function decideIdempotently(stock: Stock, command: ItemCommand): Decision<ItemReply> {
  const { idempotency } = command;
  const record = idempotency && stock.idempotencyRecords.get(recordKeyOf(idempotency));
  if (record && record.idempotency.requestHash !== idempotency.requestHash) {
    throw new Refusal(
      'IDEMPOTENCY_KEY_REUSED',
      `The Idempotency-Key ${JSON.stringify(idempotency.key)} was used for another request. Use a new key for each new request.`,
    );
  }
  if (record) return { reply: { item: record.item, replayed: true }, applied: [] };
  const applied = applyEvents(stock, decideItem(stock, command));
  const item = stock.items.get(command.itemId);
  if (!item) throw new Error(`Cannot answer ${command.type}: item ${command.itemId} is not in the working set.`);
  if (idempotency) stock.idempotencyRecords.set(recordKeyOf(idempotency), { idempotency, item });
  return { reply: { item, replayed: false }, applied };
}

function decideItem(stock: Stock, command: ItemCommand): ItemEvent[] {
  const item = stock.items.get(command.itemId);
  switch (command.type) {
    case 'CreateItem':
      requireFreeName(stock, command.details.itemName, command.itemId);
      return createItem(item, command);
    case 'ChangeItem':
      // A request with all details may name the item as it is called already.
      if (command.changes.itemName !== undefined && command.changes.itemName !== item?.itemName) {
        requireFreeName(stock, command.changes.itemName, command.itemId);
      }
      return changeItem(item, command);
    case 'RemoveItem':
      return removeItem(item, command);
    case 'Restock':
      return restock(item, command);
    case 'Adjust':
      return adjust(item, command);
    case 'Count':
      return count(item, command);
  }
}

function decideOrder(stock: Stock, command: Confirm | Release | Take): StockEvent[] {
  const reservation = stock.reservations.get(command.orderId);
  if (command.type === 'Confirm') return confirm(reservation, command);
  if (command.type === 'Take') return take(reservation, stock.items, command);
  return release(reservation, stock.items, command);
}

function isReservationEvent(event: StockEvent): event is ReservationEvent {
  return event.type.startsWith('Order');
}

function requireFreeName(stock: Stock, itemName: string, itemId: ItemId): void {
  const owners = stock.itemIdsByName.get(nameKeyOf(itemName)) ?? [];
  if (owners.every((id) => id === itemId)) return;
  throw new Refusal(
    'DUPLICATE_ITEM_NAME',
    `There already is an item named "${itemName}"; case, blanks and invisible characters make no difference. Choose another name, or change that item.`,
  );
}

function setOwners(stock: Stock, itemName: string, change: (ids: readonly ItemId[]) => ItemId[]): void {
  const key = nameKeyOf(itemName);
  const owners = change(stock.itemIdsByName.get(key) ?? []);
  if (owners.length > 0) stock.itemIdsByName.set(key, owners);
  else stock.itemIdsByName.delete(key);
}
