/** Who is calling: a bearer token becomes a caller, or a refusal - and never anything in between. */

import { createDecoder, createVerifier, TokenError, type Algorithm, type DecodedJwt } from 'fast-jwt';
import { Refusal } from '../refusal.ts';
import { createIssuerKeys, KeysUnavailableError } from './issuer-keys.ts';

export type Role = 'customer' | 'staff' | 'admin' | 'service';
export type Caller = { id: string; role: Role };

export type Identity = {
  /**
   * The caller that a token names; at once when the token was checked before, so that the hot path stays synchronous.
   *
   * @throws Refusal UNAUTHENTICATED (the token is no good)
   * @throws KeysUnavailableError (whether it is good can't be told)
   */
  verify(token: string): Caller | Promise<Caller>;
  /** Whether the issuer's keys are at hand. */
  ready(): Promise<boolean>;
};

type Known = { caller: Caller; expiresAtMs: number };
type Claims = { sub: unknown; role: unknown; exp: number };
type Decode = (token: string) => DecodedJwt;
type Verify = (token: string) => Promise<Claims>;

// Never HS*: the public key would serve as the secret. Never none.
const algorithms: Algorithm[] = ['EdDSA', 'ES256', 'RS256'];
const roles: readonly unknown[] = ['customer', 'staff', 'admin', 'service'] satisfies Role[];
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const tokenLengthMax = 8_192;
const knownTokensMax = 10_000;

/**
 * Accepts JWT access tokens of one issuer for one audience, signed with EdDSA, ES256 or RS256, not expired, with a UUID
 * as `sub` and one of the four roles as `role`; `crit` headers are refused, as no extension is understood.
 */
export function createIdentity(o: { issuerUrl: string; audience: string }): Identity {
  const keys = createIssuerKeys(o.issuerUrl);
  const decode = createDecoder({ complete: true }) as Decode;
  const known = new Map<string, Known>();
  const verifySignatureAndClaims = createVerifier({
    key: async (jwt: DecodedJwt) => (await keyOf(jwt)).pem,
    algorithms,
    allowedIss: o.issuerUrl,
    allowedAud: o.audience,
    requiredClaims: ['iss', 'aud', 'exp', 'sub', 'role'],
    cache: false,
  }) as Verify;

  return { verify, ready: () => keys.ready() };

  function verify(token: string): Caller | Promise<Caller> {
    const hit = known.get(token);
    if (hit !== undefined) {
      if (hit.expiresAtMs > Date.now()) return hit.caller;
      known.delete(token);
    }
    return check(token);
  }

  async function check(token: string): Promise<Caller> {
    if (token.length > tokenLengthMax) throw unauthenticated(`it is longer than ${tokenLengthMax} characters`);
    refuseByHeader(token);
    const claims = await readClaims(token);
    const caller = callerOf(claims);
    if (known.size >= knownTokensMax) known.delete(known.keys().next().value ?? '');
    known.set(token, { caller, expiresAtMs: claims.exp * 1000 });
    return caller;
  }

  // Before a key is looked for: a token that could never be accepted must not make us ask the issuer.
  function refuseByHeader(token: string): void {
    let header: Record<string, unknown>;
    try {
      header = decode(token).header;
    } catch {
      throw unauthenticated('it is not a JSON Web Token');
    }
    if (!algorithms.some((algorithm) => algorithm === header['alg'])) {
      throw unauthenticated(`its algorithm is none of ${algorithms.join(', ')}`);
    }
    if ('crit' in header) throw unauthenticated('it has a crit header, and no extension is understood');
  }

  async function readClaims(token: string): Promise<Claims> {
    try {
      return await verifySignatureAndClaims(token);
    } catch (error) {
      const cause: unknown = error instanceof TokenError ? (error['originalError'] ?? error) : error;
      if (cause instanceof KeysUnavailableError || cause instanceof Refusal) throw cause;
      if (error instanceof TokenError) throw unauthenticated(reasonOf(error));
      throw error;
    }
  }

  async function keyOf(jwt: DecodedJwt) {
    const kid: unknown = jwt.header['kid'];
    const key = await keys.find(typeof kid === 'string' ? kid : undefined, String(jwt.header['alg']));
    if (key === undefined) throw unauthenticated('its key is not one of the issuer');
    return key;
  }
}

function callerOf({ sub, role }: Claims): Caller {
  if (typeof sub !== 'string' || !uuid.test(sub)) throw unauthenticated('its sub is not a UUID');
  if (!roles.includes(role)) throw unauthenticated(`its role is none of ${roles.join(', ')}`);
  return { id: sub.toLowerCase(), role: role as Role };
}

function reasonOf(error: TokenError): string {
  if (error.code === TokenError.codes.expired) return 'it has expired';
  return error.message
    .replace(/\.$/, '')
    .replace(/^The token/, 'the token')
    .replace(/^The /, 'the ');
}

function unauthenticated(reason: string): Refusal {
  return new Refusal('UNAUTHENTICATED', `The bearer token is not accepted: ${reason}. Get a new token and try again.`);
}
