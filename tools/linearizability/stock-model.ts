// The stock as one caller after the other would see it, written anew from the rules, so that it shares no mistake with the service.
//
// `shelves` says which items can be seen: one of them for its projection, all of them for the whole. What is not seen constrains nothing.
// Of orders and keys that only one call names nothing needs to be remembered.
import type { Answer, Call, Line, Opening, Wish } from './history.ts';
import type { Model } from './search.ts';

type Shelf = { readonly quantity: number; readonly version: number };
type Reservation = {
  readonly attempt: number;
  readonly state: 'HELD' | 'CONFIRMED' | 'ABANDONED' | 'CANCELLED';
  readonly lines: readonly Line[];
};
/** `orders` and `granted` hold one letter for each order and key that is remembered, which stands for what is known of it. */
export type State = { readonly shelves: readonly Shelf[]; readonly orders: string; readonly granted: string };

type Order = Extract<Wish, { orderId: string }>;
type Told = Answer | null;

export function createStockModel(calls: readonly Call[], shelves: readonly Opening[]): Model<Call, State> {
  const shelfAt = new Map(shelves.map(({ itemId }, at) => [itemId, at]));
  const orderAt = repeated(calls.flatMap(({ wish }) => ('orderId' in wish ? [wish.orderId] : [])));
  const keyAt = repeated(calls.flatMap(({ wish }) => ('key' in wish ? [wish.key] : [])));
  const reservations = createLetters<Reservation>();
  const replies = createLetters<Shelf>();
  return {
    initial: {
      shelves: shelves.map(({ quantity, version }) => ({ quantity, version })),
      orders: blank.repeat(orderAt.size),
      granted: blank.repeat(keyAt.size),
    },
    keyOf: ({ shelves, orders, granted }) =>
      `${shelves.map(({ quantity, version }) => `${quantity}.${version}`).join()} ${orders}${granted}`,
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

  function move(state: State, wish: { itemId: string; key: string }, delta: number, answer: Told): State | null {
    const at = shelfAt.get(wish.itemId)!;
    const granted = replies.read(state.granted, keyAt.get(wish.key));
    if (granted) return answer !== null && shows(answer, granted) ? state : null;
    const shelf = state.shelves[at]!;
    const after = { quantity: shelf.quantity + delta, version: shelf.version + 1 };
    if (answer?.type === 'Short') {
      return after.quantity < 0 && answer.shortages[0]?.available === shelf.quantity ? state : null;
    }
    if (after.quantity < 0 || (answer !== null && !shows(answer, after))) return null;
    return {
      ...state,
      shelves: state.shelves.with(at, after),
      granted: replies.write(state.granted, keyAt.get(wish.key), after),
    };
  }

  function reserve(state: State, { orderId, lines }: Extract<Order, { type: 'Reserve' }>, answer: Told): State | null {
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
    return settle(state, orderId, { attempt, state: 'HELD', lines: wanted }, -1);
  }

  /** News that change nothing are in order; without an end they need not be placed then. */
  function hear(state: State, wish: Exclude<Order, { type: 'Reserve' }>, answer: Told): State | null {
    const { orderId, attempt } = wish;
    const known = reservations.read(state.orders, orderAt.get(orderId));
    const unchanged = answer === null ? null : state;
    if (!known || known.state === 'ABANDONED' || known.state === 'CANCELLED') return unchanged;
    const isFenced = attempt !== null && (attempt !== known.attempt || known.state !== 'HELD');
    if (isFenced || (wish.type === 'Confirm' && known.state === 'CONFIRMED')) return unchanged;
    if (wish.type === 'Confirm') return settle(state, orderId, { ...known, state: 'CONFIRMED' }, 0);
    return settle(state, orderId, { ...known, state: attempt === null ? 'CANCELLED' : 'ABANDONED' }, 1);
  }

  function settle(state: State, orderId: string, reservation: Reservation, sign: -1 | 0 | 1): State {
    const shelves = [...state.shelves];
    for (const { itemId, quantity } of sign === 0 ? [] : reservation.lines) {
      const at = shelfAt.get(itemId);
      if (at === undefined) continue;
      const shelf = shelves[at]!;
      shelves[at] = { quantity: shelf.quantity + sign * quantity, version: shelf.version + 1 };
    }
    return { ...state, shelves, orders: reservations.write(state.orders, orderAt.get(orderId), reservation) };
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

const blank = '\0';

/** Values as letters: equal values have the same letter, so that equal states have equal keys. */
function createLetters<V>() {
  const values: V[] = [];
  const letters = new Map<string, string>();
  return {
    read: (text: string, at: number | undefined): V | undefined =>
      at === undefined ? undefined : values[text.charCodeAt(at) - 1],
    write(text: string, at: number | undefined, value: V): string {
      if (at === undefined) return text;
      const name = JSON.stringify(value);
      let letter = letters.get(name);
      if (letter === undefined) {
        if (values.push(value) > 0xffff)
          throw new Error('The history has more different values than letters; record a shorter one.');
        letter = String.fromCharCode(values.length);
        letters.set(name, letter);
      }
      return text.slice(0, at) + letter + text.slice(at + 1);
    },
  };
}
