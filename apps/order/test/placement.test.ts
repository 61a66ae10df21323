/** From a request to one order: adding up, pricing, comparing requests, and fencing attempts. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CustomerId, ItemId, OrderId } from '@oms/contracts';
import { deriveOrderId } from '../src/domain/order-id.ts';
import type { Order } from '../src/domain/order.ts';
import {
  addUp,
  assertMayPlace,
  priced,
  repeatable,
  requestHashOf,
  requireDeliverable,
  resolution,
  type Placement,
} from '../src/domain/placement.ts';
import { wantedLine as line } from './order-lines.ts';

const [a, b] = ['a' as ItemId, 'b' as ItemId];
const orderId = '0de00000-0000-5000-8000-000000000001' as OrderId;
const customerId = 'c0ffee00-0000-4000-8000-000000000001' as CustomerId;
const address = { line1: '1', line2: null, city: 'X', postalCode: '1', country: 'US', instructions: null };
const at = new Date('2026-01-31T12:00:00Z');
const placedAt = (attempt: number, reply: string | null = '{}'): Placement => ({
  outcome: 'PLACED',
  orderId,
  attempt,
  customerId,
  idempotencyKey: 'k',
  requestHash: 'h',
  at,
  reply,
});
const abandonedAt = (attempt: number): Placement => ({ outcome: 'ABANDONED', orderId, attempt, at });

describe('the order id', () => {
  test('follows from customer and key, and is a UUID of version 5', () => {
    expect(deriveOrderId(customerId, 'k')).toBe(deriveOrderId(customerId, 'k'));
    expect(deriveOrderId(customerId, 'k')).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(deriveOrderId(customerId, 'k')).not.toBe(deriveOrderId(customerId, 'l'));
  });

  test('never changes from one release to the next', () => {
    expect(deriveOrderId(customerId, 'breakfast')).toBe('1ea5ddab-1189-580d-a4b4-cf02962f224b');
  });
});

describe('the lines', () => {
  test('the same item twice is added up, in the order items are first named', () => {
    expect(addUp([line(b, 1), line(a, 2), line(b, 3)])).toEqual([line(b, 4), line(a, 2)]);
  });

  test('the notes of an item named twice are joined, each once', () => {
    const lines = [line(a, 1, 'no onions'), line(a, 1), line(a, 1, 'well done'), line(a, 1, 'no onions')];
    expect(addUp(lines)).toEqual([line(a, 4, 'no onions; well done')]);
  });

  test('the notes of one item are at most 200 characters together', () => {
    const long = '🍕'.repeat(199);
    expect(addUp([line(a, 1, long)])).toEqual([line(a, 1, long)]);
    expect(() => addUp([line(a, 1, long), line(a, 1, 'x')])).toThrow(
      expect.objectContaining({
        code: 'VALIDATION_FAILED',
        message: expect.stringContaining('202 characters') as string,
      }),
    );
  });

  test('adding up loses and invents nothing', () => {
    const lines = fc.array(fc.record({ itemId: fc.constantFrom(a, b), quantity: fc.integer({ min: 1, max: 50 }) }));
    fc.assert(
      fc.property(lines, (list) => {
        const sum = (of: typeof list) => of.reduce((total, { quantity }) => total + quantity, 0);
        expect(sum(addUp(list))).toBe(sum(list));
        expect(addUp(addUp(list))).toEqual(addUp(list));
      }),
    );
  });

  test('at most 10,000 of one item fit in one order', () => {
    expect(addUp(Array.from({ length: 10 }, () => line(a, 1_000)))).toEqual([line(a, 10_000)]);
    expect(() => addUp([...Array.from({ length: 10 }, () => line(a, 1_000)), line(a, 1)])).toThrow(
      expect.objectContaining({ code: 'VALIDATION_FAILED' }),
    );
  });

  test('totals are exact cents', () => {
    const lines = [{ ...line(a, 3), itemName: 'Pizza', unitPriceCents: 1_099 }];
    expect(priced(lines)).toEqual({ lines: [{ ...lines[0], lineTotalCents: 3_297 }], totalCents: 3_297 });
  });

  test('a total above 99999999.99 is refused', () => {
    const dear = (cents: number) => [{ ...line(a, 1), itemName: 'Yacht', unitPriceCents: cents }];
    expect(priced(dear(9_999_999_999)).totalCents).toBe(9_999_999_999);
    const tooDear = [...dear(9_999_999_999), { ...line(b, 1), itemName: 'Oar', unitPriceCents: 1 }];
    expect(() => priced(tooDear)).toThrow(expect.objectContaining({ code: 'TOTAL_TOO_LARGE' }));
  });
});

describe('the request', () => {
  test('is the same whatever the sequence of its items', () => {
    expect(requestHashOf([line(a, 1), line(b, 2)], address)).toBe(requestHashOf([line(b, 2), line(a, 1)], address));
  });

  test('without a note has the hash of before there were notes', () => {
    expect(requestHashOf([line(a, 1)], address)).toBe('KEF7tx0E8luSUpdVzX8U8Qk4zw2onQiTDYyN5LtSJS0');
  });

  test('has another hash for each of its terms', () => {
    const none = { customerId: null, deliverAt: null, expectedTotalCents: null };
    const hashes = [
      requestHashOf([line(a, 1)], address),
      requestHashOf([line(a, 1)], address, none),
      requestHashOf([line(a, 1)], address, { ...none, customerId }),
      requestHashOf([line(a, 1)], address, { ...none, deliverAt: at }),
      requestHashOf([line(a, 1)], address, { ...none, expectedTotalCents: 0 }),
      requestHashOf([line(a, 1, `{"deliverAt":"${at.toISOString()}"}`)], address),
    ];
    expect(hashes[1]).toBe(hashes[0]);
    expect(new Set(hashes).size).toBe(5);
  });

  test.each([
    ['another quantity', [line(a, 2)], address],
    ['another item', [line(b, 1)], address],
    ['another note', [line(a, 1, 'no onions')], address],
    ['another address', [line(a, 1)], { ...address, line2: 'c/o' }],
    ['a word moved to the next field', [line(a, 1)], { ...address, line1: '', city: '1X' }],
  ])('with %s is another', (_, lines, to) => {
    expect(requestHashOf(lines, to)).not.toBe(requestHashOf([line(a, 1)], address));
  });
});

describe('a delivery time', () => {
  const inMs = (ms: number) => new Date(at.getTime() + ms);
  const daysMs = 14 * 24 * 60 * 60 * 1000;

  test('is in the future and at most 14 days ahead, or absent', () => {
    for (const time of [null, inMs(1), inMs(daysMs)]) expect(() => requireDeliverable(time, at)).not.toThrow();
    for (const time of [inMs(0), inMs(-1), inMs(daysMs + 1)]) {
      expect(() => requireDeliverable(time, at)).toThrow(
        expect.objectContaining({
          code: 'VALIDATION_FAILED',
          extras: { errors: [expect.objectContaining({ field: 'deliverAt' })] },
        }),
      );
    }
  });
});

describe('the key', () => {
  test('repeats the reply of the same request', () => {
    expect(repeatable(placedAt(1), 'h')).toEqual(placedAt(1));
  });

  test('with another request is refused', () => {
    expect(() => repeatable(placedAt(1), 'other')).toThrow(expect.objectContaining({ code: 'IDEMPOTENCY_KEY_REUSED' }));
  });

  test('whose reply is forgotten names its order', () => {
    expect(() => repeatable(placedAt(1, null), 'h')).toThrow(
      expect.objectContaining({ code: 'ORDER_ALREADY_PLACED', extras: { orderId } }),
    );
  });

  test('of a placement that was recovered does not know the total that was expected', () => {
    const recovered = { ...placedAt(1), idempotencyKey: '' } as Placement;
    expect(repeatable(recovered, 'with a total', 'h')).toEqual(recovered);
    expect(() => repeatable(recovered, 'h', 'other')).toThrow();
    expect(() => repeatable(placedAt(1), 'with a total', 'h')).toThrow();
  });

  test('of an abandoned attempt has nothing to repeat', () => {
    expect(repeatable(abandonedAt(1), 'h')).toBeNull();
    expect(repeatable(null, 'h')).toBeNull();
  });
});

describe('fencing', () => {
  test('an abandoned attempt may not place, nor an earlier one; a later one may', () => {
    const may = (attempt: number) => () => assertMayPlace({ order: null, placement: abandonedAt(2) }, attempt);
    expect(may(1)).toThrow(expect.objectContaining({ code: 'PLACEMENT_ABANDONED' }));
    expect(may(2)).toThrow(expect.objectContaining({ code: 'PLACEMENT_ABANDONED' }));
    expect(may(3)).not.toThrow();
  });

  test('an order that exists is never placed again', () => {
    const order = { id: orderId } as Order;
    expect(() => assertMayPlace({ order, placement: null }, 9)).toThrow(
      expect.objectContaining({ code: 'ORDER_ALREADY_PLACED' }),
    );
  });

  test('an attempt that placed nothing is abandoned, and that is written', () => {
    const asked = { orderId, attempt: 1, at };
    expect(resolution(null, asked)).toEqual({ outcome: 'ABANDONED', write: abandonedAt(1) });
    expect(resolution(abandonedAt(1), { ...asked, attempt: 2 }).write).toEqual(abandonedAt(2));
  });

  test('asking twice writes nothing', () => {
    expect(resolution(abandonedAt(2), { orderId, attempt: 2, at })).toEqual({ outcome: 'ABANDONED', write: null });
    expect(resolution(abandonedAt(2), { orderId, attempt: 1, at })).toEqual({ outcome: 'ABANDONED', write: null });
  });

  test('only the attempt that placed the order keeps its stock', () => {
    expect(resolution(placedAt(2), { orderId, attempt: 2, at })).toEqual({ outcome: 'PLACED', write: null });
    expect(resolution(placedAt(2), { orderId, attempt: 3, at })).toEqual({ outcome: 'ABANDONED', write: null });
  });
});
