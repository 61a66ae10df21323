// What clients requested of the stock and what they saw: calls with the moments at which they began and ended, all by one clock.

export type Line = { itemId: string; quantity: number };

export type Request =
  | { type: 'Read'; itemId: string }
  | { type: 'Restock'; itemId: string; quantity: number; key: string }
  | { type: 'Adjust'; itemId: string; delta: number; key: string }
  | { type: 'Reserve'; orderId: string; lines: readonly Line[] }
  /** The order was placed; with an attempt: order's answer about that attempt. */
  | { type: 'Confirm'; orderId: string; attempt: number | null }
  /** Without an attempt: the placed order was cancelled; with one: that attempt was abandoned. */
  | { type: 'Release'; orderId: string; attempt: number | null };

export type Shortage = { itemId: string; requested: number; available: number };
export type Answer =
  | { type: 'Item'; quantity: number; version: number }
  | { type: 'Reserved'; attempt: number }
  | { type: 'Short'; shortages: readonly Shortage[] }
  | { type: 'Conflict' }
  /** It was carried out, and no caller got its result. */
  | { type: 'Done' };

/**
 * `answer` is null when the caller got none: the connection broke, the deadline passed, or the answer was that it is not known.
 * Such a call may take effect at any moment after it began, or never. A request that surely did nothing is no call.
 */
export type Call = { client: string; request: Request; beganAtMs: number } & (
  { answer: Answer; endedAtMs: number } | { answer: null; endedAtMs: null }
);

/** The state of an item before the first call; `version` counts its changes. */
export type Opening = { itemId: string; quantity: number; version: number };

/** What the service's own ledger says of a change of stock; read after everything else. */
export type LedgerEntry = { itemId: string; version: number; delta: number; reason: string; orderId: string | null };

/** With a ledger, what it says is one more thing that callers saw: that change, and no other, led to that version. */
export type History = { openings: readonly Opening[]; calls: readonly Call[]; ledger?: readonly LedgerEntry[] };

/**
 * The calls that say anything about one item: those that name it, and all of every order that ever names it, as an order has the same
 * fate for all its items. A history may not be linearizable although the projections to its items are: only the whole shows
 * whether several items changed in one moment.
 */
export function projectionOf(calls: readonly Call[], itemId: string): Call[] {
  const orders = new Set(
    calls.flatMap(({ request }) =>
      request.type === 'Reserve' && request.lines.some((line) => line.itemId === itemId) ? [request.orderId] : [],
    ),
  );
  return calls.filter(({ request }) =>
    'orderId' in request ? orders.has(request.orderId) : request.itemId === itemId,
  );
}

export function describeCall({ client, request, answer, beganAtMs, endedAtMs }: Call): string {
  const moments = `${beganAtMs.toFixed(2)} to ${endedAtMs === null ? 'never' : endedAtMs.toFixed(2)} ms`;
  return `${moments}  ${client}  ${JSON.stringify(request)} -> ${answer === null ? 'unknown' : JSON.stringify(answer)}`;
}
