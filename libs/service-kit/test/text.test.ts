// Human text is refused when nobody can see it or when it controls a terminal, and it is cut between characters.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { cutText, LinesText, LineText, Type } from '../src/index.ts';
import { openSmallService, type SmallService } from './small-service.ts';

const Address = Type.Object({
  line1: LineText({ lengthMax: 200, description: 'Street and number' }),
  instructions: Type.Optional(LinesText({ lengthMax: 500, description: 'For the courier' })),
});

let http: SmallService;
beforeAll(async () => {
  http = await openSmallService({ bodyLimitBytes: 1_000_000 });
  http.post('/v1/addresses', { config: { public: true }, schema: { body: Address } }, ({ body }) => body);
});
afterAll(() => http.close());

async function post(payload: object) {
  const reply = await http.inject({ method: 'POST', url: '/v1/addresses', payload });
  return { status: reply.statusCode, body: reply.json<object>() };
}

describe('a line of human text', () => {
  test.each([
    ['Müller & Söhne, 3. Stock'],
    ['e\u0301clair'],
    ['👩‍👩‍👧 🏠'],
    ['مقهى'],
    ['می‌خواهم'],
    ['<script>alert(1)</script>'],
    ['1'],
    [' a '],
  ])('may be %j', async (line1) => {
    expect(await post({ line1 })).toEqual({ status: 200, body: { line1 } });
  });

  test.each([
    ['blanks', '   '],
    ['no-break spaces', '\u00a0\u2003\u3000'],
    ['a zero-width space', '\u200b'],
    ['zero-width characters of all kinds', '\u200c\u200d\u2060\ufeff\u00ad\u034f\u180e'],
    ['a filler letter', '\u3164\u115f\uffa0'],
    ['an empty braille cell', '\u2800'],
    ['a mark without a letter', '\u0301'],
    ['ESC', 'a\u001b[31mb'],
    ['BEL', 'a\u0007'],
    ['a control character of the upper range', 'a\u009bb'],
    ['DEL', 'a\u007f'],
    ['a tab', 'a\tb'],
    ['a line break', 'a\nb'],
    ['a line separator', 'a\u2028b'],
  ])('is refused with %s, by one error in words', async (_what, line1) => {
    expect(await post({ line1 })).toMatchObject({
      status: 400,
      body: {
        code: 'VALIDATION_FAILED',
        errors: [
          { field: 'line1', message: expect.stringMatching(/^must be one line of text that can be seen, .*, not "/) },
        ],
      },
    });
  });
});

describe('human text of several lines', () => {
  test.each(['Ring twice.\nThen wait.', 'Ring twice.\r\nThen wait.', '\n\na\n'])('may be %j', async (instructions) => {
    expect((await post({ line1: 'a', instructions })).status).toBe(200);
  });

  test.each(['\n \r\n', 'a\rb', 'a\u001bb', 'a\n\u0007', '\u200b\n\u200b', 'a\tb', 'a\u000bb', 'a\u0085b'])(
    'is refused as %j',
    async (instructions) => {
      expect(await post({ line1: 'a', instructions })).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'instructions' }] },
      });
    },
  );
});

test('length counts code points, and a text that is too long is quoted without half a character', async () => {
  expect((await post({ line1: '🏠'.repeat(200) })).status).toBe(200);
  const { status, body } = await post({ line1: '🏠'.repeat(201) });
  expect([status, body]).toMatchObject([
    400,
    { errors: [{ field: 'line1', message: 'must have 1 to 200 characters, not 201' }] },
  ]);
  const unknown = await post({ line1: 'a', ['🏠'.repeat(100)]: 1 });
  expect(JSON.stringify(unknown.body).isWellFormed()).toBe(true);
  expect(JSON.stringify(unknown.body)).not.toMatch(/\\ud[89a-f]/);
});

describe('a cut text', () => {
  const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
  const texts = fc.array(
    fc.oneof(
      fc.constantFrom('👩‍👩‍👧', '🏠', '🇩🇪', '🇫', 'e\u0301', 'a', ' ', '\r\n', '각', 'क्षि', '\ud83c', '\udfe0', '👍🏽'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 30 },
  );

  test('is the beginning of the text, ends between characters, and leaves out no character that fits', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 60 }), (parts, lengthMax) => {
        const text = parts.join('');
        const cut = cutText(text, lengthMax);
        expect(cut.length).toBeLessThanOrEqual(lengthMax);
        expect(cut.isWellFormed()).toBe(true);
        expect(text.toWellFormed().startsWith(cut)).toBe(true);
        const ends = [...graphemes.segment(text)].map(({ index, segment }) => index + segment.length);
        const fitting = ends.filter((end) => end <= lengthMax);
        if (fitting.length > 0 || text === '') expect(cut).toHaveLength(Math.max(0, ...fitting));
      }),
      { numRuns: 500 },
    );
  });

  test('of one character that is longer than the limit is cut between code points', () => {
    expect(cutText(`a${'\u0301'.repeat(50)}`, 10)).toBe(`a${'\u0301'.repeat(9)}`);
    expect(cutText('👩‍👩‍👧', 7)).toBe('👩‍👩‍'.slice(0, 6));
  });
});
