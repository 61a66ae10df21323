// A cursor comes back as it went out, and nothing else is taken for one.
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { decodeCursor, encodeCursor, Refusal } from '../src/index.ts';

const texts = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 4 });

describe('a cursor', () => {
  test('gives back the parts that went in, and needs no escape in an address', () => {
    fc.assert(
      fc.property(texts, (parts) => {
        const cursor = encodeCursor(parts);
        expect(cursor).toMatch(/^[\w-]+$/);
        expect(decodeCursor(cursor, parts.length)).toEqual(parts);
      }),
    );
  });

  test.each([
    ['empty', ''],
    ['not base64url', 'a+b/c='],
    ['not JSON inside', Buffer.from('{').toString('base64url')],
    ['not a list inside', Buffer.from('{"0":"a","1":"b","length":2}').toString('base64url')],
    ['of another list', encodeCursor(['a', 'b', 'c'])],
    ['cut off', encodeCursor(['2026-01-01', 'b']).slice(0, 8)],
    ['with a number in it', Buffer.from('["a",1]').toString('base64url')],
  ])('that is %s is refused, and named as the field', (_what, cursor) => {
    expect(() => decodeCursor(cursor, 2)).toThrow(
      expect.objectContaining({
        name: Refusal.name,
        code: 'VALIDATION_FAILED',
        extras: { errors: [{ field: 'cursor', message: expect.any(String) }] },
      }),
    );
  });
});
