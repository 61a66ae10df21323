/**
 * The client of inventory: reserves an order's lines, all or none, and gets their names and prices.
 * Placements that wait while a call is in flight share the next call. Reserving for the same order again changes nothing.
 */

import { formatCents, parseCents, type Cents, type OrderId } from '@oms/contracts';
import { failpointSoon } from '@oms/failpoint';
import { createGroupCommit, type Outcome, type SubmitOptions } from '@oms/group-commit';
import { isOutcomeUnknown } from '@oms/service-kit/outage';
import { Refusal, UnreachableError, type HttpClient, type MetricsRegistry } from '@oms/service-kit';
import {
  keyReused,
  priced,
  totalCentsMax,
  totalTooLarge,
  type PricedLine,
  type WantedLine,
} from '../domain/placement.ts';

export type InventoryClient = {
  reserve(request: ReserveRequest, options?: SubmitOptions): Promise<Reservation>;
  stop(): Promise<void>;
};
export type ReserveRequest = {
  readonly orderId: OrderId;
  readonly lines: readonly WantedLine[];
  /** Nothing is reserved when the total is another; null: any total. */
  readonly expectedTotalCents: Cents | null;
  /** Callers take turns. */
  readonly caller: string;
};
/** The attempt at the order that holds the stock, and the lines in the sequence of the request. */
export type Reservation = { readonly attempt: number; readonly lines: readonly PricedLine[] };

type Result =
  | { orderId: string; outcome: 'RESERVED'; attempt: number; lines: ResultLine[] }
  | { orderId: string; outcome: 'ITEM_UNAVAILABLE'; items: UnavailableItem[] }
  | { orderId: string; outcome: 'INSUFFICIENT_STOCK'; shortages: Shortage[] }
  | { orderId: string; outcome: 'UNKNOWN_ITEM'; itemIds: string[] }
  | { orderId: string; outcome: 'PRICE_CHANGED'; lines: ResultLine[] }
  | { orderId: string; outcome: 'TOTAL_TOO_LARGE' }
  | { orderId: string; outcome: 'CONFLICT' };
type ResultLine = { itemId: string; itemName: string; quantity: number; unitPrice: string };
/** `until`: null if it is not known. */
type UnavailableItem = { itemId: string; itemName: string; until: string | null };
type Shortage = { itemId: string; requested: number; available: number };

const ordersPerCallMax = 200;
/** With the group commit's 1 MiB, a call stays below inventory's limit for a request body. */
const lineBytes = 150;
/** Part of the request, so that no stock is reserved for an order that would be refused because of its total. */
const totalMax = formatCents(totalCentsMax);

export type InventoryClientOptions = { http: HttpClient; queueMax: number; metrics: MetricsRegistry };

export function createInventoryClient({ http, queueMax, metrics }: InventoryClientOptions): InventoryClient {
  // One call at a time: two overlapping calls are half as large each, and placed a fifth fewer orders in a run side by side.
  const group = createGroupCommit<ReserveRequest, Reservation>({
    name: 'reserve',
    commit: (requests) => reserve(http, requests),
    countMax: ordersPerCallMax,
    sizeOf: ({ lines }) => lines.length * lineBytes,
    callerOf: ({ caller }) => caller,
    queueMax,
    metrics,
  });
  return {
    reserve: (request, options) => group.submit(request, options).catch(refuseUnanswered),
    stop: () => group.stop(),
  };
}

async function reserve(http: HttpClient, requests: readonly ReserveRequest[]): Promise<Outcome<Reservation>[]> {
  try {
    const reservations = requests.map(({ orderId, lines, expectedTotalCents }) => ({
      orderId,
      lines: linesOf(lines),
      totalMax,
      ...(expectedTotalCents !== null && { expectedTotal: formatCents(expectedTotalCents) }),
    }));
    const call = http.post<{ results: Result[] }>('/internal/reservations', { reservations });
    failpointSoon('placement.call_in_flight');
    const { results } = await call;
    return requests.map((request, at) => outcomeOf(request, results[at]));
  } catch (error) {
    if (error instanceof Refusal) throw new Error(`Inventory refused our call: ${error.message}`, { cause: error });
    if (!(error instanceof UnreachableError)) throw error;
    // Not thrown: the group would repeat the call for each request alone, and each would wait for its own timeout.
    return requests.map(() => ({ error: unavailable() }));
  }
}

/** A call whose answer has not come within the caller's time: stock that it may have reserved is released by inventory's own sweep. */
function refuseUnanswered(error: unknown): never {
  throw isOutcomeUnknown(error) ? unavailable() : error;
}

function unavailable(): Refusal {
  const detail =
    'Inventory does not answer, so no stock can be reserved. Send the same request with the same key again.';
  return new Refusal('INVENTORY_UNAVAILABLE', detail);
}

/** All calls name items in one sequence. */
function linesOf(lines: readonly WantedLine[]) {
  return lines.map(({ itemId, quantity }) => ({ itemId, quantity })).sort((a, b) => (a.itemId < b.itemId ? -1 : 1));
}

function outcomeOf({ orderId, lines }: ReserveRequest, result: Result | undefined): Outcome<Reservation> {
  if (result?.orderId !== orderId) {
    return { error: new Error(`Inventory answered for order ${result?.orderId} instead of order ${orderId}.`) };
  }
  switch (result.outcome) {
    case 'RESERVED':
      return { value: { attempt: result.attempt, lines: pricedLines(lines, result.lines) } };
    case 'ITEM_UNAVAILABLE':
      return { error: itemUnavailable(result.items) };
    case 'INSUFFICIENT_STOCK':
      return { error: insufficientStock(result.shortages) };
    case 'UNKNOWN_ITEM':
      return { error: unknownItem(result.itemIds) };
    case 'PRICE_CHANGED':
      return { error: priceChanged(pricedLines(lines, result.lines)) };
    case 'TOTAL_TOO_LARGE':
      return { error: totalTooLarge() };
    case 'CONFLICT':
      return { error: keyReused() };
  }
}

function pricedLines(wanted: readonly WantedLine[], reserved: readonly ResultLine[]): PricedLine[] {
  const byId = new Map(reserved.map((line) => [line.itemId, line]));
  return wanted.map((line) => {
    const { itemId, quantity } = line;
    const found = byId.get(itemId);
    if (found?.quantity !== quantity)
      throw new Error(`Inventory reserved ${found?.quantity} of item ${itemId} instead of ${quantity}.`);
    return { ...line, itemName: found.itemName, unitPriceCents: parseCents(found.unitPrice) };
  });
}

function insufficientStock(shortages: readonly Shortage[]): Refusal {
  const items = shortages.map(
    ({ itemId, requested, available }) => `item ${itemId}: ${requested} requested, ${available} available`,
  );
  return new Refusal('INSUFFICIENT_STOCK', `Not all items are in stock. ${items.join('; ')}. Nothing was reserved.`, {
    shortages,
  });
}

/** The prices of now, and the total that the caller may expect. */
function priceChanged(reserved: readonly PricedLine[]): Refusal {
  const { lines, totalCents } = priced(reserved);
  const total = formatCents(totalCents);
  const views = lines.map(({ itemId, itemName, quantity, unitPriceCents, lineTotalCents }) => ({
    itemId,
    itemName,
    quantity,
    unitPrice: formatCents(unitPriceCents),
    lineTotal: formatCents(lineTotalCents),
  }));
  const detail = `The order comes to ${total} now, which is not the expected total. Nothing was reserved. To accept it, send the request with "expectedTotal": "${total}".`;
  return new Refusal('PRICE_CHANGED', detail, { lines: views, total });
}

function itemUnavailable(items: readonly UnavailableItem[]): Refusal {
  const names = items.map(({ itemName, until }) => `${itemName} (${until === null ? 'for now' : `until ${until}`})`);
  const detail = `Not available at the moment: ${names.join(', ')}. Nothing was reserved. Order without them, or later.`;
  return new Refusal('ITEM_UNAVAILABLE', detail, { items });
}

function unknownItem(itemIds: readonly string[]): Refusal {
  const detail = `These items do not exist: ${itemIds.join(', ')}. GET /v1/inventory lists all items.`;
  return new Refusal('UNKNOWN_ITEM', detail, { itemIds });
}
