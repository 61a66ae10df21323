import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deadLetterRoutes, type DeadLetters } from '../src/index.ts';
import { openSmallService, type SmallService } from './small-service.ts';

const letter = {
  ...{ id: 'order-events-0-17', topic: 'order-events', reason: 'APPLY_FAILED', error: 'Error: no', eventType: null },
  ...{ eventId: null, aggregateId: null, aggregateVersion: null, partition: 4, offset: '99', attempts: 3, redrives: 0 },
  ...{ at: '2026-11-24T12:00:00.000Z', redriven: null },
};
const report = {
  dryRun: true,
  byReason: { A: 1 },
  ids: [letter.id],
  refused: { alreadyRedriven: 0, tooOften: 0 },
  more: false,
};
const inFull = { ...letter, headers: { a: 'b' }, size: 4, message: { eventType: 'X', at: new Date(0) }, hex: null };

let http: SmallService;
let asked: unknown[];
let isAway = false;
const note = <T>(question: unknown, answer: T): Promise<T> => {
  asked.push(question);
  return isAway ? Promise.reject(new Error('the password is hunter2')) : Promise.resolve(answer);
};
const letters: DeadLetters = {
  list: (filter, o) =>
    note({ filter, ...o }, { deadLetters: [letter], next: { topic: 'x.dlq', partition: 0, offset: 18n } }),
  get: (id) => note({ id }, id === letter.id ? inFull : null),
  redrive: (wish) => note(wish, report),
};

beforeAll(async () => {
  http = await openSmallService();
  deadLetterRoutes(http, { path: '/v1/dishes/dead-letters', letters });
});
afterAll(() => http.close());
beforeEach(() => {
  asked = [];
  isAway = false;
});

const ask = async (method: 'GET' | 'POST', path: string, body?: object, role = 'admin') => {
  const headers = { authorization: `Bearer ${role}` };
  const url = `/v1/dishes/dead-letters${path}`;
  const reply = await http.inject({ method, url, headers, ...(body && { payload: body }) });
  return { status: reply.statusCode, body: reply.json<Record<string, unknown>>() };
};

test.each(['customer', 'staff', 'service'])('a %s gets nothing of it', async (role) => {
  const replies = [
    await ask('GET', '', undefined, role),
    await ask('GET', `/${letter.id}`, undefined, role),
    await ask('POST', '/redrive', {}, role),
  ];
  expect([replies.map(({ status }) => status), asked]).toEqual([[403, 403, 403], []]);
});

test('the list takes filters and goes on where the page before ended', async () => {
  const { status, body } = await ask('GET', '?reason=APPLY_FAILED&redriven=false&limit=1&from=2026-11-24T00:00:00Z');
  expect([status, body['data']]).toEqual([200, [letter]]);
  await ask('GET', `?limit=1&cursor=${String(body['nextCursor'])}`);
  expect(asked).toEqual([
    { filter: { reason: 'APPLY_FAILED', redriven: false, from: '2026-11-24T00:00:00Z' }, limit: 1, from: undefined },
    { filter: {}, limit: 1, from: { topic: 'x.dlq', partition: 0, offset: 18n } },
  ]);
});

test('a letter is shown in full, and one that is not there is not found', async () => {
  expect((await ask('GET', `/${letter.id}`)).body).toMatchObject({
    ...{ headers: { a: 'b' }, message: { eventType: 'X', at: '1970-01-01T00:00:00.000Z' } },
  });
  expect(await ask('GET', '/order-events-0-18')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
});

test('a redrive is done in the name of who asks, and does not force unless told', async () => {
  expect(await ask('POST', '/redrive', { topic: 'order-events', dryRun: true })).toEqual({ status: 200, body: report });
  expect(asked).toEqual([
    {
      ...{ filter: { topic: 'order-events' }, id: undefined, limit: 100, dryRun: true, force: false },
      by: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  ]);
});

describe('refused is', () => {
  test.each([
    ['GET', '?cursor=bm9uc2Vuc2U', undefined],
    ['GET', `?cursor=${Buffer.from('["a","b","c"]').toString('base64url')}`, undefined],
    ['GET', '?limit=0', undefined],
    ['GET', '?from=yesterday', undefined],
    ['GET', '?colour=red', undefined],
    ['POST', '/redrive', { limit: 1_001 }],
    ['POST', '/redrive', { force: 'yes' }],
  ] as const)('%s %s %j', async (method, path, body) => {
    expect(await ask(method, path, body)).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    expect(asked).toEqual([]);
  });
});

test('while Kafka is away the caller is asked to come back, and told no secrets', async () => {
  isAway = true;
  for (const reply of [await ask('GET', ''), await ask('GET', `/${letter.id}`), await ask('POST', '/redrive', {})]) {
    expect(reply).toMatchObject({ status: 503, body: { code: 'DEAD_LETTERS_UNAVAILABLE' } });
    expect(JSON.stringify(reply.body)).not.toContain('hunter2');
  }
});
