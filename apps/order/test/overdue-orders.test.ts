/** Which orders wait too long in other services: each is asked about the messages that it reads, and a silent one is left out. */

import { expect, test } from 'vitest';
import { Refusal, UnreachableError, type HttpClient } from '@oms/service-kit';
import { createAskOverdue } from '../src/clients/overdue-orders.ts';

const at = new Date('2026-11-29T12:00:00Z');
const before = new Date('2026-11-29T12:05:00Z');
const expected = [
  { orderId: 'order-1', topic: 'order-events', eventId: 'event-1', at },
  { orderId: 'order-1', topic: 'analytics-events', eventId: 'event-2', at },
];

function clientOf(answer: unknown, asked: unknown[] = []): HttpClient {
  return {
    post<T>(path: string, body: unknown) {
      asked.push([path, body]);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer as T);
    },
    close: () => Promise.resolve(),
  };
}
const nothing = { unapplied: [], orders: [] };

test('a message that is not applied, a dead letter and a reservation are found with their service and time', async () => {
  const inventory = clientOf({
    unapplied: ['event-1'],
    orders: [{ orderId: 'order-2', cause: 'RESERVATION', since: '2026-11-29T11:00:00.000Z' }],
  });
  const ask = createAskOverdue({ inventory, notification: clientOf(nothing), analytics: clientOf(nothing) });
  expect(await ask(expected, before)).toEqual({
    found: [
      { orderId: 'order-2', cause: 'RESERVATION', source: 'inventory', since: new Date('2026-11-29T11:00:00Z') },
      { orderId: 'order-1', cause: 'MESSAGE', source: 'inventory', since: at },
    ],
    answered: ['inventory', 'notification', 'analytics'],
  });
});

test('each service is asked about the topics that it reads', async () => {
  const [ofInventory, ofAnalytics]: [unknown[], unknown[]] = [[], []];
  const ask = createAskOverdue({
    inventory: clientOf(nothing, ofInventory),
    notification: null,
    analytics: clientOf(nothing, ofAnalytics),
  });
  const { answered } = await ask(expected, before);
  const body = (eventIds: string[]) => ['/internal/orders/overdue', { eventIds, before: before.toISOString() }];
  expect(ofInventory).toEqual([body(['event-1'])]);
  expect(ofAnalytics).toEqual([body(['event-1', 'event-2'])]);
  expect(answered).toEqual(['inventory', 'analytics']);
});

test('a service that does not answer, or does not know the route yet, says nothing; any other error is thrown', async () => {
  const ask = (inventory: HttpClient) =>
    createAskOverdue({ inventory, notification: null, analytics: null })(expected, before);
  const silent = { found: [], answered: [] };
  expect(await ask(clientOf(new UnreachableError('inventory', 'no answer')))).toEqual(silent);
  expect(await ask(clientOf(new Refusal('NOT_FOUND', 'There is no such route.')))).toEqual(silent);
  await expect(ask(clientOf(new Error('a defect')))).rejects.toThrow('a defect');
});
