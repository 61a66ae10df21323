/** Who is calling: a bearer token becomes a caller, or the request is refused. */

import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import { Refusal } from '../refusal.ts';
import type { Caller, Role } from './caller.ts';
import { createIssuerKeys, type KeySet } from './issuer-keys.ts';

export type Identity = {
  /**
   * The caller that a token names. A token that was verified before is answered without a promise: the gateway checks every request.
   *
   * @throws Refusal UNAUTHENTICATED (the token is not accepted)
   * @throws KeysUnavailableError (no keys to verify it with)
   */
  verify(token: string): Caller | Promise<Caller>;
  /** The caller of a token that was verified before and is still accepted; costs nothing. */
  verifiedBefore(token: string): Caller | undefined;
  /** Whether there are keys to verify tokens with. */
  ready(): Promise<boolean>;
};

export type IdentityOptions = {
  issuerUrl: string;
  audience: string;
  /** How long the issuer's keys are trusted while they cannot be fetched again; 12 unless set. */
  keysTrustedHours?: number;
  /** The current time in milliseconds; the system's clock unless set. */
  now?: () => number;
};

// Never HS*: the public key would serve as the secret. Never none.
const algorithms = ['EdDSA', 'ES256', 'RS256'];
const roles: readonly unknown[] = ['customer', 'staff', 'admin', 'service'] satisfies Role[];
// RFC 9068 2.1; issuers from before it write JWT, or nothing.
const accessTokenTypes = new Set(['at+jwt', 'application/at+jwt', 'jwt', 'application/jwt']);
// Claims of other tokens of the same issuer: OpenID Connect Core 3.1.3.6 and 3.3.2.11, and two common issuers.
const idTokenClaims = ['at_hash', 'c_hash', 's_hash'];
const otherUses: readonly unknown[] = ['id', 'refresh', 'offline', 'logout'];
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const tokenLengthMax = 8_192;
const verifiedTokensMax = 10_000;
const hourMs = 3_600_000;

/**
 * Accepts JWT access tokens of one issuer for one audience, signed with EdDSA, ES256 or RS256 by a key that the issuer publishes, not
 * expired, with a UUID as `sub` and one of the four roles as `role`; `crit` headers are refused, as no extension is supported.
 */
export function createIdentity({
  issuerUrl,
  audience,
  keysTrustedHours = 12,
  now = Date.now,
}: IdentityOptions): Identity {
  const keys = createIssuerKeys({ issuerUrl, trustedMs: keysTrustedHours * hourMs, now });

  return {
    verify(token) {
      return verifiedBefore(keys.fresh(), token) ?? verify(token);
    },
    verifiedBefore: (token) => verifiedBefore(keys.fresh(), token),
    ready: () => keys.ready(),
  };

  function verifiedBefore(set: KeySet | undefined, token: string): Caller | undefined {
    const known = set?.verified.get(token);
    return known !== undefined && known.expiresAtMs > now() ? known.caller : undefined;
  }

  async function verify(token: string): Promise<Caller> {
    if (token.length > tokenLengthMax) throw unauthenticated(`it is longer than ${tokenLengthMax} characters`);
    refuseByHeader(token);
    const set = await keys.current();
    const known = verifiedBefore(set, token);
    if (known !== undefined) return known;
    try {
      return await verifyBy(set, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw refusalOf(error);
    }
    const newest = await keys.afterUnknownKey();
    return verifyBy(newest, token).catch((error: unknown) => {
      throw refusalOf(error);
    });
  }

  async function verifyBy(set: KeySet, token: string): Promise<Caller> {
    const { payload } = await jwtVerify(token, set.keyOf, {
      algorithms,
      issuer: issuerUrl,
      audience,
      requiredClaims: ['iss', 'aud', 'exp', 'sub', 'role'],
      currentDate: new Date(now()),
    });
    const caller = callerOf(payload);
    if (set.verified.size >= verifiedTokensMax) set.verified.delete(set.verified.keys().next().value ?? '');
    set.verified.set(token, { caller, expiresAtMs: Number(payload.exp) * 1000 });
    return caller;
  }
}

/** Before any key is fetched: a token that is never accepted must not cost the issuer a request. */
function refuseByHeader(token: string): void {
  let header: ReturnType<typeof decodeProtectedHeader>;
  try {
    header = decodeProtectedHeader(token);
  } catch {
    throw unauthenticated('it is not a JSON Web Token');
  }
  if (!algorithms.some((algorithm) => algorithm === header.alg)) {
    throw unauthenticated(`its algorithm is none of ${algorithms.join(', ')}`);
  }
  const { typ } = header;
  if (typ !== undefined && !(typeof typ === 'string' && accessTokenTypes.has(typ.toLowerCase()))) {
    throw unauthenticated('its typ is not that of an access token');
  }
  if ('crit' in header) throw unauthenticated('it has a crit header, and no extension is supported');
}

function isOtherToken(payload: JWTPayload): boolean {
  const use = payload['typ'] ?? payload['token_use'];
  return (
    idTokenClaims.some((claim) => claim in payload) ||
    (typeof use === 'string' && otherUses.includes(use.toLowerCase()))
  );
}

function callerOf(payload: JWTPayload): Caller {
  if (isOtherToken(payload)) throw unauthenticated('it is an ID token or another token, not an access token');
  const { sub, role } = payload;
  if (typeof sub !== 'string' || !uuid.test(sub)) throw unauthenticated('its sub is not a UUID');
  if (!roles.includes(role)) throw unauthenticated(`its role is none of ${roles.join(', ')}`);
  return { id: sub.toLowerCase(), role: role as Role };
}

function refusalOf(error: unknown): unknown {
  if (error instanceof Refusal) return error;
  if (error instanceof errors.JWTExpired) return unauthenticated('it has expired');
  if (error instanceof errors.JWTClaimValidationFailed) {
    return unauthenticated(`its ${error.claim} is ${error.reason === 'missing' ? 'missing' : 'not accepted'}`);
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return unauthenticated('its signature is wrong');
  if (error instanceof errors.JWKSNoMatchingKey) return unauthenticated('its key is not one of the issuer');
  if (error instanceof errors.JWKSMultipleMatchingKeys) return unauthenticated('it does not say which key signed it');
  if (error instanceof errors.JWTInvalid || error instanceof errors.JWSInvalid) {
    return unauthenticated('it is not a valid JSON Web Token');
  }
  return unauthenticated('its key cannot be used');
}

function unauthenticated(reason: string): Refusal {
  return new Refusal('UNAUTHENTICATED', `The bearer token is not accepted: ${reason}. Get a new token and try again.`);
}
