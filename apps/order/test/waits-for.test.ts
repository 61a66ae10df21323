/** What an order waits for, case by case: given the evidence, the most concrete cause comes first. */

import { describe, expect, test } from 'vitest';
import type { AnsweredService, Evidence, ServiceEvidence, ServiceName } from '../src/domain/evidence.ts';
import { missingOf, timelineOf } from '../src/domain/timeline.ts';
import { waitsFor } from '../src/domain/waits-for.ts';

const placedAt = new Date('2026-11-29T12:00:00Z');
const now = new Date('2026-11-29T12:10:00Z');
const order: Evidence['order'] = {
  status: 'PENDING',
  version: 1,
  createdAt: placedAt,
  updatedAt: placedAt,
  promisedDeliveryAt: new Date('2026-11-29T12:45:00Z'),
};
const placed: Evidence['changes'][number] = {
  version: 1,
  from: null,
  to: 'PENDING',
  at: placedAt,
  by: { id: 'ann', role: 'customer' },
  reason: null,
  note: null,
  eventId: 'event-1',
  analyticsEventId: 'event-2',
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
};
const at = '2026-11-29T12:00:01.000Z';

function answered(service: ServiceName, messages: Partial<AnsweredService['messages']> = {}): AnsweredService {
  const all = [
    { eventId: 'event-1', topic: 'order-events', partition: 2, offset: '7', at },
    { eventId: 'event-2', topic: 'analytics-events', partition: 2, offset: '9', at },
  ];
  return {
    service,
    messages: {
      consumer: { group: `oms-${service}` },
      partitions: ['order-events', 'analytics-events'].map((topic) => {
        return { topic, partition: 2, committed: '10', lag: 0, stopped: null };
      }),
      applied: service === 'analytics' ? all : all.slice(0, 1),
      versions: [],
      waiting: [],
      deadLetters: [],
      missing: [],
      ...messages,
    },
    entries: [],
    retries: [],
    missing: [],
    ...(service === 'inventory' && { reservation: { state: 'CONFIRMED', attempt: 1, since: at } }),
  };
}

const healthy = [answered('inventory'), answered('notification'), answered('analytics')];

function evidence({ services = healthy, ...given }: Partial<Evidence> = {}): Evidence {
  return { order, changes: [placed], unpublished: [], now, services, ...given };
}

function withService(changed: ServiceEvidence): ServiceEvidence[] {
  return healthy.map((service) => (service.service === changed.service ? changed : service));
}

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
      atDeadline: 'The order counts as late, and goes on.',
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
