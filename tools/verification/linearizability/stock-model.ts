// The one model of stock: what one caller after the other would see. It is written from the rules alone, so it shares no mistake with the service.
//
// `items` says which items can be seen: one for its projection, all for the whole. What is not seen constrains nothing.
// Of orders and keys that only one call names, nothing needs to be kept.
import type { Answer, Call, LedgerEntry, Line, Opening, Request, Shortage } from './history.ts';
import { noValue, createPackedValues } from './packed-values.ts';
import type { Model } from './search.ts';
import { createLedgerIndex } from './ledger-index.ts';

type ItemState = { readonly quantity: number; readonly version: number };
type Reservation = {
  readonly attempt: number;
  readonly state: 'HELD' | 'CONFIRMED' | 'ABANDONED' | 'CANCELLED';
  readonly lines: readonly Line[];
};
/** `orders` and `replied` hold one character for each order and key that is kept, which stands for what is known of it. */
export type State = { readonly items: readonly ItemState[]; readonly orders: string; readonly replied: string };

/** `answer` is what a service must answer in this state; only where every item is seen. */
export type StockModel = Model<Call, State> & { answer(state: State, request: Request): Answer };

type Order = Extract<Request, { orderId: string }>;
type Moving = Extract<Request, { key: string }>;
type Reserving = Extract<Request, { type: 'Reserve' }>;
type Answered = Answer | null;

export function createStockModel(
  calls: readonly Call[],
  items: readonly Opening[],
  ledger?: readonly LedgerEntry[],
): StockModel {
  const indexOf = new Map(items.map(({ itemId }, index) => [itemId, index]));
  const orderAt = repeated(calls.flatMap(({ request }) => ('orderId' in request ? [request.orderId] : [])));
  const keyAt = repeated(calls.flatMap(({ request }) => ('key' in request ? [request.key] : [])));
  const reservations = createPackedValues<Reservation>();
  const replies = createPackedValues<ItemState>();
  /** What any call was answered for a key: a call whose own answer was lost had the same. */
  const answerOfKey = new Map(
    calls.flatMap(({ request, answer }) =>
      'key' in request && answer?.type === 'Item' ? [[request.key, answer]] : [],
    ),
  );
  const ledgerIndex = ledger && createLedgerIndex(ledger);
  return {
    initial: {
      items: items.map(({ quantity, version }) => ({ quantity, version })),
      orders: noValue.repeat(orderAt.size),
      replied: noValue.repeat(keyAt.size),
    },
    keyOf: ({ items, orders, replied }) =>
      `${items.map(({ quantity, version }) => `${quantity}.${version}`).join()} ${orders}${replied}`,
    isTooLate(state, { request, answer }) {
      if (request.type === 'Reserve' && answer?.type === 'Reserved')
        return isBehindLedger(state, request, answer.attempt);
      if (answer?.type !== 'Item' || !('itemId' in request)) return false;
      // What was answered to a key before is answered again, however late.
      if ('key' in request && replies.read(state.replied, keyAt.get(request.key))) return false;
      const versionThen = request.type === 'Read' ? answer.version : answer.version - 1;
      return state.items[indexOf.get(request.itemId)!]!.version > versionThen;
    },
    step(state, { request, answer }) {
      switch (request.type) {
        case 'Read':
          return answer !== null && shows(answer, state.items[indexOf.get(request.itemId)!]!) ? state : null;
        case 'Restock':
          return move(state, request, request.quantity, answer);
        case 'Adjust':
          return move(state, request, request.delta, answer);
        case 'Reserve':
          return reserve(state, request, answer);
        default:
          return resolve(state, request, answer);
      }
    },
    answer,
  };

  function answer(state: State, request: Request): Answer {
    switch (request.type) {
      case 'Read':
        return { type: 'Item', ...state.items[indexOf.get(request.itemId)!]! };
      case 'Restock':
        return answerMove(state, request, request.quantity);
      case 'Adjust':
        return answerMove(state, request, request.delta);
      case 'Reserve':
        return answerReserve(state, request);
      default:
        return { type: 'Done' };
    }
  }

  function answerMove(state: State, { itemId, key }: Moving, delta: number): Answer {
    const replied = replies.read(state.replied, keyAt.get(key));
    if (replied) return { type: 'Item', ...replied };
    const { quantity, version } = state.items[indexOf.get(itemId)!]!;
    if (quantity + delta < 0) return { type: 'Short', shortages: [{ itemId, requested: -delta, available: quantity }] };
    return { type: 'Item', quantity: quantity + delta, version: version + 1 };
  }

  function answerReserve(state: State, { orderId, lines }: Reserving): Answer {
    const wanted = addUp(lines);
    const known = reservations.read(state.orders, orderAt.get(orderId));
    if (known && known.state !== 'ABANDONED') {
      const isSame = JSON.stringify(known.lines) === JSON.stringify(wanted);
      return isSame ? { type: 'Reserved', attempt: known.attempt } : { type: 'Conflict' };
    }
    const shortages = shortagesIn(state, wanted);
    return shortages.length > 0
      ? { type: 'Short', shortages }
      : { type: 'Reserved', attempt: (known?.attempt ?? 0) + 1 };
  }

  function move(state: State, request: Moving, delta: number, answer: Answered): State | null {
    const index = indexOf.get(request.itemId)!;
    const replied = replies.read(state.replied, keyAt.get(request.key));
    if (replied) return answer !== null && shows(answer, replied) ? state : null;
    const item = state.items[index]!;
    const after = { quantity: item.quantity + delta, version: item.version + 1 };
    if (answer?.type === 'Short') {
      return after.quantity < 0 && answer.shortages[0]?.available === item.quantity ? state : null;
    }
    const expected = answer ?? answerOfKey.get(request.key);
    if (after.quantity < 0 || (expected && !shows(expected, after))) return null;
    const reason = request.type === 'Restock' ? 'RESTOCKED' : 'ADJUSTED';
    const entry = { itemId: request.itemId, version: after.version, delta, reason, orderId: null };
    if (ledgerIndex && !ledgerIndex.has(entry)) return null;
    return {
      ...state,
      items: state.items.with(index, after),
      replied: replies.write(state.replied, keyAt.get(request.key), after),
    };
  }

  function reserve(state: State, { orderId, lines }: Reserving, answer: Answered): State | null {
    const wanted = addUp(lines);
    const known = reservations.read(state.orders, orderAt.get(orderId));
    if (known && known.state !== 'ABANDONED') {
      const same = JSON.stringify(known.lines) === JSON.stringify(wanted);
      if (same) return answer?.type === 'Reserved' && answer.attempt === known.attempt ? state : null;
      return answer?.type === 'Conflict' ? state : null;
    }
    const short = shortagesIn(state, wanted);
    if (answer?.type === 'Short') {
      const named = answer.shortages.filter(({ itemId }) => indexOf.has(itemId));
      const isRight = named.every(({ itemId, requested, available }) =>
        short.some((line) => line.itemId === itemId && line.requested === requested && line.available === available),
      );
      return isRight && named.length === short.length && answer.shortages.length > 0 ? state : null;
    }
    const attempt = (known?.attempt ?? 0) + 1;
    const isConsistent = answer === null || (answer.type === 'Reserved' && answer.attempt === attempt);
    if (short.length > 0 || !isConsistent) return null;
    return settle(state, orderId, { attempt, state: 'HELD', lines: wanted }, 'RESERVED');
  }

  /** Of the items that can be seen. */
  function shortagesIn(state: State, wanted: readonly Line[]): Shortage[] {
    return wanted.flatMap(({ itemId, quantity: requested }) => {
      const available = state.items[indexOf.get(itemId) ?? -1]?.quantity ?? Infinity;
      return requested > available ? [{ itemId, requested, available }] : [];
    });
  }

  /**
   * A message that changes nothing fits anywhere; without an end it need not be placed then. It might have changed something at another
   * moment, so it must not count as changing nothing wherever it happens: hence the copy.
   */
  function resolve(state: State, request: Exclude<Order, { type: 'Reserve' }>, answer: Answered): State | null {
    const { orderId, attempt } = request;
    const known = reservations.read(state.orders, orderAt.get(orderId));
    const unchanged = answer === null ? null : { ...state };
    if (!known || known.state === 'ABANDONED' || known.state === 'CANCELLED') return unchanged;
    const isFenced = attempt !== null && (attempt !== known.attempt || known.state !== 'HELD');
    if (isFenced || (request.type === 'Confirm' && known.state === 'CONFIRMED')) return unchanged;
    if (request.type === 'Confirm') return settle(state, orderId, { ...known, state: 'CONFIRMED' }, null);
    return settle(state, orderId, { ...known, state: attempt === null ? 'CANCELLED' : 'ABANDONED' }, 'RELEASED');
  }

  function settle(
    state: State,
    orderId: string,
    reservation: Reservation,
    reason: 'RESERVED' | 'RELEASED' | null,
  ): State | null {
    const items = [...state.items];
    for (const { itemId, quantity } of reason === null ? [] : reservation.lines) {
      const index = indexOf.get(itemId);
      if (index === undefined) continue;
      const delta = reason === 'RELEASED' ? quantity : -quantity;
      const version = items[index]!.version + 1;
      if (ledgerIndex && !ledgerIndex.has({ itemId, version, delta, reason: reason!, orderId })) return null;
      items[index] = { quantity: items[index]!.quantity + delta, version };
    }
    return { ...state, items, orders: reservations.write(state.orders, orderAt.get(orderId), reservation) };
  }

  /** An attempt that is still to come takes its stock at a version that the ledger names, and versions only go up. */
  function isBehindLedger(state: State, { orderId, lines }: Reserving, attempt: number): boolean {
    const known = reservations.read(state.orders, orderAt.get(orderId));
    if (!ledgerIndex || (known && known.attempt >= attempt)) return false;
    return lines.some(({ itemId }) => {
      const index = indexOf.get(itemId);
      return index !== undefined && ledgerIndex.lastReserved(itemId, orderId) <= state.items[index]!.version;
    });
  }
}

function shows(answer: Answer, { quantity, version }: ItemState): boolean {
  return answer.type === 'Item' && answer.quantity === quantity && answer.version === version;
}

/** One line per item, always in the same order. */
function addUp(lines: readonly Line[]): Line[] {
  const sums = new Map<string, number>();
  for (const { itemId, quantity } of lines) sums.set(itemId, (sums.get(itemId) ?? 0) + quantity);
  return [...sums].map(([itemId, quantity]) => ({ itemId, quantity })).sort((a, b) => (a.itemId < b.itemId ? -1 : 1));
}

function repeated(names: readonly string[]): Map<string, number> {
  const counts = Map.groupBy(names, (name) => name);
  return new Map([...counts].filter(([, all]) => all.length > 1).map(([name], index) => [name, index]));
}
