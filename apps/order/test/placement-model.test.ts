/**
 * One key in whatever sequence: placed by one attempt or another, asked about by inventory, forgotten after a day, sent again with the same
 * request or another. There is one order at most, and what inventory was answered about an attempt stays true for ever.
 */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CustomerId, OrderId } from '@oms/contracts';
import { Refusal } from '@oms/service-kit';
import { evolve, place, type Order } from '../src/domain/order.ts';
import { assertMayPlace, repeatable, resolution, type Placement } from '../src/domain/placement.ts';

const orderId = '0de00000-0000-5000-8000-000000000001' as OrderId;
const customerId = 'c0ffee00-0000-4000-8000-000000000001' as CustomerId;
const at = new Date('2026-11-23T12:00:00Z');
const address = { line1: '1', line2: null, city: 'X', postalCode: '1', country: 'US', instructions: null };

type OrderRecord = { order: Order | null; placement: Placement | null };
type Step =
  { type: 'Place'; attempt: number; requestHash: string } | { type: 'Resolve'; attempt: number } | { type: 'Forget' };
type Taken = { step: Step; answer: string; before: OrderRecord; after: OrderRecord };

const attempt = fc.integer({ min: 1, max: 4 });
const steps = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant('Place' as const), attempt, requestHash: fc.constantFrom('soup', 'soup', 'salad') }),
    fc.record({ type: fc.constant('Resolve' as const), attempt }),
    fc.record({ type: fc.constant('Forget' as const) }),
  ),
  { maxLength: 20 },
);

/** As commands/place-order.ts puts the decisions together, on a record instead of on tables. */
function take(known: OrderRecord, step: Step): { answer: string; known: OrderRecord } {
  if (step.type === 'Forget') {
    const { placement } = known;
    if (placement?.outcome !== 'PLACED') return { answer: 'nothing', known };
    return { answer: 'forgotten', known: { ...known, placement: { ...placement, reply: null } } };
  }
  if (step.type === 'Resolve') {
    const { outcome, write } = resolution(known.placement, { orderId, attempt: step.attempt, at });
    return { answer: outcome, known: write ? { ...known, placement: write } : known };
  }
  try {
    if (repeatable(known.placement, step.requestHash)) return { answer: 'REPEATED', known };
    assertMayPlace(known, step.attempt);
    const [event] = place(known.order, {
      orderId,
      customerId,
      lines: [],
      totalCents: 100,
      deliveryAddress: address,
      deliverAt: null,
      promiseMinutes: 45,
      at,
      by: { id: customerId, role: 'customer' },
    });
    const request = { customerId, idempotencyKey: 'lunch', requestHash: step.requestHash, reply: 'the order' };
    const placement: Placement = { outcome: 'PLACED', orderId, attempt: step.attempt, ...request, at };
    return { answer: 'CREATED', known: { order: evolve(known.order, event!), placement } };
  } catch (error) {
    if (error instanceof Refusal) return { answer: error.code, known };
    throw error;
  }
}

function replaySteps(list: readonly Step[]): Taken[] {
  let known: OrderRecord = { order: null, placement: null };
  return list.map((step) => {
    const before = known;
    const { answer, known: after } = take(known, step);
    known = after;
    return { step, answer, before, after };
  });
}

const property = (holds: (taken: Taken[]) => void) =>
  fc.assert(
    fc.property(steps, (list) => holds(replaySteps(list))),
    { numRuns: 1_000 },
  );

test('a key makes one order at most, and the order never changes by being asked for again', () => {
  property((taken) => {
    expect(taken.filter(({ answer }) => answer === 'CREATED').length).toBeLessThanOrEqual(1);
    for (const { before, after } of taken) if (before.order) expect(after.order).toBe(before.order);
  });
});

test('an attempt that was answered ABANDONED never places the order, nor does an earlier one', () => {
  property((taken) => {
    let fencedTo = 0;
    for (const { step, answer } of taken) {
      if (step.type === 'Place' && answer === 'CREATED') {
        expect(step.attempt).toBeGreaterThan(fencedTo);
        return;
      }
      if (step.type === 'Resolve') fencedTo = Math.max(fencedTo, step.attempt);
    }
  });
});

test('inventory gets the same answer about an attempt, whenever it asks', () => {
  property((taken) => {
    const answers = new Map<number, string>();
    for (const { step, answer } of taken) {
      if (step.type !== 'Resolve') continue;
      expect(answer).toBe(answers.get(step.attempt) ?? answer);
      answers.set(step.attempt, answer);
    }
  });
});

test('only the attempt that placed the order keeps its stock', () => {
  property((taken) => {
    const placed = taken.find(({ answer }) => answer === 'CREATED');
    for (const { step, answer } of placed ? taken.slice(taken.indexOf(placed)) : []) {
      if (step.type !== 'Resolve' || placed?.step.type !== 'Place') continue;
      expect(answer).toBe(step.attempt === placed.step.attempt ? 'PLACED' : 'ABANDONED');
    }
  });
});

test('the same request gets the order, another one is refused, and a key without its reply still names the order', () => {
  property((taken) => {
    for (const { step, answer, before } of taken) {
      if (step.type !== 'Place' || before.placement?.outcome !== 'PLACED') continue;
      const { requestHash, reply } = before.placement;
      const right = reply === null ? 'ORDER_ALREADY_PLACED' : 'REPEATED';
      expect(answer).toBe(requestHash === step.requestHash ? right : 'IDEMPOTENCY_KEY_REUSED');
    }
  });
});

test('every step taken twice in a row leaves what once has left', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const twice = replaySteps(list.flatMap((step) => [step, step]));
      expect(twice.at(-1)?.after).toEqual(replaySteps(list).at(-1)?.after);
    }),
    { numRuns: 500 },
  );
});
