// Whatever goes wrong, the caller gets one problem document that says what, and no secret.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSmallService, type SmallService } from './small-service.ts';

let http: SmallService;
beforeAll(async () => {
  http = await openSmallService();
});
afterAll(() => http.close());

const post = (payload: string | Buffer, headers: Record<string, string> = {}) =>
  http.inject({
    method: 'POST',
    url: '/v1/dishes',
    payload,
    headers: { authorization: 'Bearer staff', 'content-type': 'application/json', ...headers },
  });
const get = (url: string) => http.inject({ method: 'GET', url });
type Reply = Awaited<ReturnType<typeof get>>;

function problemIn(reply: Reply): Record<string, unknown> {
  expect(reply.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(reply.headers['cache-control']).toBe('no-store');
  const problem = reply.json<Record<string, unknown>>();
  expect(problem).toMatchObject({
    type: `urn:oms:problem:${String(problem['code']).toLowerCase().replaceAll('_', '-')}`,
    title: expect.any(String),
    status: reply.statusCode,
    detail: expect.any(String),
  });
  return problem;
}

const said = (reply: Reply) => {
  const { code, errors } = problemIn(reply) as { code: string; errors?: { field: string; message: string }[] };
  return { status: reply.statusCode, code, fields: errors?.map(({ field }) => field) };
};

describe('a request that is not as it should be', () => {
  test('an address that is not there is 404, and the problem names it', async () => {
    const reply = await get('/v1/nowhere?token=secret');
    expect(said(reply)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect(reply.json<{ detail: string }>().detail).toBe('There is no GET /v1/nowhere.');
  });

  test.each([
    ['JSON that ends too early', '{"name":"soup"'],
    ['no body at all', ''],
    ['__proto__', '{"name":"soup","count":1,"__proto__":{"admin":true}}'],
    ['constructor.prototype', '{"name":"soup","count":1,"constructor":{"prototype":{"admin":true}}}'],
    ['the same field twice', '{"name":"soup","count":1,"count":2}'],
    ['the same field twice, once escaped', '{"name":"soup","count":1,"coun\\u0074":2}'],
    ['too deep a nest', `{"name":${'['.repeat(40)}${']'.repeat(40)}}`],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
  ])('a body with %s is refused as malformed', async (_what, body) => {
    expect(said(await post(body))).toMatchObject({ status: 400, code: 'MALFORMED_BODY' });
  });

  test.each([
    ['an unknown field', { name: 'soup', count: 1, price: '1.00' }, ['price']],
    ['a missing field', { name: 'soup' }, ['count']],
    ['a number written as text', { name: 'soup', count: '1' }, ['count']],
    ['a value out of bounds', { name: 'soup', count: 0 }, ['count']],
    ['null where nothing may be', { name: 'soup', count: 1, note: null }, ['note']],
    ['NUL in a text', { name: 'so\u0000up', count: 1 }, ['name']],
    ['half a surrogate pair', { name: 'so\ud800up', count: 1 }, ['name']],
    ['a list instead of an object', [], ['body']],
  ])('a body with %s is refused, and the field is named', async (_what, body, fields) => {
    const reply = await post(JSON.stringify(body));
    expect(said(reply)).toEqual({ status: 400, code: 'VALIDATION_FAILED', fields });
  });

  test('all mistakes of a body are named at once', async () => {
    const reply = await post(JSON.stringify({ count: 'x', price: 1 }));
    expect(said(reply).fields?.sort()).toEqual(['count', 'name', 'price']);
  });

  test('an unknown query field, a query and a path of the wrong type are refused, and named', async () => {
    expect(said(await get('/v1/dishes/1?limits=2')).fields).toEqual(['limits']);
    expect(said(await get('/v1/dishes/1?limit=many')).fields).toEqual(['limit']);
    expect(said(await get('/v1/dishes/one')).fields).toEqual(['id']);
  });

  test('queries and paths are converted to their types, and get their defaults', async () => {
    expect((await get('/v1/dishes/7?limit=3')).json()).toEqual({ id: 7, limit: 3 });
    expect((await get('/v1/dishes/7')).json()).toEqual({ id: 7, limit: 50 });
  });

  test('NUL and broken percent-encoding in an address are refused', async () => {
    expect(said(await get('/v1/dishes/1?limit=%00'))).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    expect(said(await get('/v1/dishes/%zz'))).toMatchObject({ status: 400, code: 'MALFORMED_REQUEST' });
  });

  test('a body that is too large is 413, one of another kind or compressed is 415', async () => {
    const large = JSON.stringify({ name: 'soup', count: 1, note: 'x'.repeat(2_000) });
    expect(said(await post(large))).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
    const plain = await post('name=soup', { 'content-type': 'application/x-www-form-urlencoded' });
    expect(said(plain)).toMatchObject({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
    const packed = await post('{}', { 'content-encoding': 'gzip' });
    expect(said(packed)).toMatchObject({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
  });
});

describe('an error thrown on the way', () => {
  test('a refusal becomes its problem with its extras, which cannot replace a standard member', async () => {
    const problem = problemIn(await get('/v1/failures/sold-out'));
    expect(problem).toEqual({
      type: 'urn:oms:problem:sold-out',
      title: 'There is none left',
      status: 409,
      detail: 'There is no soup left.',
      code: 'SOLD_OUT',
      left: 0,
    });
  });

  test('a problem that passes says when to come back', async () => {
    const reply = await get('/v1/failures/later');
    expect(said(reply)).toMatchObject({ status: 503, code: 'LATER' });
    expect(reply.headers['retry-after']).toBe('7');
  });

  test.each(['unforeseen', 'unlisted'])('an %s error is 500 and keeps its words to itself', async (kind) => {
    const reply = await get(`/v1/failures/${kind}`);
    expect(said(reply)).toMatchObject({ status: 500, code: 'INTERNAL' });
    expect(reply.body).not.toMatch(/hunter2|secret/);
  });
});
