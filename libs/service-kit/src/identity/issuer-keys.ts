/** The issuer's public keys, found by OpenID discovery: fetched when needed, kept while the issuer is away. */

import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { fetchJson } from './fetch-json.ts';

export type IssuerKey = { kid: string | undefined; alg: string | undefined; pem: string };

export type IssuerKeys = {
  /**
   * The key with this id; undefined when the issuer has none such (after asking it again).
   *
   * @throws KeysUnavailableError while the issuer has never answered
   */
  find(kid: string | undefined, alg: string): Promise<IssuerKey | undefined>;
  /** The keys are at hand, or could be fetched now. */
  ready(): Promise<boolean>;
};

export class KeysUnavailableError extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'KeysUnavailableError';
  }
}

type Discovery = { issuer?: unknown; jwks_uri?: unknown };
type KeySet = { keys?: unknown };

// A stranger can send as many unknown key ids as they like; the issuer hears of it this often at most.
const refetchPauseMs = 5_000;
// While nothing is known every request needs an answer, so a failed fetch is tried again sooner.
const retryPauseMs = 500;
// A key that the issuer has withdrawn is trusted this long at most, if the issuer can be reached.
const maxAgeMs = 10 * 60_000;

/** @param issuerUrl the issuer exactly as tokens name it in `iss` */
export function createIssuerKeys(issuerUrl: string): IssuerKeys {
  let keys: IssuerKey[] = [];
  let fetchedAt = -Infinity;
  let triedAt = -Infinity;
  let failure: unknown;
  let running: Promise<void> | undefined;

  return {
    async find(kid, alg) {
      const known = pick(kid, alg);
      if (known) {
        // The answer does not wait for the refresh: keys hardly ever change.
        if (age(fetchedAt) > maxAgeMs && age(triedAt) > refetchPauseMs) void refresh();
        return known;
      }
      await refreshUnlessJustTried();
      if (keys.length === 0) {
        throw new KeysUnavailableError(`The keys of the token issuer ${issuerUrl} can't be had`, failure);
      }
      return pick(kid, alg);
    },
    async ready() {
      if (keys.length === 0) await refreshUnlessJustTried();
      return keys.length > 0;
    },
  };

  function pick(kid: string | undefined, alg: string): IssuerKey | undefined {
    const fitting = keys.filter((key) => (kid === undefined || key.kid === kid) && (key.alg ?? alg) === alg);
    // Without a key id the choice must not be a guess.
    return kid !== undefined || fitting.length === 1 ? fitting[0] : undefined;
  }

  async function refreshUnlessJustTried(): Promise<void> {
    if (running === undefined && age(triedAt) < (keys.length === 0 ? retryPauseMs : refetchPauseMs)) return;
    await refresh();
  }

  function refresh(): Promise<void> {
    triedAt = performance.now();
    running ??= fetchKeys(issuerUrl)
      .then((fetched) => {
        keys = fetched;
        fetchedAt = performance.now();
        failure = undefined;
      })
      .catch((error: unknown) => {
        failure = error;
      })
      .finally(() => {
        running = undefined;
      });
    return running;
  }
}

function age(since: number): number {
  return performance.now() - since;
}

async function fetchKeys(issuerUrl: string): Promise<IssuerKey[]> {
  const discovery = await fetchJson<Discovery>(`${issuerUrl.replace(/\/$/, '')}/.well-known/openid-configuration`);
  // OpenID Connect Discovery 4.3: another issuer's document must not be used.
  if (discovery.issuer !== issuerUrl) {
    throw new Error(`the discovery document is of the issuer "${String(discovery.issuer)}"; set ISSUER_URL to that`);
  }
  if (typeof discovery.jwks_uri !== 'string') throw new Error('the discovery document has no jwks_uri');
  const { keys } = await fetchJson<KeySet>(discovery.jwks_uri);
  if (!Array.isArray(keys)) throw new Error('the key set of the issuer has no keys');
  const usable = keys.flatMap(readKey);
  if (usable.length === 0) throw new Error('the key set of the issuer has no key that can check a signature');
  return usable;
}

function readKey(jwk: JsonWebKey & { kid?: unknown; alg?: unknown; use?: unknown }): IssuerKey[] {
  if (jwk.use !== undefined && jwk.use !== 'sig') return [];
  try {
    const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString();
    const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
    return [{ kid: text(jwk.kid), alg: text(jwk.alg), pem }];
  } catch {
    return []; // a symmetric key, or a kind Node does not know: never ours to use
  }
}
