/**
 * The stock another service keeps: reserves an order's lines at inventory, all or none, and learns their prices.
 * Placements that wait while a call is in flight share the next one; reserving the same order again is the same as once.
 */

import { formatCents, parseCents, type CustomerId, type ItemId, type OrderId } from '@oms/contracts';
import { failpointSoon } from '@oms/failpoint';
import { createGroupCommit, type Outcome } from '@oms/group-commit';
import { Refusal, UnreachableError, type HttpClient, type MetricsRegistry } from '@oms/service-kit';
import { keyReused, totalCentsMax, totalTooLarge, type PricedLine, type WantedLine } from '../domain/placement.ts';

export type InventoryClient = { reserve(order: Wanted): Promise<Reserved>; close(): Promise<void> };
export type Wanted = {
  readonly orderId: OrderId;
  readonly lines: readonly WantedLine[];
  readonly customerId: CustomerId;
};
/** Which attempt at the order holds the stock, and its lines in the order they were wanted. */
export type Reserved = { readonly attempt: number; readonly lines: readonly PricedLine[] };

type Answer =
  | { orderId: string; outcome: 'RESERVED'; attempt: number; lines: AnswerLine[] }
  | { orderId: string; outcome: 'INSUFFICIENT_STOCK'; shortages: Shortage[] }
  | { orderId: string; outcome: 'UNKNOWN_ITEM'; itemIds: string[] }
  | { orderId: string; outcome: 'TOTAL_TOO_LARGE' }
  | { orderId: string; outcome: 'CONFLICT' };
type AnswerLine = { itemId: string; itemName: string; quantity: number; unitPrice: string };
type Shortage = { itemId: string; requested: number; available: number };

const ordersPerCallMax = 200;
/** With the group commit's 1 MiB, a call stays below what inventory takes. */
const lineBytes = 150;
/** Said with the wish, so that no stock is taken for an order that would be refused for its total. */
const totalMax = formatCents(totalCentsMax);

export function createInventoryClient(o: {
  inventory: HttpClient;
  queueMax: number;
  metrics: MetricsRegistry;
}): InventoryClient {
  // One call at a time: two that overlap are half as large each, and sold a fifth less in a run beside each other.
  const group = createGroupCommit<Wanted, Reserved>({
    name: 'reserve',
    commit: (wanted) => reserve(o.inventory, wanted),
    countMax: ordersPerCallMax,
    sizeOf: ({ lines }) => lines.length * lineBytes,
    callerOf: ({ customerId }) => customerId,
    queueMax: o.queueMax,
    metrics: o.metrics,
  });
  return { reserve: (order) => group.submit(order), close: () => group.stop() };
}

async function reserve(inventory: HttpClient, wanted: readonly Wanted[]): Promise<Outcome<Reserved>[]> {
  try {
    const reservations = wanted.map(({ orderId, lines }) => ({ orderId, lines: lines.toSorted(byItem), totalMax }));
    const call = inventory.post<{ results: Answer[] }>('/internal/reservations', { reservations });
    failpointSoon('placement.call_in_flight');
    const { results } = await call;
    return wanted.map((order, at) => outcomeOf(order, results[at]));
  } catch (error) {
    if (error instanceof Refusal) throw new Error(`Inventory refused our call: ${error.message}`, { cause: error });
    if (!(error instanceof UnreachableError)) throw error;
    // Not thrown: one by one the same calls would fail again, each after its own wait.
    const detail =
      'Inventory does not answer, so no stock can be taken. Send the same request with the same key again.';
    return wanted.map(() => ({ error: new Refusal('INVENTORY_UNAVAILABLE', detail) }));
  }
}

function outcomeOf(order: Wanted, answer: Answer | undefined): Outcome<Reserved> {
  if (answer?.orderId !== order.orderId) {
    return {
      error: new Error(`Inventory answered for order ${answer?.orderId} where ${order.orderId} was asked for.`),
    };
  }
  switch (answer.outcome) {
    case 'RESERVED':
      return { value: { attempt: answer.attempt, lines: pricedLines(order, answer.lines) } };
    case 'INSUFFICIENT_STOCK':
      return { error: insufficient(answer.shortages) };
    case 'UNKNOWN_ITEM':
      return { error: unknownItem(answer.itemIds) };
    case 'TOTAL_TOO_LARGE':
      return { error: totalTooLarge() };
    case 'CONFLICT':
      return { error: keyReused() };
  }
}

function pricedLines(order: Wanted, answered: readonly AnswerLine[]): PricedLine[] {
  const byId = new Map(answered.map((line) => [line.itemId, line]));
  return order.lines.map(({ itemId, quantity }) => {
    const line = byId.get(itemId);
    if (line?.quantity !== quantity)
      throw new Error(`Inventory reserved ${line?.quantity} of item ${itemId}, not ${quantity}.`);
    return { itemId, itemName: line.itemName, quantity, unitPriceCents: parseCents(line.unitPrice) };
  });
}

function insufficient(shortages: readonly Shortage[]): Refusal {
  const told = shortages.map((s) => `${s.requested} of item ${s.itemId} were asked for, ${s.available} are there`);
  return new Refusal('INSUFFICIENT_STOCK', `Not all items are in stock: ${told.join('; ')}. Nothing was taken.`, {
    shortages,
  });
}

function unknownItem(itemIds: readonly string[]): Refusal {
  const detail = `No such item: ${itemIds.join(', ')}. GET /v1/inventory lists the items there are.`;
  return new Refusal('UNKNOWN_ITEM', detail, { itemIds });
}

function byItem(a: { itemId: ItemId }, b: { itemId: ItemId }): number {
  return a.itemId < b.itemId ? -1 : 1;
}
