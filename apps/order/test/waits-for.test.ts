/** What an order waits for, case by case: given the evidence, the most concrete cause comes first. */

import { describe, expect, test } from 'vitest';
import type { Evidence } from '../src/domain/evidence.ts';
import { missingOf, timelineOf } from '../src/domain/timeline.ts';
import { waitsFor } from '../src/domain/waits-for.ts';
import { answered, at, evidence, healthy, order, placed, placedAt, withService } from './evidence-fixture.ts';

const causesOf = (given: Evidence) => waitsFor(given).map(({ cause }) => cause);
const firstOf = (given: Evidence) => waitsFor(given)[0];

describe('messages', () => {
  test('one that Kafka does not have comes first, and nobody is blamed for not having applied it', () => {
    const unpublished = [{ topic: 'order-events', eventType: 'ORDER_PLACED', version: 1, since: at }];
    const services = withService(answered('inventory', { applied: [] }));
    expect(waitsFor(evidence({ unpublished, services }))).toMatchObject([
      { cause: 'NOT_PUBLISHED', what: 'ORDER_PLACED (version 1) to be published to order-events', since: at },
      { cause: 'KITCHEN_TO_ACCEPT' },
    ]);
  });

  test('one that was not applied names the consumer, how far it is behind, and where', () => {
    const partitions = [{ topic: 'order-events', partition: 2, committed: '5', lag: 12, stopped: null }];
    const services = withService(answered('notification', { applied: [], partitions }));
    expect(firstOf(evidence({ services }))).toMatchObject({
      cause: 'CONSUMER_BEHIND',
      what: 'oms-notification to apply ORDER_PLACED (version 1): it is 12 messages behind in partition 2 of order-events, at offset 5',
      whose: 'the consumer oms-notification of notification',
      since: placedAt.toISOString(),
    });
  });

  test('a consumer whose position is not known is named too', () => {
    const services = withService(answered('notification', { applied: [], partitions: [] }));
    expect(firstOf(evidence({ services }))).toMatchObject({
      cause: 'CONSUMER_BEHIND',
      what: 'oms-notification to apply ORDER_PLACED (version 1): where it reads is not known, because Kafka did not answer',
    });
  });

  test('a stopped partition names the consumer, the offset and the reason', () => {
    const stopped = { offset: '5', error: 'unknown compression', since: at };
    const partitions = [{ topic: 'order-events', partition: 2, committed: '5', lag: 3, stopped }];
    const services = withService(answered('inventory', { applied: [], partitions }));
    expect(firstOf(evidence({ services }))).toMatchObject({
      cause: 'CONSUMER_STOPPED',
      what: 'oms-inventory to apply ORDER_PLACED (version 1): its partition 2 of order-events has stopped at offset 5, because a record batch cannot be read (unknown compression)',
      since: at,
    });
  });

  const deadLetter = {
    topic: 'order-events',
    partition: 2,
    offset: '7',
    eventType: 'ORDER_PLACED',
    version: 1,
    reason: 'APPLY_FAILED',
    error: 'Error: cannot digest this',
    at,
  };

  test('a dead letter names the consumer and the reason', () => {
    const services = withService(
      answered('analytics', { applied: [], deadLetters: [{ ...deadLetter, applied: false }] }),
    );
    expect(firstOf(evidence({ services }))).toMatchObject({ cause: 'DEAD_LETTER', since: at });
    expect(firstOf(evidence({ services }))?.what).toContain(
      'oms-analytics sent it to the dead letters as APPLY_FAILED',
    );
  });

  test('a dead letter that was redriven and applied is the past', () => {
    const services = withService(answered('analytics', { deadLetters: [{ ...deadLetter, applied: true }] }));
    expect(causesOf(evidence({ services }))).toEqual(['KITCHEN_TO_ACCEPT']);
  });

  test('one that waits for an earlier version says so', () => {
    const waiting = [{ topic: 'order-events', partition: 2, offset: '8', version: 2, since: at }];
    const services = withService(answered('notification', { applied: [], waiting }));
    expect(firstOf(evidence({ services }))).toMatchObject({ cause: 'EARLIER_MESSAGE_MISSING', since: at });
  });

  test('one that was passed without being applied is not called late', () => {
    const services = withService(answered('notification', { applied: [] }));
    expect(firstOf(evidence({ services }))?.cause).toBe('MESSAGE_NOT_APPLIED');
    const soon = new Date(placedAt.getTime() + 1_000);
    expect(firstOf(evidence({ services, now: soon }))?.cause).toBe('CONSUMER_BEHIND');
  });

  test('one that was never applied is found, though a later one was', () => {
    const changed = {
      ...placed,
      version: 2,
      from: 'PENDING',
      to: 'PREPARING',
      eventId: 'event-3',
      analyticsEventId: 'event-4',
    } as const;
    const services = withService(
      answered('inventory', {
        applied: [{ eventId: 'event-3', topic: 'order-events', partition: 2, offset: '8', at }],
        versions: [{ topic: 'order-events', version: 2 }],
      }),
    );
    const found = waitsFor(evidence({ services, changes: [placed, changed] })).find(({ what }) =>
      what.includes('oms-inventory'),
    );
    expect(found).toMatchObject({ cause: 'MESSAGE_NOT_APPLIED' });
    expect(found?.what).toContain('ORDER_PLACED (version 1)');
  });

  test('one whose id is not known counts as applied by the version of its aggregate', () => {
    const services = withService(
      answered('analytics', {
        applied: [{ eventId: 'event-1', topic: 'order-events', partition: null, offset: null, at }],
        versions: [{ topic: 'analytics-events', version: 1 }],
      }),
    );
    expect(causesOf(evidence({ services, changes: [{ ...placed, analyticsEventId: null }] }))).toEqual([
      'KITCHEN_TO_ACCEPT',
    ]);
  });

  test('what the inboxes have forgotten is missing evidence, not a missing message', () => {
    const services = healthy.map(({ service }) => answered(service, { applied: [] }));
    const later = new Date('2027-02-01T00:00:00Z');
    const given = evidence({ services, now: later, order: { ...order, status: 'DELIVERED' } });
    expect(waitsFor(given)).toEqual([]);
    expect(missingOf(given)).toContainEqual({
      what: 'when consumers applied the messages',
      reason: 'Inboxes keep their rows for 40 days.',
    });
  });
});

describe('a service that does not answer', () => {
  const silent = {
    service: 'notification',
    silent: "notification can't be reached: no answer within 1000 ms",
  } as const;

  test('is named with its consumer, is missing, and hides nothing else', () => {
    const given = evidence({ services: withService(silent) });
    expect(causesOf(given)).toEqual(['SERVICE_SILENT', 'KITCHEN_TO_ACCEPT']);
    expect(firstOf(given)?.what).toContain('oms-notification');
    expect(missingOf(given)).toEqual([{ what: 'what notification knows', reason: silent.silent }]);
    expect(timelineOf(given).map(({ service }) => service)).toContain('inventory');
  });
});

describe('the reservation', () => {
  test.each([
    ['HELD', 'PENDING', true],
    ['RELEASED', 'PREPARING', true],
    ['WRITTEN_OFF', 'PREPARING', true],
    ['SOLD', 'CANCELLED', true],
    ['CONFIRMED', 'PENDING', false],
    ['SOLD', 'PREPARING', false],
    ['WRITTEN_OFF', 'CANCELLED', false],
  ] as const)('%s of an order that is %s: waits for it: %s', (state, status, isWaiting) => {
    const services = withService({ ...answered('inventory'), reservation: { state, attempt: 1, since: at } });
    expect(causesOf(evidence({ order: { ...order, status }, services })).includes('RESERVATION')).toBe(isWaiting);
  });

  test('is missing for an order that is not final', () => {
    const services = withService({ ...answered('inventory'), reservation: null });
    expect(firstOf(evidence({ services }))?.what).toContain('which is missing');
  });

  test('is not blamed while inventory has not applied the message', () => {
    const partitions = [{ topic: 'order-events', partition: 2, committed: '5', lag: 1, stopped: null }];
    const held = { state: 'HELD', attempt: 1, since: at };
    const services = withService({ ...answered('inventory', { applied: [], partitions }), reservation: held });
    expect(causesOf(evidence({ services }))).toEqual(['CONSUMER_BEHIND', 'KITCHEN_TO_ACCEPT']);
  });
});

test('a notification that was given up is named before the kitchen, one that is tried again is not', () => {
  const retry = { what: 'EMAIL about ORDER_PLACED', attempts: 8, error: 'refused' };
  const given = (nextAt: string | null) =>
    evidence({ services: withService({ ...answered('notification'), retries: [{ ...retry, nextAt }] }) });
  expect(causesOf(given(null))).toEqual(['NOTIFICATION_FAILED', 'KITCHEN_TO_ACCEPT']);
  expect(causesOf(given(at))).toEqual(['KITCHEN_TO_ACCEPT']);
});

test('the timeline is in the order of time, and each message has its place', () => {
  const entries = timelineOf(evidence());
  expect(entries.map(({ at: time }) => time)).toEqual(entries.map(({ at: time }) => time).toSorted());
  expect(entries).toContainEqual({
    at,
    service: 'analytics',
    kind: 'APPLIED',
    text: 'Applied NEW_ORDER (version 1)',
    message: { topic: 'analytics-events', partition: 2, offset: '9', eventId: 'event-2', consumer: 'oms-analytics' },
  });
});
