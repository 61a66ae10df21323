import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CENTS_MAX, formatCents, parseCents } from '../src/index.ts';
import { bytesOfCents, centsOfBytes } from '../src/decimal-cents.ts';

const anyCents = fc.integer({ min: -CENTS_MAX, max: CENTS_MAX });

test('an amount reads back as it was written', () => {
  fc.assert(fc.property(anyCents, (cents) => parseCents(formatCents(cents)) === cents));
});

test.each([
  [1250, '12.50'],
  [0, '0.00'],
  [5, '0.05'],
  [-5, '-0.05'],
  [-1250, '-12.50'],
  [9_999_999_999, '99999999.99'],
])('%d cents are written %s', (cents, text) => {
  expect(formatCents(cents)).toBe(text);
});

test.each([
  ['12.5', 1250],
  ['12', 1200],
  ['-0.00', 0],
  ['007.10', 710],
  ['0.29', 29],
  ['99999999.99', 9_999_999_999],
])('%s is %d cents', (text, cents) => {
  expect(parseCents(text)).toBe(cents);
});

test.each([
  '',
  ' 1',
  '1.',
  '.5',
  '1.234',
  '1e3',
  '0x10',
  '+1',
  '1,50',
  '--1',
  'NaN',
  'Infinity',
  '١',
  '100000000.00',
  '12345678901234567890',
  '1\n',
])('%j is not an amount', (text) => {
  expect(() => parseCents(text)).toThrow(RangeError);
});

test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, CENTS_MAX + 1, -CENTS_MAX - 1])(
  '%d is not formatted: it is not integer cents of DECIMAL(10,2)',
  (cents) => {
    expect(() => formatCents(cents)).toThrow(RangeError);
  },
);

test('a decimal reads back as it was written, in as few bytes as hold it', () => {
  fc.assert(
    fc.property(anyCents, (cents) => {
      const bytes = bytesOfCents(cents);
      const shorter = bytes.length - 1;
      expect(centsOfBytes(bytes)).toBe(cents);
      expect(shorter === 0 || cents >= 2 ** (8 * shorter - 1) || cents < -(2 ** (8 * shorter - 1))).toBe(true);
    }),
  );
});

test.each([
  [0, '00'],
  [127, '7f'],
  [128, '0080'],
  [-128, '80'],
  [-129, 'ff7f'],
  [1250, '04e2'],
  [-1, 'ff'],
  [CENTS_MAX, '02540be3ff'],
  [-CENTS_MAX, 'fdabf41c01'],
])('%d cents are the bytes that a Java producer writes: %s', (cents, hex) => {
  expect(bytesOfCents(cents).toString('hex')).toBe(hex);
});

test('a decimal with more leading sign bytes than it needs is the same amount', () => {
  expect(centsOfBytes(Buffer.from('000000000000000004e2', 'hex'))).toBe(1250);
  expect(centsOfBytes(Buffer.from('ffffffffffffffffff', 'hex'))).toBe(-1);
});

test.each(['', '02540be400', '7fffffffffff', '800000000000', '010000000000000000', '80ffffffffffff', 'ff000000000000'])(
  'the bytes %s are no amount of DECIMAL(10,2)',
  (hex) => {
    expect(() => centsOfBytes(Buffer.from(hex, 'hex'))).toThrow(RangeError);
  },
);
