// The body limit of a route, and what a body costs that is far from valid.
import { performance } from 'node:perf_hooks';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { largestOf } from '../src/http/body-limits.ts';
import { closeObjects } from '../src/http/validation.ts';
import { LinesText, Money, Type, Uuid } from '../src/index.ts';
import { openSmallService, type SmallService } from './small-service.ts';

const Order = Type.Object({
  items: Type.Array(
    Type.Object({
      itemId: Uuid,
      quantity: Type.Integer(),
      note: Type.Optional(LinesText({ lengthMax: 200, description: '' })),
    }),
    { maxItems: 100 },
  ),
  city: Type.String({ maxLength: 100 }),
});

const FewLines = Type.Object({ ...Order.properties, items: Type.Array(Order.properties.items.items, { maxItems: 5 }) });

let http: SmallService;
beforeAll(async () => {
  http = await openSmallService({ bodyLimitBytes: 1_048_576 });
  http.post('/v1/orders', { config: { public: true }, schema: { body: Order } }, () => ({}));
  http.post('/v1/nothing', { config: { public: true }, schema: { params: Type.Object({}) } }, () => ({}));
  http.post('/v1/text', { config: { public: true }, schema: { body: Type.Object({ x: Type.String() }) } }, () => ({}));
  http.post('/v1/own', { config: { public: true }, bodyLimit: 10, schema: { body: Order } }, () => ({}));
});
afterAll(() => http.close());

async function send(url: string, body: unknown) {
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  const startedAt = performance.now();
  const reply = await http.inject({ method: 'POST', url, headers: { 'content-type': 'application/json' }, payload });
  return { status: reply.statusCode, code: reply.json<{ code?: string }>().code, ms: performance.now() - startedAt };
}

const itemId = '6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11';
const largest = (letter: string) => ({
  items: Array.from({ length: 100 }, () => ({ itemId, quantity: 1_000, note: letter.repeat(200) })),
  city: letter.repeat(100),
});

describe('the limit of a route', () => {
  test.each(['a', 'é', '中', '🏠'])('allows its largest valid body, of %s', async (letter) => {
    expect((await send('/v1/orders', largest(letter))).status).toBe(200);
    const spelled = JSON.stringify(largest(letter)).replace(
      /[^\x20-\x7e]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    expect((await send('/v1/orders', spelled)).status).toBe(200);
    expect((await send('/v1/orders', JSON.stringify(largest(letter), null, 2))).status).toBe(200);
  });

  test('is a few times that, and not the limit of the process', async () => {
    const valid = JSON.stringify(largest('🏠'));
    expect((await send('/v1/orders', `${' '.repeat(8 * valid.length)}${valid}`)).code).toBe('PAYLOAD_TOO_LARGE');
  });

  test('is small where no body is expected', async () => {
    expect((await send('/v1/nothing', `{"x":"${'y'.repeat(5_000)}"}`)).code).toBe('PAYLOAD_TOO_LARGE');
  });

  test('is that of the process where the schema has none, and its own where it says so', async () => {
    expect((await send('/v1/text', { x: 'y'.repeat(500_000) })).status).toBe(200);
    expect((await send('/v1/own', largest('a'))).code).toBe('PAYLOAD_TOO_LARGE');
  });
});

describe('a body of unknown fields', () => {
  const fields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]));
  test.each([
    ['in one object', fields(15_000)],
    ['in nested objects', { items: Array.from({ length: 1_000 }, () => fields(10)) }],
    ['in a list that is too long', { items: Array.from({ length: 20_000 }, () => ({ a: 1 })) }],
  ])('%s costs little', async (_what, body) => {
    const durations: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      const { status, ms } = await send('/v1/orders', body);
      expect(status).toBe(400);
      durations.push(ms);
    }
    expect(Math.min(...durations)).toBeLessThan(50);
  });

  test('that are few are named', async () => {
    const payload = JSON.stringify({ ...largest('a'), surprise: 1 });
    const reply = await http.inject({
      method: 'POST',
      url: '/v1/orders',
      headers: { 'content-type': 'application/json' },
      payload,
    });
    expect(reply.json<{ detail: string }>().detail).toContain('surprise');
  });

  test('colons within texts are no fields, and broken JSON is refused by the parser', async () => {
    const note = ':'.repeat(200);
    const items = Array.from({ length: 100 }, () => ({ itemId, quantity: 1, note }));
    expect((await send('/v1/orders', { items, city: ':"\\:' })).status).toBe(200);
    for (const broken of ['"', '{"', '"\\', `"${'\\'.repeat(5_000)}`]) {
      expect((await send('/v1/orders', broken.padEnd(3_000))).code).toBe('MALFORMED_BODY');
    }
  });
});

describe('the largest valid body', () => {
  test.each<[string, object, number | undefined]>([
    ['a UUID', Uuid, 146],
    ['an amount', Money, 1_026],
    ['a text without an end', Type.String(), undefined],
    ['a list without an end', Type.Array(Type.Integer()), undefined],
    ['an object of any fields', Type.Record(Type.String(), Type.Integer()), undefined],
    ['one of several values', Type.Enum(['A', 'BCD']), 5],
    ['a text or null', Type.Union([Type.String({ maxLength: 10 }), Type.Null()]), 42],
  ])('of %s', (_what, schema, bytes) => {
    expect(largestOf(closeObjects(schema))?.bytes).toBe(bytes);
  });

  test('is never smaller than a valid body', () => {
    const size = largestOf(closeObjects(FewLines));
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ itemId: fc.uuid(), quantity: fc.integer(), note: fc.string({ unit: 'binary', maxLength: 200 }) }),
          {
            maxLength: 5,
          },
        ),
        fc.string({ unit: 'binary', maxLength: 100 }),
        (items, city) => Buffer.byteLength(JSON.stringify({ items, city })) <= 3 * (size?.bytes ?? 0),
      ),
      { numRuns: 10 },
    );
  }, 30_000);
});
