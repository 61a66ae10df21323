/** Whose turn it is with an order, since when, and until when. */

import { describe, expect, test } from 'vitest';
import type { Evidence } from '../src/domain/evidence.ts';
import { waitsFor } from '../src/domain/waits-for.ts';
import { answered, at, evidence, order, placedAt, withService } from './evidence-fixture.ts';

const causesOf = (given: Evidence) => waitsFor(given).map(({ cause }) => cause);
const firstOf = (given: Evidence) => waitsFor(given)[0];

describe('the next step', () => {
  test('a placed order waits for the kitchen, since its placement', () => {
    expect(waitsFor(evidence())).toMatchObject([
      { cause: 'KITCHEN_TO_ACCEPT', whose: 'the kitchen', since: placedAt.toISOString() },
    ]);
  });

  test.each([
    ['PREPARING', ['KITCHEN_TO_FINISH']],
    ['OUT_FOR_DELIVERY', ['COURIER_TO_DELIVER']],
    ['DELIVERED', []],
  ] as const)('an order that is %s waits for %j', (status, causes) => {
    expect(causesOf(evidence({ order: { ...order, status } }))).toEqual(causes);
  });

  const time = (text: string) => new Date(`2026-11-29T${text}:00Z`);

  test('an order for later waits for its time, then for the kitchen, since it was shown', () => {
    const later = { ...order, dueAt: time('18:00'), shownAt: null, acceptBy: time('18:15') };
    expect(waitsFor(evidence({ order: later }))).toMatchObject([
      { cause: 'ORDERED_FOR_LATER', since: placedAt.toISOString(), deadline: time('18:00').toISOString() },
    ]);
    expect(waitsFor(evidence({ order: { ...later, shownAt: time('18:01') } }))).toMatchObject([
      {
        cause: 'KITCHEN_TO_ACCEPT',
        since: time('18:01').toISOString(),
        deadline: time('18:15').toISOString(),
        atDeadline: 'The order is cancelled as NOT_ACCEPTED, and its stock comes back.',
      },
    ]);
  });

  test('the kitchen finishes it in the time that preparing takes, else in the promised time', () => {
    const preparing = { ...order, status: 'PREPARING' as const, acceptedAt: time('12:05') };
    expect(firstOf(evidence({ order: preparing, preparationMinutes: 20 }))).toMatchObject({
      cause: 'KITCHEN_TO_FINISH',
      since: time('12:05').toISOString(),
      deadline: time('12:25').toISOString(),
      atDeadline: 'ORDER_LATE is published. The order goes on.',
    });
    expect(firstOf(evidence({ order: preparing }))?.deadline).toBe(time('12:45').toISOString());
  });

  test('a finished order waits for the courier, since it is ready', () => {
    const ready = { ...order, status: 'PREPARING' as const, readyAt: time('12:20') };
    expect(firstOf(evidence({ order: ready }))).toMatchObject({
      cause: 'COURIER_TO_PICK_UP',
      whose: 'the courier',
      since: time('12:20').toISOString(),
    });
  });

  test('a cancelled order whose stock is back waits for nothing', () => {
    const released = { ...answered('inventory'), reservation: { state: 'RELEASED', attempt: 1, since: at } };
    expect(waitsFor(evidence({ order: { ...order, status: 'CANCELLED' }, services: withService(released) }))).toEqual(
      [],
    );
  });
});
