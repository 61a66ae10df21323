// The stock as one caller after the other would see it, written anew from the rules, so that it shares no mistake with the service.
//
// `shelves` says which items can be seen: one of them for its projection, all of them for the whole. What is not seen constrains nothing.
// Of orders and keys that only one call names nothing needs to be remembered.
import type { Answer, Call, LedgerEntry, Line, Opening, Wish } from './history.ts';
import { blank, createLetters } from './letters.ts';
import type { Model } from './search.ts';
import { createWrittenLedger } from './written-ledger.ts';

type Shelf = { readonly quantity: number; readonly version: number };
type Reservation = {
  readonly attempt: number;
  readonly state: 'HELD' | 'CONFIRMED' | 'ABANDONED' | 'CANCELLED';
  readonly lines: readonly Line[];
};
/** `orders` and `granted` hold one letter for each order and key that is remembered, which stands for what is known of it. */
export type State = { readonly shelves: readonly Shelf[]; readonly orders: string; readonly granted: string };

type Order = Extract<Wish, { orderId: string }>;
type Moving = Extract<Wish, { key: string }>;
type Reserving = Extract<Wish, { type: 'Reserve' }>;
type Told = Answer | null;

export function createStockModel(
  calls: readonly Call[],
  shelves: readonly Opening[],
  ledger?: readonly LedgerEntry[],
): Model<Call, State> {
  const shelfAt = new Map(shelves.map(({ itemId }, at) => [itemId, at]));
  const orderAt = repeated(calls.flatMap(({ wish }) => ('orderId' in wish ? [wish.orderId] : [])));
  const keyAt = repeated(calls.flatMap(({ wish }) => ('key' in wish ? [wish.key] : [])));
  const reservations = createLetters<Reservation>();
  const replies = createLetters<Shelf>();
  /** What anybody was told of a key: a call whose own answer was lost had the same. */
  const toldOf = new Map(
    calls.flatMap(({ wish, answer }) => ('key' in wish && answer?.type === 'Item' ? [[wish.key, answer]] : [])),
  );
  const written = ledger && createWrittenLedger(ledger);
  return {
    initial: {
      shelves: shelves.map(({ quantity, version }) => ({ quantity, version })),
      orders: blank.repeat(orderAt.size),
      granted: blank.repeat(keyAt.size),
    },
    keyOf: ({ shelves, orders, granted }) =>
      `${shelves.map(({ quantity, version }) => `${quantity}.${version}`).join()} ${orders}${granted}`,
    isTooLate(state, { wish, answer }) {
      if (wish.type === 'Reserve' && answer?.type === 'Reserved') return isBehindLedger(state, wish, answer.attempt);
      if (answer?.type !== 'Item' || !('itemId' in wish)) return false;
      // What was answered to a key before is answered again, however late.
      if ('key' in wish && replies.read(state.granted, keyAt.get(wish.key))) return false;
      const versionThen = wish.type === 'Read' ? answer.version : answer.version - 1;
      return state.shelves[shelfAt.get(wish.itemId)!]!.version > versionThen;
    },
    step(state, { wish, answer }) {
      switch (wish.type) {
        case 'Read':
          return answer !== null && shows(answer, state.shelves[shelfAt.get(wish.itemId)!]!) ? state : null;
        case 'Restock':
          return move(state, wish, wish.quantity, answer);
        case 'Adjust':
          return move(state, wish, wish.delta, answer);
        case 'Reserve':
          return reserve(state, wish, answer);
        default:
          return hear(state, wish, answer);
      }
    },
  };

  function move(state: State, wish: Moving, delta: number, answer: Told): State | null {
    const at = shelfAt.get(wish.itemId)!;
    const granted = replies.read(state.granted, keyAt.get(wish.key));
    if (granted) return answer !== null && shows(answer, granted) ? state : null;
    const shelf = state.shelves[at]!;
    const after = { quantity: shelf.quantity + delta, version: shelf.version + 1 };
    if (answer?.type === 'Short') {
      return after.quantity < 0 && answer.shortages[0]?.available === shelf.quantity ? state : null;
    }
    const told = answer ?? toldOf.get(wish.key);
    if (after.quantity < 0 || (told && !shows(told, after))) return null;
    const reason = wish.type === 'Restock' ? 'RESTOCKED' : 'ADJUSTED';
    const entry = { itemId: wish.itemId, version: after.version, delta, reason, orderId: null };
    if (written && !written.has(entry)) return null;
    return {
      ...state,
      shelves: state.shelves.with(at, after),
      granted: replies.write(state.granted, keyAt.get(wish.key), after),
    };
  }

  function reserve(state: State, { orderId, lines }: Reserving, answer: Told): State | null {
    const wanted = addUp(lines);
    const known = reservations.read(state.orders, orderAt.get(orderId));
    if (known && known.state !== 'ABANDONED') {
      const same = JSON.stringify(known.lines) === JSON.stringify(wanted);
      if (same) return answer?.type === 'Reserved' && answer.attempt === known.attempt ? state : null;
      return answer?.type === 'Conflict' ? state : null;
    }
    const seen = wanted.filter(({ itemId }) => shelfAt.has(itemId));
    const quantityOf = (itemId: string) => state.shelves[shelfAt.get(itemId)!]!.quantity;
    const short = seen.filter(({ itemId, quantity }) => quantity > quantityOf(itemId));
    if (answer?.type === 'Short') {
      const told = answer.shortages.filter(({ itemId }) => shelfAt.has(itemId));
      const right = told.every(({ itemId, requested, available }) =>
        short.some((line) => line.itemId === itemId && line.quantity === requested && quantityOf(itemId) === available),
      );
      return right && told.length === short.length && answer.shortages.length > 0 ? state : null;
    }
    const attempt = (known?.attempt ?? 0) + 1;
    const isRight = answer === null || (answer.type === 'Reserved' && answer.attempt === attempt);
    if (short.length > 0 || !isRight) return null;
    return settle(state, orderId, { attempt, state: 'HELD', lines: wanted }, 'RESERVED');
  }

  /**
   * News that change nothing are in order; without an end they need not be placed then. As they might have changed something at another
   * moment, they are no sure thing now: hence the copy.
   */
  function hear(state: State, wish: Exclude<Order, { type: 'Reserve' }>, answer: Told): State | null {
    const { orderId, attempt } = wish;
    const known = reservations.read(state.orders, orderAt.get(orderId));
    const unchanged = answer === null ? null : { ...state };
    if (!known || known.state === 'ABANDONED' || known.state === 'CANCELLED') return unchanged;
    const isFenced = attempt !== null && (attempt !== known.attempt || known.state !== 'HELD');
    if (isFenced || (wish.type === 'Confirm' && known.state === 'CONFIRMED')) return unchanged;
    if (wish.type === 'Confirm') return settle(state, orderId, { ...known, state: 'CONFIRMED' }, null);
    return settle(state, orderId, { ...known, state: attempt === null ? 'CANCELLED' : 'ABANDONED' }, 'RELEASED');
  }

  function settle(
    state: State,
    orderId: string,
    reservation: Reservation,
    reason: 'RESERVED' | 'RELEASED' | null,
  ): State | null {
    const shelves = [...state.shelves];
    for (const { itemId, quantity } of reason === null ? [] : reservation.lines) {
      const at = shelfAt.get(itemId);
      if (at === undefined) continue;
      const delta = reason === 'RELEASED' ? quantity : -quantity;
      const version = shelves[at]!.version + 1;
      if (written && !written.has({ itemId, version, delta, reason: reason!, orderId })) return null;
      shelves[at] = { quantity: shelves[at]!.quantity + delta, version };
    }
    return { ...state, shelves, orders: reservations.write(state.orders, orderAt.get(orderId), reservation) };
  }

  /** An attempt that is still to come takes its stock at a version that the ledger names, and versions only go up. */
  function isBehindLedger(state: State, { orderId, lines }: Reserving, attempt: number): boolean {
    const known = reservations.read(state.orders, orderAt.get(orderId));
    if (!written || (known && known.attempt >= attempt)) return false;
    return lines.some(({ itemId }) => {
      const at = shelfAt.get(itemId);
      return at !== undefined && written.lastReserved(itemId, orderId) <= state.shelves[at]!.version;
    });
  }
}

function shows(answer: Answer, { quantity, version }: Shelf): boolean {
  return answer.type === 'Item' && answer.quantity === quantity && answer.version === version;
}

/** One line per item, in one order whichever way they were named. */
function addUp(lines: readonly Line[]): Line[] {
  const sums = new Map<string, number>();
  for (const { itemId, quantity } of lines) sums.set(itemId, (sums.get(itemId) ?? 0) + quantity);
  return [...sums].map(([itemId, quantity]) => ({ itemId, quantity })).sort((a, b) => (a.itemId < b.itemId ? -1 : 1));
}

function repeated(names: readonly string[]): Map<string, number> {
  const counts = Map.groupBy(names, (name) => name);
  return new Map([...counts].filter(([, all]) => all.length > 1).map(([name], at) => [name, at]));
}
