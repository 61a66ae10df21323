/** A shelf with its ledger and the orders behind it, all in memory, so that any of them can be damaged and all of them be reconciled. */
import type { ItemId, OrderId } from '@oms/contracts';
import type { Books, ItemBooks } from '../src/reconciliation/repair-decisions.ts';
import {
  examineItem,
  examineOrder,
  type Finding,
  type ItemLook,
  type OrderOnFile,
} from '../src/reconciliation/discrepancies.ts';
import type { Item } from '../src/domain/item.ts';
import { movementOf, type Movement } from '../src/domain/ledger.ts';
import { isOpen, unitsOf, type Reservation } from '../src/domain/reservation.ts';
import { handle, type Command, type RepairReply, type Stock } from '../src/domain/stock.ts';

export const at = new Date('2026-11-24T12:00:00Z');
export type Found = Finding & { left: string | null };
export type World = ReturnType<typeof createWorld>;

export function createWorld() {
  const stock: Stock = { items: new Map(), reservations: new Map(), granted: new Map(), names: new Map() };
  const ledger: Movement[] = [];
  const orders = new Map<OrderId, OrderOnFile>();

  const world = { stock, ledger, orders, act, place, move, reconcile, booksOf, put, book, shelf };
  return world;

  function act(command: Command) {
    const { reply, facts } = handle(stock, command);
    ledger.push(...facts.map(movementOf).filter((movement) => movement !== null));
    return { reply, facts };
  }

  function put(itemId: ItemId, itemName: string, quantity: number): void {
    const particulars = { itemName, threshold: 0, unit: 'piece', priceCents: 950, category: 'Food' };
    const receipt = { callerId: 'staff', key: itemName, requestHash: itemName };
    act({ type: 'CreateItem', itemId, particulars, quantity, by: 'staff', at, receipt });
  }

  /** Reserved, placed and confirmed; false when the stock is not there. */
  function place(orderId: OrderId, lines: readonly (readonly [ItemId, number])[]): boolean {
    const wanted = lines.map(([itemId, quantity]) => ({ itemId, quantity }));
    const { reply } = act({ type: 'Reserve', orderId, lines: wanted, by: 'order', at });
    if (!('outcome' in reply) || reply.outcome !== 'RESERVED' || orders.has(orderId)) return false;
    const told = { version: 1, eventId: null, attempt: reply.attempt, lines: reply.lines };
    orders.set(orderId, { orderId, status: 'PENDING', ...told });
    act({ type: 'Confirm', orderId, attempt: null, at });
    return true;
  }

  /** The order moves on, and inventory hears of it unless the news is lost. */
  function move(orderId: OrderId, status: 'DELIVERED' | 'CANCELLED', isHeard = true): void {
    const order = orders.get(orderId);
    if (!order || order.status === 'DELIVERED' || order.status === 'CANCELLED') return;
    orders.set(orderId, { ...order, status, version: order.version + 1 });
    if (!isHeard) return;
    if (status === 'DELIVERED') act({ type: 'Sell', orderId, at });
    else act({ type: 'Release', orderId, attempt: null, orderPlaced: true, note: null, by: 'customer', at });
  }

  /** One pass as the service does it: each order, then each item. */
  function reconcile(): { found: Found[]; written: number } {
    const before = ledger.length;
    const found: Found[] = [];
    let changes = 0;
    const repair = (command: Command, findings: Finding[]) => {
      stock.books = booksOf();
      const reply = act(command).reply as RepairReply;
      if (reply.changed) changes += 1;
      found.push(...findings.map((finding) => ({ ...finding, left: finding.forPerson ? 'a person' : reply.left })));
    };
    for (const orderId of new Set([...orders.keys(), ...stock.reservations.keys(), ...booksOf().orders.keys()])) {
      const [order, seen] = [orders.get(orderId) ?? null, stock.reservations.get(orderId) ?? null];
      const differences = booksOf().orders.get(orderId) ?? new Map<ItemId, number>();
      const look = { orderId, order, reservation: seen, differences, mayStillCome: false };
      const { findings, target } = examineOrder(look);
      const itemIds = [...differences.keys()];
      const told = { seen, target, itemIds, note: 'test', by: 'admin', at };
      if (findings.length > 0) repair({ type: 'ReconcileOrder', orderId, ...told }, findings);
    }
    for (const itemId of stock.items.keys()) {
      const findings = examineItem(lookAt(itemId));
      if (findings.length > 0) repair({ type: 'ReconcileItem', itemId, by: 'admin', at }, findings);
    }
    return { found, written: changes + ledger.length - before };
  }

  function booksOf(): Books {
    const items = new Map([...stock.items.keys()].map((itemId) => [itemId, lookAt(itemId) as ItemBooks]));
    const books: Books = { items, orders: new Map() };
    for (const orderId of new Set([...stock.reservations.keys(), ...ledger.flatMap((m) => m.orderId ?? [])])) {
      for (const itemId of stock.items.keys()) {
        const moved = sum(ledger.filter((m) => m.orderId === orderId && m.itemId === itemId).map((m) => m.delta));
        const difference = moved + unitsOf(stock.reservations.get(orderId), itemId);
        if (difference === 0) continue;
        books.orders.set(orderId, (books.orders.get(orderId) ?? new Map<ItemId, number>()).set(itemId, difference));
      }
    }
    return books;
  }

  function lookAt(itemId: ItemId): ItemLook {
    const { itemName, quantity, reserved, version } = stock.items.get(itemId)!;
    const moves = ledger.filter((m) => m.itemId === itemId).toSorted((a, b) => a.itemVersion - b.itemVersion);
    const ledgerSum = sum(moves.map(({ delta }) => delta));
    const open = sum([...stock.reservations.values()].filter(isOpen).map((one) => unitsOf(one, itemId)));
    const since = moves.findLastIndex(({ reason }) => reason === 'RECONCILED') + 1;
    const breaks = moves.filter(
      (m, i) => i >= since && (moves[i - 1]?.quantityAfter ?? 0) + m.delta !== m.quantityAfter,
    );
    return {
      ...{ itemId, itemName, quantity, reserved, ledgerSum, open, breaks: breaks.length },
      ...{ quantityOver: quantity - ledgerSum, reservedOver: reserved - open },
      versionsBehind: Math.max(0, (moves.at(-1)?.itemVersion ?? 0) - version),
    };
  }

  /** Past all rules. */
  function book(itemId: ItemId, over: Partial<Item>): void {
    stock.items.set(itemId, { ...stock.items.get(itemId)!, ...over });
  }

  function shelf(itemId: ItemId): [quantity: number, reserved: number, ledger: number] {
    const { quantity, reserved, ledgerSum } = lookAt(itemId);
    return [quantity, reserved, ledgerSum];
  }
}

export function damaged(reservation: Reservation, over: Partial<Reservation>): Reservation {
  return { ...reservation, ...over };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
