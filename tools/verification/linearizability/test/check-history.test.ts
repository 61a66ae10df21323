// What the check of a history must refuse, and what it must not: histories small enough to be checked by eye.
import { describe, expect, test } from 'vitest';
import type { Call, LedgerEntry } from '../history.ts';
import { explain, checkHistory } from '../check-history.ts';
import {
  adjust,
  call,
  cola,
  confirm,
  conflict,
  done,
  openings,
  pizza,
  read,
  release,
  reserve,
  reserved,
  restock,
  short,
  shows,
  unanswered,
  outcomesOf,
} from './history-builder.ts';

const inOrder = { items: ['LINEARIZABLE', 'LINEARIZABLE'], whole: 'LINEARIZABLE' };
const refused = { items: ['REFUSED', 'LINEARIZABLE'], whole: 'REFUSED' };

describe('it refuses', () => {
  test('a read of what was before a change that had ended', () => {
    expect(outcomesOf(call(0, 1, restock(5), shows(15, 2)), call(2, 3, read(), shows(10, 1)))).toEqual(refused);
  });

  test('a read that goes back behind an earlier one', () => {
    expect(
      outcomesOf(
        call(0, 9, restock(5), shows(15, 2)),
        call(1, 2, read(), shows(15, 2)),
        call(3, 4, read(), shows(10, 1)),
      ),
    ).toEqual(refused);
  });

  test('more sold than there was', () => {
    expect(
      outcomesOf(
        call(0, 5, reserve('a', { pizza: 6 }), reserved()),
        call(0, 5, reserve('b', { pizza: 6 }), reserved()),
      ),
    ).toEqual(refused);
  });

  test('an update that was lost', () => {
    expect(
      outcomesOf(
        call(0, 5, restock(1), shows(11, 2)),
        call(0, 5, restock(2), shows(12, 2)),
        call(6, 7, read(), shows(12, 2)),
      ),
    ).toEqual(refused);
  });

  test('a restock that was carried out twice for one key', () => {
    expect(
      outcomesOf(
        unanswered(0, restock(5, 'once')),
        call(1, 2, restock(5, 'once'), shows(15, 2)),
        call(3, 4, read(), shows(20, 3)),
      ),
    ).toEqual(refused);
  });

  test('a refusal for want of stock that was there', () => {
    expect(outcomesOf(call(0, 1, reserve('a', { pizza: 3 }), short(3, 2)))).toEqual(refused);
    expect(outcomesOf(call(0, 1, reserve('a', { pizza: 3 }), short(3, 10)))).toEqual(refused);
  });

  test('an order that took its stock twice', () => {
    expect(
      outcomesOf(
        call(0, 1, reserve('a', { pizza: 3 }), reserved()),
        call(2, 3, reserve('a', { pizza: 3 }), reserved()),
        call(4, 5, read(), shows(4, 3)),
      ),
    ).toEqual(refused);
  });

  test('stock that came back twice', () => {
    expect(
      outcomesOf(
        call(0, 1, reserve('a', { pizza: 3 }), reserved()),
        call(2, 9, release('a'), done),
        call(2, 9, release('a', 1), done),
        call(10, 11, read(), shows(13, 4)),
      ),
    ).toEqual(refused);
  });

  test('stock that came back though its order was known to be placed', () => {
    expect(
      outcomesOf(
        call(0, 1, reserve('a', { pizza: 3 }), reserved()),
        call(2, 3, confirm('a'), done),
        unanswered(4, release('a', 1)),
        call(5, 6, read(), shows(10, 3)),
      ),
    ).toEqual(refused);
  });

  test('stock of a cancelled order that never came back', () => {
    expect(
      outcomesOf(
        call(0, 1, reserve('a', { pizza: 3 }), reserved()),
        call(2, 9, release('a'), done),
        call(10, 11, read(), shows(7, 2)),
      ),
    ).toEqual(refused);
  });

  test('half an order: each item is right by itself, and only the whole tells', () => {
    const both = reserve('a', { pizza: 3, cola: 2 });
    expect(
      outcomesOf(
        call(0, 9, both, reserved()),
        call(1, 2, read(pizza), shows(7, 2)),
        call(3, 4, read(cola), shows(5, 1)),
      ),
    ).toEqual({ items: ['LINEARIZABLE', 'LINEARIZABLE'], whole: 'REFUSED' });
  });

  test('part of an order that was refused for another item', () => {
    expect(
      outcomesOf(
        call(0, 1, reserve('a', { pizza: 3, cola: 9 }), short(9, 5, cola)),
        call(2, 3, read(pizza), shows(7, 2)),
      ),
    ).toEqual(refused);
  });

  test('and says what fitted and what did not', () => {
    const [result] = checkHistory({
      openings,
      calls: [call(0, 1, restock(5), shows(15, 2)), call(2, 3, read(), shows(10, 1))],
    });
    expect(explain(result!)).toMatch(/pizza: no order of its 2 calls[^]*"Restock"[^]*next:\n.*"Read"/);
  });
});

describe('it accepts', () => {
  test('a read during a change, of before and of after', () => {
    for (const seen of [shows(10, 1), shows(15, 2)]) {
      expect(outcomesOf(call(0, 9, restock(5), shows(15, 2)), call(1, 2, read(), seen))).toEqual(inOrder);
    }
  });

  test('a call without an answer that took effect late, or never', () => {
    const lost = unanswered(0, reserve('a', { pizza: 4 }));
    expect(outcomesOf(lost, call(1, 2, read(), shows(10, 1)), call(3, 4, read(), shows(6, 2)))).toEqual(inOrder);
    expect(outcomesOf(lost, call(1, 2, read(), shows(10, 1)))).toEqual(inOrder);
  });

  test('a lost answer that its repetition brings, whichever of the two did it', () => {
    expect(
      outcomesOf(
        unanswered(0, restock(5, 'again')),
        call(1, 2, adjust(-1), shows(14, 3)),
        call(3, 4, restock(5, 'again'), shows(15, 2)),
      ),
    ).toEqual(inOrder);
    expect(
      outcomesOf(
        unanswered(0, reserve('a', { pizza: 2 })),
        call(1, 2, read(), shows(10, 1)),
        call(3, 4, reserve('a', { pizza: 2 }), reserved()),
        call(5, 6, read(), shows(8, 2)),
      ),
    ).toEqual(inOrder);
  });

  test('an abandoned order that is tried again, and its second hold that the first answer does not touch', () => {
    expect(
      outcomesOf(
        call(0, 1, reserve('a', { pizza: 4 }), reserved()),
        unanswered(2, release('a', 1)),
        call(3, 4, read(), shows(10, 3)),
        call(5, 6, reserve('a', { pizza: 4 }), reserved(2)),
        unanswered(7, release('a', 1)),
        call(8, 9, read(), shows(6, 4)),
      ),
    ).toEqual(inOrder);
  });

  test('the same order with other lines as a conflict, also where the items differ', () => {
    expect(
      outcomesOf(
        call(0, 1, reserve('a', { pizza: 4 }), reserved()),
        call(2, 3, reserve('a', { cola: 1 }), conflict),
        call(4, 5, read(cola), shows(5, 1)),
      ),
    ).toEqual(inOrder);
  });

  test('an adjustment that is refused with the quantity of that moment', () => {
    expect(outcomesOf(call(0, 5, reserve('a', { pizza: 8 }), reserved()), call(1, 4, adjust(-5), short(5, 2)))).toEqual(
      inOrder,
    );
  });
});

describe('the ledger is a witness', () => {
  const reserved6 = call(0, 1, reserve('a', { pizza: 6 }), reserved());
  const entry = { itemId: pizza, version: 2, delta: -6, reason: 'RESERVED', orderId: 'a' };
  const outcomeWith = (ledger: LedgerEntry[], ...calls: Call[]) =>
    checkHistory({ openings: [openings[0]!], calls, ledger })[0]!.searched.outcome;

  test('of what it names at its version', () => {
    expect(outcomeWith([entry], reserved6)).toBe('LINEARIZABLE');
  });

  test.each([
    ['does not have', []],
    ['has at another version', [{ ...entry, version: 3 }]],
    ['has with another quantity', [{ ...entry, delta: -5 }]],
    ['has of another order', [{ ...entry, orderId: 'b' }]],
  ])('against an answer that it %s', (_, ledger) => {
    expect(outcomeWith(ledger, reserved6)).toBe('REFUSED');
  });

  test('of which call without an answer took effect', () => {
    const restocks = [unanswered(0, restock(3)), unanswered(0, restock(5))];
    const seen = call(1, 2, read(), shows(15, 2));
    const restocked = { itemId: pizza, version: 2, reason: 'RESTOCKED', orderId: null };
    expect(outcomeWith([{ ...restocked, delta: 5 }], ...restocks, seen)).toBe('LINEARIZABLE');
    expect(outcomeWith([{ ...restocked, delta: 3 }], ...restocks, seen)).toBe('REFUSED');
  });
});

test('a history that would take too long is not decided, rather than passed', () => {
  // every subset of 24 overlapping restocks has a state of its own, and no order of them leads to what was read
  const calls = Array.from({ length: 24 }, (_, i) => unanswered(0, restock(2 ** i)));
  const [result] = checkHistory(
    { openings: [openings[0]!], calls: [...calls, call(1, 2, read(pizza), shows(1e9, 25))] },
    10_000,
  );
  expect(result!.searched.outcome).toBe('UNDECIDED');
});
