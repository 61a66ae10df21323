// The dead-letter routes, over a dead-letter admin that records its calls.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deadLetterRoutes, type DeadLetterAdmin, type StoppedPartitionAdmin } from '../src/index.ts';
import { openSmallService, type SmallService } from './small-service.ts';

const deadLetter = {
  id: 'order-events-0-17',
  topic: 'order-events',
  reason: 'APPLY_FAILED',
  error: 'Error: no',
  eventType: null,
  eventId: null,
  aggregateId: null,
  aggregateVersion: null,
  partition: 4,
  offset: '99',
  attempts: 3,
  redrives: 0,
  at: '2026-11-24T12:00:00.000Z',
  redriven: null,
};
const report = {
  dryRun: true,
  byReason: { A: 1 },
  ids: [deadLetter.id],
  refused: { alreadyRedriven: 0, tooOften: 0, withoutContent: 0 },
  more: false,
};
const details = {
  ...deadLetter,
  headers: { a: 'b' },
  size: 4,
  message: { eventType: 'X', at: new Date(0) },
  hex: null,
};

let http: SmallService;
let calls: unknown[];
let isAway = false;
const record = <T>(call: unknown, result: T): Promise<T> => {
  calls.push(call);
  return isAway ? Promise.reject(new Error('the password is hunter2')) : Promise.resolve(result);
};
const stopped = {
  topic: 'order-events',
  partition: 4,
  first: '17',
  last: '19',
  bytes: 100,
  error: 'Codec 5 is unknown.',
  stoppedAt: '2026-11-24T12:00:00.000Z',
  skipRequestedBy: null,
};
const admin: DeadLetterAdmin & StoppedPartitionAdmin = {
  list: (filter, page) =>
    record({ filter, ...page }, { deadLetters: [deadLetter], next: { topic: 'x.dlq', partition: 0, offset: 18n } }),
  get: (id) => record({ id }, id === deadLetter.id ? details : null),
  redrive: (request) => record(request, report),
  stoppedPartitions: () => record('stopped', [stopped]),
  skipBatch: (request) => record(request, request.first === stopped.first),
};

beforeAll(async () => {
  http = await openSmallService();
  deadLetterRoutes(http, { path: '/v1/dishes/dead-letters', admin });
});
afterAll(() => http.close());
beforeEach(() => {
  calls = [];
  isAway = false;
});

const ask = async (method: 'GET' | 'POST', path: string, body?: object, role = 'admin') => {
  const headers = { authorization: `Bearer ${role}` };
  const url = `/v1/dishes/dead-letters${path}`;
  const reply = await http.inject({ method, url, headers, ...(body && { payload: body }) });
  return { status: reply.statusCode, body: reply.json<Record<string, unknown>>() };
};

test.each(['customer', 'staff', 'service'])('a %s gets nothing', async (role) => {
  const replies = [
    await ask('GET', '', undefined, role),
    await ask('GET', `/${deadLetter.id}`, undefined, role),
    await ask('POST', '/redrive', {}, role),
    await ask('GET', '/stopped-partitions', undefined, role),
    await ask('POST', '/stopped-partitions/skip', {}, role),
  ];
  expect([replies.map(({ status }) => status), calls]).toEqual([[403, 403, 403, 403, 403], []]);
});

test('the list has filters, and continues where the previous page ended', async () => {
  const filters = 'reason=APPLY_FAILED&redriven=false&from=2026-11-24T00:00:00Z';
  const { status, body } = await ask('GET', `?${filters}&limit=1`);
  expect([status, body['data']]).toEqual([200, [deadLetter]]);
  await ask('GET', `?${filters}&limit=1&cursor=${String(body['nextCursor'])}`);
  const filter = { reason: 'APPLY_FAILED', redriven: false, from: '2026-11-24T00:00:00Z' };
  expect(calls).toEqual([
    { filter, limit: 1, from: undefined },
    { filter, limit: 1, from: { topic: 'x.dlq', partition: 0, offset: 18n } },
  ]);
});

test('a dead letter is shown with its headers and content, and an unknown one is 404', async () => {
  expect((await ask('GET', `/${deadLetter.id}`)).body).toMatchObject({
    headers: { a: 'b' },
    message: { eventType: 'X', at: '1970-01-01T00:00:00.000Z' },
  });
  expect(await ask('GET', '/order-events-0-18')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
});

test('a redrive records its caller, and does not force by default', async () => {
  expect(await ask('POST', '/redrive', { topic: 'order-events', dryRun: true })).toEqual({ status: 200, body: report });
  expect(calls).toEqual([
    {
      filter: { topic: 'order-events' },
      id: undefined,
      limit: 100,
      dryRun: true,
      force: false,
      by: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  ]);
});

describe('an invalid request is refused', () => {
  test.each([
    ['GET', '?cursor=bm9uc2Vuc2U', undefined],
    ['GET', `?cursor=${Buffer.from('["a","b","c"]').toString('base64url')}`, undefined],
    ['GET', '?limit=0', undefined],
    ['GET', '?from=yesterday', undefined],
    ['GET', '?from=2026-11-24T00:00:00Z&to=2026-11-24T00:00:00Z', undefined],
    ['GET', '?to=2016-12-31T23:59:60Z', undefined],
    ['GET', '?to=9999-12-31T23:59:59-23:59', undefined],
    ['GET', '?colour=red', undefined],
    ['POST', '/redrive', { limit: 1_001 }],
    ['POST', '/redrive', { force: 'yes' }],
  ] as const)('%s %s %j', async (method, path, body) => {
    expect(await ask(method, path, body)).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    expect(calls).toEqual([]);
  });
});

test('while Kafka is away the answer is 503, without secrets', async () => {
  isAway = true;
  for (const reply of [
    await ask('GET', ''),
    await ask('GET', `/${deadLetter.id}`),
    await ask('POST', '/redrive', {}),
  ]) {
    expect(reply).toMatchObject({ status: 503, body: { code: 'DEAD_LETTERS_UNAVAILABLE' } });
    expect(JSON.stringify(reply.body)).not.toContain('hunter2');
  }
});

test('the batch at which a partition has stopped is skipped in the name of the caller', async () => {
  expect(await ask('GET', '/stopped-partitions')).toEqual({ status: 200, body: { data: [stopped] } });
  const place = { topic: 'order-events', partition: 4, first: '17' };
  expect(await ask('POST', '/stopped-partitions/skip', place)).toMatchObject({ status: 202 });
  expect(calls.at(-1)).toMatchObject({ ...place, by: expect.any(String) });
  const elsewhere = await ask('POST', '/stopped-partitions/skip', { ...place, first: '18' });
  expect(elsewhere).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  expect(elsewhere.body['detail']).toContain('has not stopped at offset 18; see the list');
  isAway = true;
  expect(await ask('POST', '/stopped-partitions/skip', place)).toMatchObject({ status: 503 });
});
