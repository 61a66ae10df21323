// What the check of one order accepts, and what it finds.
import type { CustomerId, EventId, ItemId, OrderId, OrderPlaced } from '@oms/contracts';
import { expect, test } from 'vitest';
import { orderViolations, type Evidence } from '../check-order.ts';

const placed = new Date('2026-11-24T12:00:00.123Z');
const promised = new Date('2026-11-24T12:01:00.123Z');
const items = [{ itemId: 'i' as ItemId, itemName: 'Dish', quantity: 2, unitPrice: 590, lineTotal: 1_180 }];
const message: OrderPlaced = {
  eventId: 'e' as EventId,
  eventType: 'ORDER_PLACED',
  occurredAt: placed,
  aggregateVersion: 1,
  aggregateId: 'o' as OrderId,
  customerId: 'c' as CustomerId,
  totalAmount: 1_180,
  // The fields that the check reads.
  items: items as unknown as OrderPlaced['items'],
  deliveryAddress: { line1: '1', line2: null, city: 'X', postalCode: '1', country: 'PT', instructions: null },
  promisedDeliveryAt: promised,
  placedBy: null,
  placedByRole: null,
  deliverAt: null,
  dueAt: null,
  acceptBy: null,
};
/** Written at v2, read at v2 by both. */
const right: Evidence = {
  writer: 'v2',
  message,
  analytics: 'v2',
  notification: 'v2',
  timeline: { placed, promised },
  row: {
    id: 'o',
    customerId: 'c',
    totalAmount: '11.80',
    deliveryAddress: { line1: '1', city: 'X' },
    promised,
    items: [{ itemId: 'i', itemName: 'Dish', quantity: 2, unitPrice: '5.90', lineTotal: '11.80' }],
  },
  ticket: '<strong>2 ×</strong></td><td>Dish</td><td>11.80</td></tr><th></th><th>Total</th><th>11.80</th>',
};
const unpromised = { placed, promised: null };
const byV1: Evidence = {
  ...right,
  writer: 'v1',
  message: { ...message, promisedDeliveryAt: null },
  row: { ...right.row, promised: null },
  timeline: unpromised,
};

test.each<[string, Evidence]>([
  ['written and read at v2', right],
  ['written at v1 and read at v2', byV1],
  ['written at v2 and read at v1, which knows of no promise', { ...right, analytics: 'v1', timeline: unpromised }],
  ['read by either, and by that of v1', { ...right, analytics: 'both', timeline: unpromised }],
  ['read by either, and by that of v2', { ...right, analytics: 'both' }],
])('nothing is wrong with an order %s', (_, evidence) => {
  expect(orderViolations(evidence)).toEqual([]);
});

test.each<[string, number, Evidence]>([
  [
    'a cent that got lost on the way',
    3,
    { ...right, message: { ...message, totalAmount: 1_179 }, ticket: right.ticket.replace('<th>11.80', '<th>11.79') },
  ],
  [
    'a line with another price',
    3,
    { ...right, row: { ...right.row, items: [{ ...right.row.items[0]!, unitPrice: '5.91' }] } },
  ],
  ['a promise that v2 did not say', 3, { ...right, message: { ...message, promisedDeliveryAt: null } }],
  ['a promise that v1 said', 3, { ...byV1, message }],
  ['a promise of another minute', 3, { ...right, row: { ...right.row, promised: placed } }],
  ['a promise that was lost at v2', 5, { ...right, timeline: unpromised }],
  ['a promise that v1 cannot know of', 5, { ...right, analytics: 'v1' }],
  [
    'a promise of another minute in analytics',
    5,
    { ...right, analytics: 'both', timeline: { placed, promised: placed } },
  ],
  ['an order that analytics does not have', 5, { ...byV1, timeline: undefined }],
  ["a ticket without the order's lines", 7, { ...right, ticket: '<p>order placed</p>' }],
])('%s is found', (_, invariant, evidence) => {
  expect(orderViolations(evidence).map((violation) => violation.invariant)).toEqual([invariant]);
});
