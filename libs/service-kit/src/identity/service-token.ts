/** A service's own token: by client credentials from the OpenID provider, kept until shortly before it ends. */

import { fetchJson } from './fetch-json.ts';

type TokenReply = { access_token: string; expires_in: number };

// A token is replaced this long before its end, so that none expires on its way.
const renewBeforeMs = 30_000;

/** @throws Error (from the returned function) when the provider gives none; the next call asks again */
export function createServiceToken(o: {
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
    const base = o.issuerUrl.replace(/\/$/, '');
    const discovery = await fetchJson<{ token_endpoint: string }>(`${base}/.well-known/openid-configuration`);
    // RFC 6749 2.3.1: both halves are form-encoded before they are joined.
    const credentials = `${formEncode(o.clientId)}:${formEncode(o.clientSecret)}`;
    const reply = await fetchJson<TokenReply>(discovery.token_endpoint, {
      headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', audience: o.audience }),
    });
    token = reply.access_token;
    const lifeMs = reply.expires_in * 1000;
    renewAt = performance.now() + Math.max(lifeMs - renewBeforeMs, lifeMs / 2);
    return token;
  }
}

function formEncode(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}
