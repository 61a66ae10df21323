/** A working set of two items, and short functions for what orders and staff do to it. */
import type { ItemId, OrderId } from '@oms/contracts';
import { releaseOfCancelled } from '../src/domain/reservation.ts';
import { decide, type Command, type ReplyTo, type Stock } from '../src/domain/stock.ts';

export const at = new Date('2026-11-23T12:00:00Z');
export const [pizza, cola] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'] as [
  ItemId,
  ItemId,
];
export const orderId = '00000000-0000-4000-8000-00000000000a' as OrderId;
export const other = '00000000-0000-4000-8000-00000000000b' as OrderId;

/** The working set of the test that runs. */
export let stock: Stock;
export const act = <C extends Command>(command: C) => {
  const { reply, applied } = decide(stock, command);
  return { reply: reply as ReplyTo<C>, events: applied.map(({ event }) => event.type) };
};
export const reserve = (lines: [ItemId, number][], order = orderId) =>
  act({
    type: 'Reserve',
    orderId: order,
    lines: lines.map(([itemId, quantity]) => ({ itemId, quantity })),
    by: 'order',
    at,
  }).reply;
export const confirm = (attempt: number | null = null) => act({ type: 'Confirm', orderId, attempt, at }).reply.changed;
export const sell = () => act({ type: 'Take', orderId, by: 'staff', at }).reply.changed;
export const cancel = (restock = true, soldOutItemIds: ItemId[] = []) => {
  const cancelled = { orderId, changedBy: 'customer', reason: null, restock, soldOutItemIds };
  return act(releaseOfCancelled(cancelled, at)).reply.changed;
};
export const writeOff = () => cancel(false);
export const count = (onHand: number, itemId = pizza) => {
  const idempotency = { callerId: 'staff', key: `count ${(counts += 1)}`, requestHash: '' };
  return act({ type: 'Count', itemId, onHand, note: 'counted', by: 'staff', at, idempotency });
};
let counts = 0;
export const abandon = (attempt: number) =>
  act({
    type: 'Release',
    orderId,
    attempt,
    orderPlaced: false,
    restock: true,
    soldOutItemIds: [],
    note: null,
    by: 'inventory',
    at,
  }).reply.changed;
export const stockOf = (itemId = pizza) => {
  const { quantity, reserved } = stock.items.get(itemId)!;
  return [quantity, reserved];
};
export const create = (itemId: ItemId, itemName: string, quantity: number) => {
  const details = { itemName, threshold: 0, unit: 'piece', priceCents: 950, category: 'Food' };
  const idempotency = { callerId: 'staff', key: itemName, requestHash: itemName };
  act({ type: 'CreateItem', itemId, details, quantity, by: 'staff', at, idempotency });
};

/** Starts with 20 Margherita and 5 Cola. */
export function restart(): void {
  stock = { items: new Map(), reservations: new Map(), idempotencyRecords: new Map(), itemIdsByName: new Map() };
  create(pizza, 'Margherita', 20);
  create(cola, 'Cola', 5);
}
