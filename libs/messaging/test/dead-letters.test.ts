import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  deadLetterId,
  belongsToGroup,
  toDeadLetter,
  matchesFilter,
  parseDeadLetterId,
  toRedrivenMessage,
  readableHeaders,
} from '../src/dead-letters/dead-letters.ts';

const orderId = randomUUID();
const received = (headers: Record<string, string | Buffer> = {}) => ({
  topic: 'order-events.dlq',
  partition: 0,
  offset: 17n,
  key: Buffer.from(orderId),
  value: Buffer.from([7, 0, 255]),
  headers: {
    ce_type: 'ORDER_PLACED',
    ce_id: 'e',
    traceparent: Buffer.from('00-t'),
    dlq_reason: 'APPLY_FAILED',
    dlq_error: 'Error: no',
    dlq_topic: 'order-events',
    dlq_partition: '4',
    dlq_offset: '99',
    dlq_at: '2026-11-24T12:00:00.000Z',
    dlq_attempts: '3',
    dlq_consumer: 'oms-inventory',
    ...headers,
  },
});

test('the id of a dead letter is its place, by which it is found', () => {
  expect(deadLetterId(received())).toBe('order-events-0-17');
  expect(parseDeadLetterId('order-events-0-17')).toEqual({ topic: 'order-events.dlq', partition: 0, offset: 17n });
});

test.each(['', 'order-events', 'order-events-0', 'order-events-0-x', '../x-0-1', 'a-0-1\n', `a-0-${'9'.repeat(19)}`])(
  'the text %j is the id of no dead letter',
  (text) => expect(parseDeadLetterId(text)).toBeUndefined(),
);

test('a dead letter has its reason, its origin and its message', () => {
  expect(toDeadLetter(received({ ce_aggregateversion: '2' }))).toMatchObject({
    topic: 'order-events',
    reason: 'APPLY_FAILED',
    error: 'Error: no',
    partition: 4,
    offset: '99',
    attempts: 3,
    eventType: 'ORDER_PLACED',
    aggregateId: orderId,
    aggregateVersion: 2,
    redrives: 0,
    redriven: null,
  });
});

test('a dead letter of another group is not one of mine', () => {
  expect([belongsToGroup(received(), 'oms-inventory'), belongsToGroup(received(), 'oms-analytics')]).toEqual([
    true,
    false,
  ]);
});

describe('a filter', () => {
  const deadLetter = toDeadLetter(received());
  test.each([
    [{}, true],
    [{ topic: 'order-events', reason: 'APPLY_FAILED', eventType: 'ORDER_PLACED', redriven: false }, true],
    [{ aggregateId: orderId.toUpperCase() }, true],
    [{ reason: 'VERSION_GAP' }, false],
    [{ eventType: 'NEW_ORDER' }, false],
    [{ aggregateId: randomUUID() }, false],
    [{ redriven: true }, false],
    [{ from: '2026-11-24T12:00:00Z', to: '2026-11-24T12:00:00.001Z' }, true],
    [{ from: '2026-11-24T12:00:00.001Z' }, false],
    [{ to: '2026-11-24T12:00:00Z' }, false],
  ])('%j: %s', (filter, fits) => expect(matchesFilter(deadLetter, filter)).toBe(fits));
});

describe('what is put back', () => {
  const by = { by: 'somebody', at: new Date('2026-11-24T13:00:00Z') };

  test('is the message as it was: topic, key, bytes and headers, without what made it a dead letter', () => {
    const deadLetter = received();
    expect(toRedrivenMessage(deadLetter, by)).toEqual({
      topic: 'order-events',
      key: deadLetter.key,
      value: deadLetter.value,
      headers: {
        ce_type: 'ORDER_PLACED',
        ce_id: 'e',
        traceparent: deadLetter.headers['traceparent'],
        dlq_redrives: '1',
        dlq_redriven_by: 'somebody',
        dlq_redriven_at: '2026-11-24T13:00:00.000Z',
      },
    });
  });

  test('counts its redrives, whatever another program wrote there', () => {
    const redrives = (count: string) =>
      toRedrivenMessage(received({ dlq_redrives: count }), by).headers['dlq_redrives'];
    expect([redrives('2'), redrives('-5'), redrives('x'), redrives('1e99')]).toEqual(['3', '1', '1', '1']);
  });
});

test('a header that is no text is shown in hex', () => {
  expect(readableHeaders({ a: Buffer.from('ö'), b: Buffer.from([255, 0]), c: ['x', 'y'] })).toEqual({
    a: 'ö',
    b: '0xff00',
    c: 'x, y',
  });
});
