/**
 * From a customer's wish to one order, and never two.
 *
 * - The same item named twice is added up before anything is asked; at most 10,000 of one item.
 * - Prices come from inventory; a total that does not fit DECIMAL(10,2) is refused.
 * - The same key with the same request gets the reply of the first time; with another request it is refused.
 *   Two requests are the same when they ask for the same quantities, sent to the same address.
 * - A key whose reply is forgotten (24 h) still names its order, and never places a second one.
 * - Fencing: an attempt that inventory was told is ABANDONED may not commit, nor may an earlier one; a later one may.
 *   An attempt is PLACED only if it is the one that placed the order: stock held by any other is to be given back.
 */

import { createHash } from 'node:crypto';
import type { Cents, CustomerId, ItemId, OrderId } from '@oms/contracts';
import { Refusal } from '@oms/service-kit/refusal';
import type { DeliveryAddress, Order, OrderLine } from './order.ts';

export type WantedLine = { readonly itemId: ItemId; readonly quantity: number };
export type PricedLine = WantedLine & { readonly itemName: string; readonly unitPriceCents: Cents };

/** What became of the attempts under one key. `reply` is written by the store, from the order as placed. */
export type Placement = PlacedPlacement | AbandonedPlacement;
export type PlacedPlacement = {
  readonly outcome: 'PLACED';
  readonly orderId: OrderId;
  readonly attempt: number;
  readonly customerId: CustomerId;
  readonly idempotencyKey: string;
  readonly requestHash: string;
  readonly at: Date;
  readonly reply: string | null;
};
export type AbandonedPlacement = {
  readonly outcome: 'ABANDONED';
  readonly orderId: OrderId;
  readonly attempt: number;
  readonly at: Date;
};

export const quantityMax = 10_000;
export const totalCentsMax = 9_999_999_999;

/** One line per item, in the order the items were first named. */
export function addUp(lines: readonly WantedLine[]): WantedLine[] {
  const quantities = new Map<ItemId, number>();
  for (const { itemId, quantity } of lines) quantities.set(itemId, (quantities.get(itemId) ?? 0) + quantity);
  return [...quantities].map(([itemId, quantity]) => {
    if (quantity <= quantityMax) return { itemId, quantity };
    const message = `adds up to ${quantity} of item ${itemId}; at most ${quantityMax} fit in one order`;
    throw new Refusal('VALIDATION_FAILED', `The order ${message}.`, { errors: [{ field: 'items', message }] });
  });
}

/** The order's lines and total, at the prices inventory named. */
export function priced(lines: readonly PricedLine[]): { lines: OrderLine[]; totalCents: Cents } {
  const out = lines.map((line) => ({ ...line, lineTotalCents: line.unitPriceCents * line.quantity }));
  const totalCents = out.reduce((sum, line) => sum + line.lineTotalCents, 0);
  if (totalCents <= totalCentsMax) return { lines: out, totalCents };
  throw totalTooLarge();
}

/** The same for two requests exactly when they are the same request. `lines` are added up. */
export function requestHashOf(lines: readonly WantedLine[], address: DeliveryAddress): string {
  const { line1, line2, city, postalCode, country, instructions } = address;
  const wanted = lines.map(({ itemId, quantity }) => `${itemId} ${quantity}`).sort();
  const canonical = JSON.stringify([wanted, line1, line2, city, postalCode, country, instructions]);
  return createHash('sha256').update(canonical).digest('base64url');
}

/** The placement to repeat to a client who asks again, or null if there is none. */
export function repeatable(placement: Placement | null, requestHash: string): PlacedPlacement | null {
  if (placement?.outcome !== 'PLACED') return null;
  if (placement.requestHash !== requestHash) throw keyReused();
  if (placement.reply === null) throw alreadyPlaced(placement.orderId);
  return placement;
}

/** Throws unless an attempt may still place the order. */
export function assertMayPlace(known: { order: Order | null; placement: Placement | null }, attempt: number): void {
  if (known.order !== null) throw alreadyPlaced(known.order.id);
  if (known.placement === null || known.placement.attempt < attempt) return;
  throw new Refusal(
    'PLACEMENT_ABANDONED',
    `Attempt ${attempt} took so long that its stock was given back. Send the same request with the same Idempotency-Key again.`,
  );
}

/** Inventory asks what became of an attempt whose stock it still holds: the answer, and what to write down for it. */
export function resolution(
  placement: Placement | null,
  asked: { orderId: OrderId; attempt: number; at: Date },
): { outcome: Placement['outcome']; write: AbandonedPlacement | null } {
  if (placement?.outcome === 'PLACED') {
    return { outcome: placement.attempt === asked.attempt ? 'PLACED' : 'ABANDONED', write: null };
  }
  const fenced = placement !== null && placement.attempt >= asked.attempt;
  return { outcome: 'ABANDONED', write: fenced ? null : { outcome: 'ABANDONED', ...asked } };
}

export function totalTooLarge(): Refusal {
  return new Refusal('TOTAL_TOO_LARGE', 'The order comes to more than 99999999.99. Split it into several orders.');
}

export function keyReused(): Refusal {
  return new Refusal(
    'IDEMPOTENCY_KEY_REUSED',
    'This Idempotency-Key came with another request before. Repeat that request, or take a new key for this one.',
  );
}

function alreadyPlaced(orderId: OrderId): Refusal {
  const detail = `This Idempotency-Key placed order ${orderId}, and its reply is no longer kept. Read the order, or take a new key.`;
  return new Refusal('ORDER_ALREADY_PLACED', detail, { orderId });
}
