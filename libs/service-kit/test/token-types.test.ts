// Only access tokens are accepted, and no other token of the same issuer.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createIdentity, type Identity } from '../src/index.ts';
import { openTinyIssuer, type TinyIssuer } from './tiny-issuer.ts';

let issuer: TinyIssuer;
let identity: Identity;
beforeAll(async () => {
  issuer = await openTinyIssuer();
  identity = createIdentity({ issuerUrl: issuer.issuerUrl, audience: 'oms' });
});
afterAll(() => issuer.close());

const verify = async (claims: Record<string, unknown>, header: Record<string, unknown> = {}) =>
  identity.verify(issuer.token({ role: 'staff', ...claims }, { header }));

test.each(['at+jwt', 'application/at+jwt', 'AT+JWT', 'JWT', 'jwt', undefined])(
  'a token whose typ is %s is accepted',
  async (typ) => {
    expect(await verify({}, { typ })).toMatchObject({ role: 'staff' });
  },
);

test.each(['id_token+jwt', 'ID', 'dpop+jwt', 'logout+jwt', 'secevent+jwt', '', 7, ['JWT'], null])(
  'a token whose typ is %o is refused',
  async (typ) => {
    await expect(verify({}, { typ })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  },
);

test.each([{ at_hash: 'x' }, { c_hash: 'x' }, { typ: 'ID' }, { typ: 'Refresh' }, { token_use: 'id' }])(
  'a token with the claims of another kind of token is refused: %o',
  async (claims) => {
    await expect(verify(claims)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  },
);

test('a token that says it is a bearer token is accepted', async () => {
  expect(await verify({ typ: 'Bearer' })).toMatchObject({ role: 'staff' });
  expect(await verify({ token_use: 'access' })).toMatchObject({ role: 'staff' });
});
