/** The codes of countries, compared with the Unicode data of Node. */

import { expect, test } from 'vitest';
import { countryCodes } from '../src/domain/country.ts';

/** Codes of CLDR that ISO 3166-1 has not assigned: reserved and private ones, groups of countries, and unknown places. */
const unassigned = 'AC CP CQ DG EA EU EZ IC QO TA UN XA XB XK ZZ'.split(' ');

test('the codes are those that ISO has assigned', () => {
  const alphabet = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
  const known = alphabet
    .flatMap((first) => alphabet.map((second) => `${first}${second}`))
    .filter((code) => names.of(code) !== undefined && new Intl.Locale(`und-${code}`).region === code);
  expect(countryCodes).toEqual(known.filter((code) => !unassigned.includes(code)));
  expect(countryCodes).toHaveLength(249);
});
