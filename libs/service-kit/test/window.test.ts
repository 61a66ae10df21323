// Times and windows are read by one rule, and refused in the same words.
import { describe, expect, test } from 'vitest';
import { parseWindow, Refusal } from '../src/index.ts';

const at = '2026-11-20T12:00:00Z';

function refusalOf(window: { from?: string; to?: string }): unknown {
  try {
    return parseWindow(window);
  } catch (error) {
    return error;
  }
}

describe('a window', () => {
  test('may be open at both ends', () => {
    expect(parseWindow({})).toEqual({ from: null, to: null });
    expect(parseWindow({ from: at })).toEqual({ from: new Date(at), to: null });
  });

  test.each([
    '2000-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
    '2026-11-20T12:00:00+14:00',
    '1999-12-31T23:00:00-02:00',
  ])('may begin at %s', (from) => {
    expect(parseWindow({ from }).from).toEqual(new Date(from));
  });

  test.each([
    ['a leap second', { from: '2016-12-31T23:59:60Z' }, 'from', 'must be a time that exists'],
    ['the year 0', { from: '0000-01-01T00:00:00Z' }, 'from', 'must be a time in the years 2000 to 9999'],
    ['a zone that leads to the year 10000', { to: '9999-12-31T23:59:59-23:59' }, 'to', 'must be a time in the years'],
    ['a zone that leads to 1999', { to: '2000-01-01T00:00:00+01:00' }, 'to', 'must be a time in the years'],
    ['a year of five digits', { to: '+010000-01-01T00:00:00Z' }, 'to', 'must be a time in the years'],
    ['no length', { from: at, to: at }, 'to', 'must be later than from'],
    ['its end before its start', { from: at, to: '2026-11-20T11:59:59Z' }, 'to', 'must be later than from'],
  ])('with %s is refused', (_what, window, field, message) => {
    const refusal = refusalOf(window);
    expect(refusal).toBeInstanceOf(Refusal);
    expect(refusal).toMatchObject({
      code: 'VALIDATION_FAILED',
      extras: { errors: [{ field, message: expect.stringContaining(message) }] },
    });
  });

  test('names the fields of the request', () => {
    const names = { from: 'createdFrom', to: 'createdTo' };
    expect(() => parseWindow({ from: at, to: at }, names)).toThrow(/createdTo must be later than createdFrom/);
  });
});
