/** The issuer's public keys, found by OpenID discovery: fetched again every few minutes, and trusted for a limited time without it. */

import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import type { Caller } from './caller.ts';
import { fetchJson } from './fetch-json.ts';

/** One version of the published keys. */
export type KeySet = {
  /** Chooses and imports the key that a token's header names. */
  readonly keyOf: JWTVerifyGetKey;
  /** Tokens that were verified by a key of this set. A changed set starts with none, so no token outlives its key. */
  readonly verified: Map<string, { caller: Caller; expiresAtMs: number }>;
};

export type IssuerKeys = {
  /** The set, if it was fetched within the last 10 minutes; never waits. */
  fresh(): KeySet | undefined;
  /**
   * The set as the issuer publishes it now; while the issuer cannot be reached, the last one, for `trustedMs` after it was fetched.
   *
   * @throws KeysUnavailableError when there is no set to trust
   */
  current(): Promise<KeySet>;
  /** The set after an unknown key id: fetched again, unless that was tried within the last 5 seconds. */
  afterUnknownKey(): Promise<KeySet>;
  /** A trusted set is in memory, or could be fetched now. */
  ready(): Promise<boolean>;
};

export class KeysUnavailableError extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'KeysUnavailableError';
  }
}

type Discovery = { issuer?: unknown; jwks_uri?: unknown };

// A withdrawn key is refused after this time. From half of it on the set is fetched in the background, so that requests rarely wait.
const freshMs = 10 * 60_000;
const backgroundRefreshMs = freshMs / 2;
// The least time between two fetches, whatever tokens arrive.
const refetchPauseMs = 5_000;
// Without any set no token can be verified, so the pause is shorter.
const firstFetchPauseMs = 500;
// After a failed fetch requests use the last set at once, and do not wait for the next attempts.
const failureMs = 30_000;
const fetchTimeoutMs = 3_000;

/**
 * @param issuerUrl the issuer exactly as tokens name it in `iss`
 * @param trustedMs how long a set is trusted that cannot be fetched again
 * @param now the current time in milliseconds
 */
export function createIssuerKeys({
  issuerUrl,
  trustedMs,
  now,
}: {
  issuerUrl: string;
  trustedMs: number;
  now: () => number;
}): IssuerKeys {
  let set: KeySet | undefined;
  let published = '';
  let fetchedAt = -Infinity;
  let triedAt = -Infinity;
  let failedAt = -Infinity;
  let failure: unknown;
  let running: Promise<void> | undefined;

  return { fresh, current, afterUnknownKey, ready };

  function fresh(): KeySet | undefined {
    if (!isWithin(fetchedAt, freshMs)) return undefined;
    if (!isWithin(fetchedAt, backgroundRefreshMs)) void refreshUnlessJustTried();
    return set;
  }

  async function current(): Promise<KeySet> {
    const known = fresh();
    if (known !== undefined) return known;
    const refreshed = refreshUnlessJustTried();
    if (trusted() === undefined || !isWithin(failedAt, failureMs)) await refreshed;
    return trusted() ?? unavailable();
  }

  async function afterUnknownKey(): Promise<KeySet> {
    await refreshUnlessJustTried();
    return trusted() ?? unavailable();
  }

  async function ready(): Promise<boolean> {
    if (trusted() === undefined) await refreshUnlessJustTried();
    return trusted() !== undefined;
  }

  function trusted(): KeySet | undefined {
    return isWithin(fetchedAt, trustedMs) ? set : undefined;
  }

  function unavailable(): never {
    throw new KeysUnavailableError(`The keys of the token issuer ${issuerUrl} cannot be fetched`, failure);
  }

  /** A clock that was set back makes a set old, never young. */
  function isWithin(since: number, ms: number): boolean {
    const ageMs = now() - since;
    return ageMs >= 0 && ageMs < ms;
  }

  function refreshUnlessJustTried(): Promise<void> {
    if (running !== undefined) return running;
    if (isWithin(triedAt, trusted() === undefined ? firstFetchPauseMs : refetchPauseMs)) return Promise.resolve();
    triedAt = now();
    running = refresh().finally(() => {
      running = undefined;
    });
    return running;
  }

  async function refresh(): Promise<void> {
    try {
      const jwks = await fetchKeySet(issuerUrl);
      const text = JSON.stringify(jwks);
      if (set === undefined || text !== published) {
        set = { keyOf: createLocalJWKSet(jwks), verified: new Map() };
        published = text;
      }
      fetchedAt = now();
      failedAt = -Infinity;
    } catch (error) {
      failure = error;
      failedAt = now();
    }
  }
}

async function fetchKeySet(issuerUrl: string): Promise<JSONWebKeySet> {
  const signal = AbortSignal.timeout(fetchTimeoutMs);
  const discovery = await fetchJson<Discovery | null>(
    `${issuerUrl.replace(/\/$/, '')}/.well-known/openid-configuration`,
    {
      signal,
    },
  );
  // OpenID Connect Discovery 4.3: another issuer's document must not be used.
  if (discovery?.issuer !== issuerUrl) {
    throw new Error(`the discovery document is of the issuer "${String(discovery?.issuer)}"; set ISSUER_URL to that`);
  }
  if (typeof discovery.jwks_uri !== 'string') throw new Error('the discovery document has no jwks_uri');
  return fetchJson<JSONWebKeySet>(discovery.jwks_uri, { signal });
}
