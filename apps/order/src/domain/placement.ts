/**
 * The rules by which a request becomes one order, and never two.
 *
 * - An item that is named twice becomes one line, before inventory is asked; at most 10,000 units of one item. Its notes are joined.
 * - Prices come from inventory. A total that does not fit DECIMAL(10,2) is refused, and one that is not what the caller expects.
 * - The same Idempotency-Key with the same request gets the first reply again; with another request it is refused.
 *   Two requests are the same if they ask for the same quantities with the same notes, the same address, and the same terms.
 * - A delivery time is in the future, at most 14 days ahead. A request that is repeated later is not refused for it: it gets its reply.
 * - A key whose reply was deleted (after 24 h) still names its order, and never places a second one.
 * - Fencing: after order answers ABANDONED for an attempt, neither this attempt nor an earlier one may commit; a later one may.
 *   An attempt is PLACED only if it placed the order; stock that another attempt holds must be released.
 */

import { createHash } from 'node:crypto';
import type { Cents, CustomerId, ItemId, OrderId } from '@oms/contracts';
import { Refusal } from '@oms/service-kit/refusal';
import type { DeliveryAddress, Order, OrderLine } from './order.ts';

/** A line as the request names it; the same item may be named again. */
export type RequestedLine = Pick<OrderLine, 'itemId' | 'quantity'> & Partial<Pick<OrderLine, 'note'>>;
/** What is wanted of an item: one line per item. */
export type WantedLine = Pick<OrderLine, 'itemId' | 'quantity' | 'note'>;
/** A line with inventory's name and price. */
export type PricedLine = Omit<OrderLine, 'lineTotalCents'>;

/** The outcome of the attempts with one key. `reply` is the body that the client gets, null once it is deleted. */
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
export const noteLengthMax = 200;
export const totalCentsMax = 9_999_999_999;
const daysAheadMax = 14;
const dayMs = 24 * 60 * 60 * 1000;

/** What a request may say beside its lines and its address; null: it does not. */
export type Terms = {
  /** For whom staff place the order; null if it is the caller. */
  readonly customerId: CustomerId | null;
  readonly deliverAt: Date | null;
  readonly expectedTotalCents: Cents | null;
};
const noTerms: Terms = { customerId: null, deliverAt: null, expectedTotalCents: null };

/** One line per item, in the sequence in which the items were first named. */
export function addUp(lines: readonly RequestedLine[]): WantedLine[] {
  const quantities = new Map<ItemId, number>();
  for (const { itemId, quantity } of lines) quantities.set(itemId, (quantities.get(itemId) ?? 0) + quantity);
  return [...quantities].map(([itemId, quantity]) => {
    if (quantity > quantityMax) throw invalidItems(`asks for ${quantity} of item ${itemId} in total`, quantityMax);
    const note = joinNotes(lines.filter((line) => line.itemId === itemId));
    const length = [...(note ?? '')].length;
    if (length > noteLengthMax)
      throw invalidItems(`has ${length} characters of notes for item ${itemId}`, noteLengthMax);
    return { itemId, quantity, note };
  });
}

/** Each note once, in the sequence of the lines. */
function joinNotes(lines: readonly RequestedLine[]): string | null {
  return [...new Set(lines.flatMap(({ note }) => note ?? []))].join('; ') || null;
}

function invalidItems(what: string, max: number): Refusal {
  const message = `${what}; at most ${max} are allowed in one order`;
  return new Refusal('VALIDATION_FAILED', `The order ${message}.`, { errors: [{ field: 'items', message }] });
}

/** The order's lines and total, at inventory's prices. */
export function priced(lines: readonly PricedLine[]): { lines: OrderLine[]; totalCents: Cents } {
  const withTotals = lines.map((line) => ({ ...line, lineTotalCents: line.unitPriceCents * line.quantity }));
  const totalCents = withTotals.reduce((sum, line) => sum + line.lineTotalCents, 0);
  if (totalCents <= totalCentsMax) return { lines: withTotals, totalCents };
  throw totalTooLarge();
}

/** Equal for two requests if and only if they are the same request. `lines` has one line per item. */
export function requestHashOf(
  lines: readonly WantedLine[],
  deliveryAddress: DeliveryAddress,
  { customerId, deliverAt, expectedTotalCents }: Terms = noTerms,
): string {
  const { line1, line2, city, postalCode, country, instructions } = deliveryAddress;
  const wanted = lines.map(({ itemId, quantity }) => `${itemId} ${quantity}`).sort();
  const notes = lines.flatMap(({ itemId, note }) => (note === null ? [] : [`${itemId} ${note}`])).sort();
  const terms = {
    ...(customerId !== null && { customerId }),
    ...(deliverAt !== null && { deliverAt }),
    ...(expectedTotalCents !== null && { expectedTotalCents }),
  };
  // Without notes and terms it is the hash of before there were any: the keys of that time are still repeated.
  const address = [line1, line2, city, postalCode, country, instructions];
  const [ofNotes, ofTerms] = [notes.length > 0 ? [notes] : [], Object.keys(terms).length > 0 ? [terms] : []];
  const canonical = JSON.stringify([wanted, ...address, ...ofNotes, ...ofTerms]);
  return createHash('sha256').update(canonical).digest('base64url');
}

/** Throws unless an order can be delivered at this time. */
export function requireDeliverable(deliverAt: Date | null, now: Date): void {
  if (deliverAt === null) return;
  const latest = new Date(now.getTime() + daysAheadMax * dayMs);
  if (deliverAt > now && deliverAt <= latest) return;
  const message = `must be in the future and at most ${daysAheadMax} days ahead, not ${deliverAt.toISOString()}`;
  throw new Refusal('VALIDATION_FAILED', `The body is invalid: deliverAt ${message}. It is ${now.toISOString()} now.`, {
    errors: [{ field: 'deliverAt', message }],
  });
}

/**
 * The placement whose reply a repeated request gets, or null if the key is new. `recoveredHash` is its hash without the total it expects: no
 * message has that, so a placement that `recover` wrote does not know it.
 */
export function repeatable(
  placement: Placement | null,
  requestHash: string,
  recoveredHash = requestHash,
): PlacedPlacement | null {
  if (placement?.outcome !== 'PLACED') return null;
  const isRecovered = placement.idempotencyKey === '';
  if (placement.requestHash !== (isRecovered ? recoveredHash : requestHash)) throw keyReused();
  if (placement.reply === null) throw alreadyPlaced(placement.orderId);
  return placement;
}

/** Throws unless this attempt may still place the order. */
export function assertMayPlace(stored: { order: Order | null; placement: Placement | null }, attempt: number): void {
  if (stored.order !== null) throw alreadyPlaced(stored.order.id);
  if (stored.placement === null || stored.placement.attempt < attempt) return;
  throw new Refusal(
    'PLACEMENT_ABANDONED',
    `Attempt ${attempt} took too long, and its stock was released. Send the same request with the same Idempotency-Key again.`,
  );
}

/** The answer to inventory about an attempt whose stock it still holds, and the placement to write before answering. */
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
  return new Refusal(
    'TOTAL_TOO_LARGE',
    'The total of the order is more than 99999999.99. Split it into several orders.',
  );
}

export function keyReused(): Refusal {
  return new Refusal(
    'IDEMPOTENCY_KEY_REUSED',
    'This Idempotency-Key was used with another request before. Repeat that request, or use a new key for this one.',
  );
}

function alreadyPlaced(orderId: OrderId): Refusal {
  const detail = `This Idempotency-Key has placed order ${orderId}, and its reply is no longer kept. Read the order, or use a new key.`;
  return new Refusal('ORDER_ALREADY_PLACED', detail, { orderId });
}
