// What clients asked of the stock and what they saw: calls with the moments at which they began and ended, all by one clock.

export type Line = { itemId: string; quantity: number };

export type Wish =
  | { type: 'Read'; itemId: string }
  | { type: 'Restock'; itemId: string; quantity: number; key: string }
  | { type: 'Adjust'; itemId: string; delta: number; key: string }
  | { type: 'Reserve'; orderId: string; lines: readonly Line[] }
  /** News that the order was placed; with an attempt: order's answer about that attempt. */
  | { type: 'Confirm'; orderId: string; attempt: number | null }
  /** Without an attempt: the placed order was cancelled; with one: that attempt was abandoned. */
  | { type: 'Release'; orderId: string; attempt: number | null };

export type Shortage = { itemId: string; requested: number; available: number };
export type Answer =
  | { type: 'Item'; quantity: number; version: number }
  | { type: 'Reserved'; attempt: number }
  | { type: 'Short'; shortages: readonly Shortage[] }
  | { type: 'Conflict' }
  /** It was carried out, and nobody was told what came of it. */
  | { type: 'Done' };

/**
 * `answer` is null when the caller never heard: the connection broke, the deadline passed, or the answer was that it is not known.
 * Such a call may take effect at any moment after it began, or never. One that surely did nothing is no call.
 */
export type Call = { client: string; wish: Wish; beganAtMs: number } & (
  { answer: Answer; endedAtMs: number } | { answer: null; endedAtMs: null }
);

/** What a shelf was before the first call; `version` counts the changes of an item. */
export type Opening = { itemId: string; quantity: number; version: number };

/** What the service's own ledger says of a change of a shelf; read after everything else. */
export type LedgerEntry = { itemId: string; version: number; delta: number; reason: string; orderId: string | null };

/** With a ledger, what it says is one more thing that callers saw: that change, and no other, led to that version. */
export type History = { openings: readonly Opening[]; calls: readonly Call[]; ledger?: readonly LedgerEntry[] };

/**
 * The calls that say anything of one item: those that name it, and all of every order that ever names it, as what becomes of an order is
 * the same on all its shelves. A history whose projections are all in order may still not be: only the whole tells whether
 * several shelves changed in one moment.
 */
export function projectionOf(calls: readonly Call[], itemId: string): Call[] {
  const orders = new Set(
    calls.flatMap(({ wish }) =>
      wish.type === 'Reserve' && wish.lines.some((line) => line.itemId === itemId) ? [wish.orderId] : [],
    ),
  );
  return calls.filter(({ wish }) => ('orderId' in wish ? orders.has(wish.orderId) : wish.itemId === itemId));
}

export function tell({ client, wish, answer, beganAtMs, endedAtMs }: Call): string {
  const moments = `${beganAtMs.toFixed(2)} to ${endedAtMs === null ? 'never' : endedAtMs.toFixed(2)} ms`;
  return `${moments}  ${client}  ${JSON.stringify(wish)} -> ${answer === null ? 'unknown' : JSON.stringify(answer)}`;
}
