/** The life of an order: which step is allowed to whom, and that deciding twice writes nothing. */

import { describe, expect, test } from 'vitest';
import { specify } from '@oms/test-kit';
import type { CustomerId, OrderId } from '@oms/contracts';
import * as domain from '../src/domain/order.ts';
import { orderLine } from './order-lines.ts';

type Command = ({ do: 'place' } & domain.Place) | ({ do: 'change' } & domain.ChangeStatus);

const order = specify<domain.Order | null, Command, domain.OrderEvent>({
  initial: null,
  evolve: domain.evolve,
  decide(state, { do: what, ...command }) {
    if (what === 'place') return domain.place(state, command as domain.Place);
    return domain.changeStatus(state, command as domain.ChangeStatus);
  },
});

const customer = { id: 'c0ffee00-0000-4000-8000-000000000001', role: 'customer' };
const staff = { id: '57aff000-0000-4000-8000-000000000001', role: 'staff' };
const at = new Date('2026-01-31T12:00:00Z');
const command = {
  orderId: '0de00000-0000-5000-8000-000000000001' as OrderId,
  customerId: customer.id as CustomerId,
  lines: [orderLine({ itemName: 'Pizza', quantity: 2, unitPriceCents: 1_250, lineTotalCents: 2_500 })],
  totalCents: 2_500,
  deliveryAddress: { line1: '1', line2: null, city: 'X', postalCode: '1', country: 'US', instructions: null },
  deliverAt: null,
};
const placed: domain.OrderEvent = {
  type: 'OrderPlaced',
  ...command,
  at,
  by: customer,
  promisedDeliveryAt: new Date('2026-01-31T12:45:00Z'),
  dueAt: null,
  acceptBy: null,
};
const event = (from: domain.OrderStatus, to: domain.OrderStatus): domain.StatusChanged => ({
  type: 'StatusChanged',
  from,
  to,
  reason: null,
  note: null,
  restock: to === 'CANCELLED' ? from === 'PENDING' : null,
  soldOutItemIds: null,
  at,
  by: staff,
});
const change = (to: domain.OrderStatus, by = staff, expected?: domain.Versions): Command => ({
  do: 'change',
  to,
  at,
  by,
  ...(expected && { expected }),
});
const history: Record<domain.OrderStatus, domain.OrderEvent[]> = {
  PENDING: [placed],
  PREPARING: [placed, event('PENDING', 'PREPARING')],
  OUT_FOR_DELIVERY: [placed, event('PENDING', 'PREPARING'), event('PREPARING', 'OUT_FOR_DELIVERY')],
  DELIVERED: [
    ...[placed, event('PENDING', 'PREPARING'), event('PREPARING', 'OUT_FOR_DELIVERY')],
    event('OUT_FOR_DELIVERY', 'DELIVERED'),
  ],
  CANCELLED: [placed, event('PENDING', 'CANCELLED')],
};
const steps: Record<domain.OrderStatus, domain.OrderStatus[]> = {
  PENDING: ['PREPARING', 'CANCELLED'],
  PREPARING: ['OUT_FOR_DELIVERY', 'CANCELLED'],
  OUT_FOR_DELIVERY: ['DELIVERED'],
  DELIVERED: [],
  CANCELLED: [],
};

describe('placing', () => {
  test('an order is placed once', () => {
    order
      .given()
      .when({ do: 'place', ...command, promiseMinutes: 45, at, by: customer })
      .thenOnce(placed);
  });

  test('promises a time so many minutes later, and none of 0 minutes', () => {
    const promised = (promiseMinutes: number) =>
      domain
        .place(null, { ...command, promiseMinutes, at, by: customer })
        .map((event) => domain.evolve(null, event))[0];
    expect(promised(90)?.promisedDeliveryAt).toEqual(new Date('2026-01-31T13:30:00Z'));
    expect(promised(0)?.promisedDeliveryAt).toBeNull();
  });

  test('promises the time that the order was scheduled for', () => {
    const deliverAt = new Date('2026-02-01T18:30:00Z');
    const [event] = domain.place(null, { ...command, deliverAt, promiseMinutes: 45, at, by: customer });
    expect(event).toMatchObject({ deliverAt, promisedDeliveryAt: deliverAt });
  });

  test('no later step changes the promise', () => {
    const order = history.DELIVERED.reduce<domain.Order | null>(domain.evolve, null);
    expect(order?.promisedDeliveryAt).toEqual(new Date('2026-01-31T12:45:00Z'));
  });

  test('a placed order is PENDING, at version 1', () => {
    expect(domain.evolve(null, placed)).toMatchObject({ status: 'PENDING', version: 1, createdAt: at, updatedAt: at });
  });
});

describe('steps', () => {
  const pairs = domain.orderStatuses.flatMap((from) => domain.orderStatuses.map((to) => [from, to] as const));

  test.each(pairs)('staff take an order from %s to %s only where that is a step', (from, to) => {
    const given = order.given(...history[from]).when(change(to));
    if (steps[from].includes(to)) given.thenOnce(event(from, to));
    else if (from === to) given.then();
    else given.refuses('INVALID_TRANSITION');
  });

  test('a refusal names the state, the step and what is allowed', () => {
    const delivered = history.DELIVERED.reduce(domain.evolve, null as domain.Order | null);
    const preparing = () => domain.changeStatus(delivered, { to: 'PREPARING', at, by: staff });
    expect(preparing).toThrow('An order that is DELIVERED cannot become PREPARING. Allowed: none.');
    expect(preparing).toThrow(expect.objectContaining({ extras: { allowed: [] } }));
  });

  test('a status change cannot end a failed delivery: the refusal says how to', () => {
    const delivering = history.OUT_FOR_DELIVERY.reduce(domain.evolve, null as domain.Order | null);
    const cancelling = () => domain.changeStatus(delivering, { to: 'CANCELLED', at, by: staff });
    expect(cancelling).toThrow(
      /Allowed: DELIVERED\. If the delivery failed, use POST .*cancel with the reason NO_SHOW/,
    );
  });

  test('an order that does not exist cannot change', () => {
    order.given().when(change('PREPARING')).refuses('NOT_FOUND');
  });

  test('a caller who saw another version is refused, even for the step that is taken already', () => {
    order
      .given(...history.PREPARING)
      .when(change('OUT_FOR_DELIVERY', staff, [1]))
      .refuses('PRECONDITION_FAILED');
    order
      .given(...history.PREPARING)
      .when(change('PREPARING', staff, [1]))
      .refuses('PRECONDITION_FAILED');
    order
      .given(...history.PREPARING)
      .when(change('OUT_FOR_DELIVERY', staff, []))
      .refuses('PRECONDITION_FAILED');
    order
      .given(...history.PREPARING)
      .when(change('OUT_FOR_DELIVERY', staff, [1, 2]))
      .thenOnce(event('PREPARING', 'OUT_FOR_DELIVERY'));
  });

  test('a change is never earlier than the one it follows', () => {
    const [changed] = domain.changeStatus(domain.evolve(null, placed), { to: 'PREPARING', at: new Date(0), by: staff });
    expect(changed?.at).toEqual(at);
  });
});
