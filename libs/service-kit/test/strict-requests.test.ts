// The error of an invalid request names each field, rule and value, all at once.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IdempotencyKey, ListQuery, Money, Timestamp, Type, Uuid } from '../src/index.ts';
import { openSmallService, type SmallService } from './small-service.ts';

const Line = Type.Object({
  quantity: Type.Integer({ minimum: 1, maximum: 100 }),
  size: Type.Union([Type.Literal('SMALL'), Type.Literal('LARGE')]),
  note: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  unit: Type.Optional(Type.String({ minLength: 1, maxLength: 20, pattern: '^\\S+$' })),
  unitPrice: Type.Optional(Money),
});
const Order = Type.Object({ orderId: Uuid, lines: Type.Array(Line, { minItems: 1 }) });
const OrdersQuery = Type.Object({
  ...ListQuery.properties,
  share: Type.Optional(Type.Number({ minimum: 0 })),
  open: Type.Optional(Type.Boolean()),
  from: Type.Optional(Timestamp),
});
const orderId = '6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11';
const withLines = (lines: unknown) => JSON.stringify({ orderId, lines });
const withLine = (given: object) => withLines([{ quantity: 1, size: 'SMALL', ...given }]);

let http: SmallService;
beforeAll(async () => {
  http = await openSmallService({ bodyLimitBytes: 1_000_000 });
  const open = { public: true } as const;
  http.post('/v1/orders', { config: open, schema: { body: Order } }, ({ body }) => body);
  http.get('/v1/orders', { config: open, schema: { querystring: OrdersQuery } }, ({ query }) => query);
  const headers = Type.Object({ 'idempotency-key': IdempotencyKey({ description: 'Names the request' }) });
  http.get('/v1/keys', { config: open, schema: { headers } }, () => ({}));
});
afterAll(() => http.close());

async function post(payload: string) {
  const headers = { 'content-type': 'application/json' };
  const reply = await http.inject({ method: 'POST', url: '/v1/orders', headers, payload });
  const { code, errors = [] } = reply.json<{ code?: string; errors?: { field: string; message: string }[] }>();
  return { status: reply.statusCode, code, errors };
}

describe('a body', () => {
  test('that follows the schema is taken', async () => {
    expect((await post(withLine({ note: 'a : "b" \\" \\u00e9 {}' }))).status).toBe(200);
  });

  test.each([
    [
      'an unknown field',
      withLine({ price: '0.01' }),
      'lines.0.price',
      'is unknown; known fields are quantity, size, note, unit, unitPrice',
    ],
    ['a missing field', withLines([{ size: 'SMALL' }]), 'lines.0.quantity', 'is missing'],
    ['a number as text', withLine({ quantity: '1' }), 'lines.0.quantity', 'must be an integer, not "1"'],
    ['a fraction', withLine({ quantity: 1.5 }), 'lines.0.quantity', 'must be an integer, not 1.5'],
    ['zero', withLine({ quantity: 0 }), 'lines.0.quantity', 'must be >= 1, not 0'],
    ['too many', withLine({ quantity: 2 ** 31 }), 'lines.0.quantity', 'must be <= 100, not 2147483648'],
    [
      'a fraction below the bound',
      withLine({ quantity: 0.5 }),
      'lines.0.quantity',
      'must be an integer and >= 1, not 0.5',
    ],
    [
      'a price above the bound',
      withLine({ unitPrice: '100000000.00' }),
      'lines.0.unitPrice',
      'must be an amount from 0.00 to 99999999.99 with two decimals, such as "12.50", not "100000000.00"',
    ],
    ['an empty text', withLine({ unit: '' }), 'lines.0.unit', 'must have 1 to 20 characters, not 0'],
    [
      'a text that breaks a rule without words',
      withLine({ unit: ' ' }),
      'lines.0.unit',
      'must be in the form that the API document describes, not " "',
    ],
    ['a word of another list', withLine({ size: 'HUGE' }), 'lines.0.size', 'must be one of SMALL, LARGE, not "HUGE"'],
    ['no id', withLine({}).replace(orderId, 'x'), 'orderId', 'must be a uuid, not "x"'],
    ['no lines', withLines([]), 'lines', 'must NOT have fewer than 1 items'],
    ['an array', '[]', 'body', 'must be an object, not an array'],
    ['null', 'null', 'body', 'must be an object; send one with content-type application/json'],
  ])('with %s is refused by field and reason', async (_what, body, field, message) => {
    const answer = await post(body);
    expect([answer.status, answer.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(answer.errors).toEqual([{ field, message }]);
  });

  test('with several mistakes gets all of them in one error', async () => {
    const answer = await post(withLines([{ quantity: 0, size: 'X', note: 7 }, { more: 1 }]));
    expect(answer.errors.map(({ field }) => field)).toEqual([
      'lines.0.quantity',
      'lines.0.size',
      'lines.0.note',
      'lines.1.quantity',
      'lines.1.size',
      'lines.1.more',
    ]);
  });

  test('with thousands of mistakes is answered at once, with one of them', async () => {
    await post(withLine({ quantity: 0 }));
    const startedAt = performance.now();
    const answer = await post(withLines(Array.from({ length: 5_000 }, () => 0)));
    expect(performance.now() - startedAt).toBeLessThan(250);
    expect(answer.errors).toHaveLength(1);
  });

  test('with 1e400 is refused', async () => {
    const answer = await post(withLine({}).replace('"quantity":1', '"quantity":1e400'));
    expect(answer.errors[0]?.field).toBe('lines.0.quantity');
  });

  test.each([
    ['100,000 open brackets', '['.repeat(100_000)],
    ['50,000 nested arrays', '['.repeat(50_000) + ']'.repeat(50_000)],
  ])('with %s is refused without a stall', async (_what, body) => {
    expect(await post(body)).toMatchObject({ status: 400, code: 'MALFORMED_BODY' });
  });

  test('with half a surrogate pair deep inside is refused by the path of its field', async () => {
    const answer = await post(withLine({ note: '@' }).replace('@', 'a\\ud83db'));
    expect(answer.errors.map(({ field }) => field)).toEqual(['lines.0.note']);
  });

  test('with a whole surrogate pair is taken', async () => {
    expect((await post(withLine({ note: '@' }).replace('@', '\\ud83d\\ude00'))).status).toBe(200);
  });
});

describe('a query', () => {
  const ask = async (query: string) => {
    const reply = await http.inject(`/v1/orders${query}`);
    return { status: reply.statusCode, ...reply.json<object>() };
  };

  test.each([
    ['?limit=0', 'limit', 'must be >= 1, not 0'],
    ['?limit=201', 'limit', 'must be <= 200, not 201'],
    ['?limit=ten', 'limit', 'must be an integer, not "ten"'],
    ['?limit=', 'limit', 'must be an integer, not ""'],
    ['?limit=1&limit=2', 'limit', 'must be an integer, not an array'],
    ['?sort=name', 'sort', 'is unknown; known fields are limit, cursor, share, open, from'],
    ['?limit=Infinity', 'limit', 'must be an integer, not "Infinity"'],
    ['?limit=1e400', 'limit', 'must be an integer, not "1e400"'],
    ['?limit=1e1', 'limit', 'must be an integer, not "1e1"'],
    ['?limit=0x10', 'limit', 'must be an integer, not "0x10"'],
    ['?limit=%20%205', 'limit', 'must be an integer, not "  5"'],
    ['?limit=%2B5', 'limit', 'must be an integer, not "+5"'],
    ['?limit=0.5', 'limit', 'must be an integer and >= 1, not 0.5'],
    [`?limit=${'9'.repeat(400)}`, 'limit', `must be an integer, not "${'9'.repeat(40)}..."`],
    ['?share=NaN', 'share', 'must be a number, not "NaN"'],
    ['?share=-Infinity', 'share', 'must be a number, not "-Infinity"'],
    ['?open=1', 'open', 'must be a boolean, not "1"'],
    ['?from=yesterday', 'from', 'must be a date-time, not "yesterday"'],
    [
      '?from=2026-01-31T12:00:00+02:00',
      'from',
      'must be a date-time, not "2026-01-31T12:00:00 02:00"; in a URL, write the plus sign of the zone as %2B',
    ],
  ])('%s is refused', async (query, field, message) => {
    expect(await ask(query)).toMatchObject({ status: 400, code: 'VALIDATION_FAILED', errors: [{ field, message }] });
  });

  test('converts plain decimal digits and booleans', async () => {
    expect(await ask('?limit=7&share=0.25&open=true')).toMatchObject({
      status: 200,
      limit: 7,
      share: 0.25,
      open: true,
    });
  });
});

test('a bad key is refused in words, without a regular expression', async () => {
  const reply = await http.inject({ url: '/v1/keys', headers: { 'idempotency-key': 'a b' } });
  expect(reply.json()).toMatchObject({
    code: 'VALIDATION_FAILED',
    errors: [
      {
        field: 'idempotency-key',
        message: 'must be 1 to 255 visible ASCII characters without blanks, not "a b"',
      },
    ],
  });
});
