/** The token of the service itself: by client credentials from the OpenID provider, reused until shortly before it expires. */

import { fetchJson } from './fetch-json.ts';

type TokenReply = { access_token?: unknown; expires_in?: unknown } | null;

// A token is renewed this long before it expires, so that it does not expire during a request.
const renewBeforeMs = 30_000;

/** The returned function rejects when the provider issues no token; the next call tries again. */
export function createServiceToken({
  issuerUrl,
  clientId,
  clientSecret,
  audience,
}: {
  issuerUrl: string;
  clientId: string;
  clientSecret: string;
  audience: string;
}): () => Promise<string> {
  let token = '';
  let renewAt = -Infinity;
  let running: Promise<string> | undefined;

  return async () => {
    if (performance.now() < renewAt) return token;
    running ??= renew().finally(() => {
      running = undefined;
    });
    return running;
  };

  async function renew(): Promise<string> {
    const base = issuerUrl.replace(/\/$/, '');
    const discoveryUrl = `${base}/.well-known/openid-configuration`;
    const endpoint = (await fetchJson<{ token_endpoint?: unknown } | null>(discoveryUrl))?.token_endpoint;
    if (typeof endpoint !== 'string') throw new Error(`${discoveryUrl} answered no token_endpoint`);
    // RFC 6749 2.3.1: both parts are form-encoded before they are joined.
    const credentials = `${formEncode(clientId)}:${formEncode(clientSecret)}`;
    const reply = await fetchJson<TokenReply>(endpoint, {
      headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', audience }),
    });
    const { access_token: issued, expires_in: lifeSeconds } = reply ?? {};
    if (typeof issued !== 'string' || typeof lifeSeconds !== 'number') throw new Error(`${endpoint} answered no token`);
    token = issued;
    const lifeMs = lifeSeconds * 1000;
    renewAt = performance.now() + Math.max(lifeMs - renewBeforeMs, lifeMs / 2);
    return token;
  }
}

function formEncode(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}
