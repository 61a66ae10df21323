/**
 * Countries of addresses, as ISO 3166-1 alpha-2 codes.
 *
 * The list changes about once in ten years, so it is checked in: the Unicode data of Node would make two versions of Node accept different
 * codes. A test compares it with that data, and says when a code is missing.
 */

import { Refusal } from '@oms/service-kit/refusal';

/** All codes that ISO has assigned. */
export const countryCodes = `
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ
BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ
DE DJ DK DM DO DZ
EC EE EG EH ER ES ET
FI FJ FK FM FO FR
GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY
HK HM HN HR HT HU
ID IE IL IM IN IO IQ IR IS IT
JE JM JO JP
KE KG KH KI KM KN KP KR KW KY KZ
LA LB LC LI LK LR LS LT LU LV LY
MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ
NA NC NE NF NG NI NL NO NP NR NU NZ
OM
PA PE PF PG PH PK PL PM PN PR PS PT PW PY
QA
RE RO RS RU RW
SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ
TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ
UA UG UM US UY UZ
VA VC VE VG VI VN VU
WF WS
YE YT
ZA ZM ZW
`
  .trim()
  .split(/\s+/);
const known = new Set(countryCodes);

/** Throws unless this is the code of a country. */
export function requireCountry(country: string): void {
  if (known.has(country)) return;
  const field = 'deliveryAddress.country';
  const message = `must be the code of a country (ISO 3166-1 alpha-2) in upper case, such as "PT", not ${JSON.stringify(country)}`;
  throw new Refusal('VALIDATION_FAILED', `The body is invalid: ${field} ${message}.`, { errors: [{ field, message }] });
}
